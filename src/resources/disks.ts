import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'
import { splitWords } from './words.ts'

type ProbedKind<Desired> = ResourceKind<Desired, { answer: Query<Answer> }>

const name = z
  .string()
  .regex(/^[A-Za-z0-9+_.][A-Za-z0-9+_.-]*$/, 'must be a name of letters, digits and + _ . -')
const words = z.string().default('').describe('More words for the program.')

/** Prints what stands on a device: the type of its file system, `partitions`, `nothing`; `us_on DEVICE`. */
const whatIsOn = sh`us_on() {
  if [ ! -e "$1" ]; then echo missing; return; fi
  us_t=$(blkid -p -o value -s TYPE -- "$1" 2>/dev/null) || :
  us_p=$(blkid -p -o value -s PTTYPE -- "$1" 2>/dev/null) || :
  if [ -n "$us_t" ]; then printf '%s\n' "$us_t"; elif [ -n "$us_p" ]; then echo partitions; else echo nothing; fi
}`

const filesystemFields = z.strictObject({
  dev: absolutePath.describe('The device.'),
  type: z
    .enum(['btrfs', 'ext2', 'ext3', 'ext4', 'f2fs', 'xfs', 'vfat', 'swap', 'lvm'])
    .describe('What is made on it.'),
  opts: words,
})

/** How the names that blkid has differ. */
const blkidNames: Readonly<Record<string, string>> = { lvm: 'LVM2_member' }

/** A file system on a device that has nothing on it: what holds something is never formatted. */
export const filesystem: ProbedKind<z.infer<typeof filesystemFields>> = probed({
  name: 'filesystem',
  summary: 'A file system on a device that has nothing on it.',
  schema: filesystemFields,
  subject: ({ dev }) => dev,
  ask: ({ dev }) => sh`command -v blkid >/dev/null 2>&1 || { echo no-blkid; exit 0; }
${embed(whatIsOn)}
us_on ${dev}`,
  change: ({ dev, type, opts }, { stdout }) => {
    const found = stdout.trim()
    if (found === (blkidNames[type] ?? type)) return undefined
    if (found === 'no-blkid') return 'there is no blkid on this host: install util-linux in a task before'
    if (found === 'missing') return `there is no ${dev}`
    if (found !== 'nothing')
      return `${dev} holds ${found}, and what it holds would be lost: if nobody needs it, run "wipefs -a ${dev}" by hand`
    const more = splitWords(opts).words
    const program = type === 'swap' ? ['mkswap'] : type === 'lvm' ? ['pvcreate'] : [`mkfs.${type}`]
    return {
      summary: `make ${type} on it, which holds nothing`,
      // It is looked at once more: nothing may have been put there meanwhile.
      script: sh`${embed(whatIsOn)}
if [ "$(us_on ${dev})" != nothing ]; then echo ${`${dev} holds something by now: nothing was done`} >&2; exit 1; fi
${program} ${more} ${dev} >/dev/null </dev/null`,
      takesLong: true,
    }
  },
})

const groupFields = z.strictObject({
  vg: name.describe('The volume group.'),
  pvs: z.array(absolutePath).default([]).describe('Its devices.'),
  extent: z
    .string()
    .regex(/^\d+[a-zA-Z]?$/, 'must be a size')
    .default('4')
    .describe('Size of its extents, in MiB where no unit is said.'),
  opts: words,
})

const noLvm = 'there is no LVM on this host: install lvm2 in a task before'

/** A volume group: made, and made larger by devices that have nothing on them. */
export const volumeGroup: ProbedKind<z.infer<typeof groupFields>> = probed({
  name: 'lvg',
  summary: 'A volume group of LVM: made, and made larger.',
  schema: groupFields,
  subject: ({ vg }) => vg,
  ask: ({ vg, pvs }) => sh`command -v vgs >/dev/null 2>&1 || { echo no-lvm; exit 0; }
${embed(whatIsOn)}
vgs --noheadings -o vg_name -- ${vg} 2>/dev/null | sed 's/^ */group /'
pvs --noheadings --separator ' ' -o pv_name,vg_name 2>/dev/null | sed 's/^ */device /'
for us_f in ${pvs}; do printf 'on %s %s %s\n' "$us_f" "$(readlink -f -- "$us_f")" "$(us_on "$us_f")"; done`,
  change: ({ vg, pvs, extent, opts }, { stdout }) => {
    const rows = stdout.split('\n').map((line) => line.trim().split(/ +/))
    if (rows[0]?.[0] === 'no-lvm') return noLvm
    const isThere = rows.some(([word, group]) => word === 'group' && group === vg)
    const groupOf = new Map(
      rows.flatMap(([word, device = '', group = '']) =>
        word === 'device' ? [[device, group] as const] : [],
      ),
    )
    const devices = rows.flatMap(([word, path = '', real = '', holds = '']) =>
      word === 'on' ? [{ path, real, holds }] : [],
    )
    const has = (real: string, path: string) => groupOf.get(real) ?? groupOf.get(path)
    const missing = devices.filter(({ path, real }) => has(real, path) !== vg)
    const taken = missing.find(
      ({ path, real, holds }) => Boolean(has(real, path)) || !['nothing', 'LVM2_member'].includes(holds),
    )
    if (taken) {
      const group = has(taken.real, taken.path)
      return taken.holds === 'missing'
        ? `there is no ${taken.path}`
        : `${taken.path} ${group ? `is part of ${group}` : `holds ${taken.holds}`}, and what it holds would be lost`
    }
    const wanted = new Set(devices.flatMap(({ path, real }) => [path, real]))
    const surplus = [...groupOf]
      .filter(([device, group]) => group === vg && !wanted.has(device))
      .map(([device]) => device)
    if (isThere && pvs.length > 0 && surplus.length > 0)
      return `${vg} has ${surplus.join(', ')} as well: to take it away, run pvmove and vgreduce by hand`
    if (isThere && missing.length === 0) return undefined
    if (!isThere && pvs.length === 0) return `there is no ${vg}: say its devices, pvs`
    const paths = missing.map(({ path }) => path)
    const more = splitWords(opts).words
    return isThere
      ? { summary: `add ${paths.join(', ')}`, script: sh`vgextend ${vg} ${paths}` }
      : { summary: `create of ${paths.join(', ')}`, script: sh`vgcreate -s ${extent} ${more} ${vg} ${paths}` }
  },
})

const volumeFields = z.strictObject({
  vg: name.describe('Its volume group.'),
  lv: name.describe('The volume.'),
  size: z
    .string()
    .regex(
      /^\+?\d+(\.\d+)?([bBsSkKmMgGtTpPeE]|%(VG|PVS|FREE|ORIGIN))?$/,
      'must be such as 512, 10g or 100%FREE',
    )
    .optional()
    .describe('Its size, in MiB where no unit is said.'),
  pvs: z.array(absolutePath).default([]).describe('The devices it lies on.'),
  resizes: z.boolean().default(false).describe('Its file system grows with it.'),
  at_least: z.boolean().default(false).describe('One that is larger is left as it is, and no failure.'),
  opts: words,
})

const units: Readonly<Record<string, number>> = {
  b: 1,
  s: 512,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5,
  e: 1024 ** 6,
}

/** A logical volume: made, and made larger. None is made smaller. */
export const logicalVolume: ProbedKind<z.infer<typeof volumeFields>> = probed({
  name: 'lvol',
  summary: 'A logical volume of LVM: made, and made larger.',
  schema: volumeFields,
  subject: ({ vg, lv }) => `${vg}/${lv}`,
  ask: ({ vg, lv }) => sh`command -v lvs >/dev/null 2>&1 || { echo no-lvm; exit 0; }
vgs --noheadings --nosuffix --units b -o vg_size,vg_extent_size -- ${vg} 2>/dev/null | sed 's/^ */group /'
lvs --noheadings --nosuffix --units b -o lv_size -- ${`${vg}/${lv}`} 2>/dev/null | sed 's/^ */volume /'`,
  change: ({ vg, lv, size, pvs, resizes, at_least, opts }, { stdout }) => {
    const rows = stdout.split('\n').map((line) => line.trim().split(/ +/))
    if (rows[0]?.[0] === 'no-lvm') return noLvm
    const group = rows.find(([word]) => word === 'group')
    const volume = rows.find(([word]) => word === 'volume')
    if (!group) return `there is no volume group ${vg}`
    const [, all = '0', extent = '1'] = group
    const isShare = size?.includes('%') ?? false
    if (!volume) {
      if (size === undefined) return `there is no ${vg}/${lv}: say its size`
      const words = [isShare ? '-l' : '-L', /\d$/.test(size) ? `${size}m` : size]
      return {
        summary: `create with ${size}`,
        script: sh`lvcreate -n ${lv} ${words} -y -W n ${splitWords(opts).words} ${vg} ${pvs}`,
      }
    }
    if (size === undefined || size.startsWith('+')) return undefined
    const [, amount = '0', unit = 'm'] = /^(\d+(?:\.\d+)?)(.*)$/.exec(size) ?? []
    // What is left is taken once.
    if (isShare && unit !== '%VG') return undefined
    const step = Number(extent)
    const bytes = isShare
      ? Math.floor((Number(all) * Number(amount)) / 100 / step) * step
      : Math.ceil((Number(amount) * (units[(unit || 'm').toLowerCase()] ?? 1)) / step) * step
    const is = Number(volume[1])
    if (bytes === is || (bytes < is && at_least)) return undefined
    if (bytes < is)
      return `${vg}/${lv} has ${is} bytes: it is made no smaller than that, as data would be lost`
    return {
      summary: `grow from ${is} to ${bytes} bytes`,
      script: sh`lvextend ${resizes ? ['-r'] : []} -L ${`${bytes}b`} ${`${vg}/${lv}`} ${pvs}`,
      takesLong: true,
    }
  },
})
