import type { MountReading } from '../sensors/mounts.ts'

type Found = NonNullable<MountReading>

/** Options that the kernel shows of a mount as they were given. */
const flags = ['ro', 'nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime', 'strictatime']

const folders: Readonly<Record<string, string>> = {
  UUID: 'by-uuid',
  LABEL: 'by-label',
  PARTUUID: 'by-partuuid',
  PARTLABEL: 'by-partlabel',
}

/**
 * Options without those that only the table, systemd and mount itself understand, and without those that say how
 * patient a boot is with an NFS server, nfs(5): a run of ours is told at once.
 */
export function liveOptions(options: string): string {
  const kept = options
    .split(',')
    .filter(
      (option) =>
        !/^(auto|noauto|nofail|_netdev|x-.*|comment=.*|user|nouser|users|owner|group|bg|fg|retry=.*)$/.test(
          option,
        ),
    )
  return kept.join(',') || 'defaults'
}

/** Is this the name of NFS, of whatever version? */
export function isNfs(fstype: string): boolean {
  return /^nfs4?$/.test(fstype)
}

/**
 * Is what is mounted what is wanted there? Of a bind mount the kernel tells only the device beneath, so it is
 * taken for the right one while its line in the table is.
 */
export function isSource(
  {
    src = '',
    fstype = '',
    options,
  }: { src?: string | undefined; fstype?: string | undefined; options: string },
  found: Found,
  lineDiffers: boolean,
): boolean {
  if (/(^|,)r?bind(,|$)/.test(options)) return !lineDiffers
  const kind = (name: string) => (name === 'nfs4' ? 'nfs' : name)
  if (fstype !== 'auto' && kind(fstype) !== kind(found.fstype)) return false
  const [, tag, value] = /^([A-Z]+)=(.*)$/s.exec(src) ?? []
  const folder = folders[tag ?? '']
  const named = folder === undefined ? src : `/dev/disk/${folder}/${udevName(value ?? '')}`
  const bare = (name: string) => name.replace(/(?<=[^/:])\/+$/, '')
  return [found.source, ...found.aliases].map(bare).includes(bare(named))
}

/** Does the mount have the flags that are wanted, and is it writable unless `ro` is? */
export function hasFlags(options: string, found: Found): boolean {
  const wanted = options.split(',')
  return flags.every((flag) =>
    flag === 'ro'
      ? wanted.includes(flag) === found.options.includes(flag)
      : !wanted.includes(flag) || found.options.includes(flag),
  )
}

/** udev writes characters that are unusual in names of files as `\x20`. */
function udevName(text: string): string {
  return text
    .replaceAll(/["']/g, '')
    .replaceAll(/[^\w#+.:=@-]/g, (mark) =>
      mark.charCodeAt(0) > 127 ? mark : `\\x${mark.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
}
