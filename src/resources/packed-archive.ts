import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Query } from '../model/sensor.ts'
import { sha256 } from '../sensors/sha256.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { stagedBeside } from './fetch-script.ts'
import { absolutePath, ownership } from './fields.ts'
import { ownershipScript } from './ownership.ts'
import { type Answer, probed } from './probed.ts'
import { stateDirectory } from './state-directory.ts'

const schema = z.strictObject({
  paths: z.array(absolutePath).min(1).describe('What is packed; `*` and `?` stand for any signs of a name.'),
  dest: absolutePath.describe('The archive.'),
  format: z.enum(['tar', 'gz', 'bz2', 'xz', 'zip']).default('gz').describe('How it is packed.'),
  alone: z.boolean().default(false).describe('A single file is compressed by itself.'),
  exclude: z.array(absolutePath).default([]).describe('What is left out, with all below it.'),
  patterns: z
    .array(z.string().regex(/^[^\n\0]+$/))
    .default([])
    .describe('Names that are left out.'),
  remove: z.boolean().default(false).describe('What was packed is removed.'),
  ...ownership,
})

type Packed = z.infer<typeof schema>

/**
 * An archive of files of the host. It is made anew where one of them has another size, time, owner or mode than when it
 * was made: the host remembers that, beside the size and time of the archive itself.
 */
export const packedArchive: ResourceKind<Packed, { answer: Query<Answer> }> = probed({
  name: 'archive',
  summary: 'An archive of files of the host.',
  schema,
  subject: ({ dest }) => dest,
  about: ({ paths, dest }) => [...paths.map((path) => `file:${path.replace(/[*?[].*/, '')}`), `file:${dest}`],
  ask: (wanted) => {
    const { dest } = wanted
    return lines(
      listing(wanted),
      sh`if [ -d ${dest} ]; then echo 'directory'; exit 0; fi
us_state=$(us_stamp)
if [ -z "$us_names" ]; then if [ -e ${dest} ]; then echo gone; else echo nothing; fi
elif [ ! -e ${dest} ]; then echo absent
elif [ "$us_state" = "$(cat ${stampOf(dest)} 2>/dev/null)" ]; then echo same; else echo other; fi
printf '%s\n' "$us_names" | wc -l
if [ -e ${dest} ]; then stat -c '%a %u %U %g %G' -- ${dest}; else echo; fi`,
    )
  },
  change: (wanted, { stdout }) => {
    const { paths, dest, format, owner, group, mode } = wanted
    const [said = '', count = '', owns = ''] = stdout.split('\n')
    if (said === 'directory') return `${dest} is a directory`
    if (said === 'nothing') return `there is nothing at ${paths.join(', ')}`
    const [bits = '', uid, user, gid, ofGroup] = owns.split(' ')
    const isOwned =
      (mode === undefined || mode === bits.padStart(4, '0')) &&
      (owner === undefined || owner === user || owner === uid) &&
      (group === undefined || group === ofGroup || group === gid)
    if (said === 'same' || said === 'gone')
      return isOwned
        ? undefined
        : {
            summary: 'set owner and mode',
            script: ownershipScript({ owner, group, mode }, dest),
            disturbs: [`file:${dest}`],
            keeps: 'nothing',
          }
    return {
      summary: `${said === 'absent' ? 'pack' : 'pack anew'} ${count.trim()} files and directories`,
      script: stagedBeside(
        dest,
        lines(
          listing(wanted),
          packing(wanted),
          ownershipScript(
            { owner, group, mode: mode ?? (said === 'absent' ? '0644' : bits.padStart(4, '0')) },
            embed(sh`"$us_got"`),
          ),
          sh`mv -f -- "$us_got" ${dest}
mkdir -p ${`${stateDirectory}/archives`}
us_stamp >${stampOf(dest)}`,
          wanted.remove
            ? sh`printf '%s\n' "$us_tops" | while IFS= read -r us_f; do rm -rf -- "$us_f"; done`
            : sh`:`,
        ),
      ),
      disturbs: [
        `file:${dest}`,
        ...(wanted.remove ? paths.map((path) => `file:${path.replace(/[*?[].*/, '')}`) : []),
      ],
      keeps: 'nothing',
      takesLong: true,
      tells: () => ({ dest, dest_state: format === 'gz' && wanted.alone ? 'compress' : 'archive' }),
    }
  },
})

function stampOf(dest: string): string {
  return `${stateDirectory}/archives/${sha256(new TextEncoder().encode(dest))}`
}

/** The directory below which names begin: the one that all have in common. */
function rootOf(paths: readonly string[]): string {
  const directories = paths.map((path) =>
    path
      .replace(/[*?[].*/, '')
      .split('/')
      .slice(0, -1),
  )
  const [first = []] = directories
  const common = first.filter((_, index) =>
    directories.every((one) => first.slice(0, index + 1).every((part, at) => one[at] === part)),
  )
  return common.join('/') || '/'
}

/** Defines `$us_tops`, what is named, `$us_names`, all there is of it as it is called in the archive, and `us_stamp`. */
function listing({ paths, exclude, patterns, dest }: Packed): Script {
  const root = rootOf(paths)
  const words = paths.map((path) =>
    path.replace(/(?<=.)\/+$/, '').replaceAll(/[^A-Za-z0-9_/.*?[\]-]/g, '\\$&'),
  )
  const left = [
    ...[...exclude, dest].flatMap((path) => ['-path', relative(path, root), '-prune', '-o']),
    ...patterns.flatMap((pattern) => ['-name', pattern, '-prune', '-o']),
  ]
  return sh`us_tops=$(for us_f in ${{ script: words.join(' ') as Script }}; do if [ -e "$us_f" ] || [ -h "$us_f" ]; then printf '%s\n' "$us_f"; fi; done)
us_list() { cd -- ${root} && printf '%s\n' "$us_tops" | while IFS= read -r us_f; do
  [ -n "$us_f" ] || continue
  us_f=.\${us_f#${{ script: (root === '/' ? '' : root).replaceAll(/[^A-Za-z0-9_/.-]/g, '\\$&') as Script }}}
  # What a directory holds is packed, and not itself, as in Ansible's archives.
  if [ -d "$us_f" ] && [ ! -h "$us_f" ] && [ -n "$(ls -A "$us_f")" ]; then find "$us_f" -mindepth 1 ${left} -print
  else find "$us_f" ${left} -print; fi
done; }
us_names=$(us_list | sed -e 's|^\./||' -e '/^\.$/d' | LC_ALL=C sort -u)
us_stamp() { cd -- ${root} && printf '%s\n' "$us_names" | while IFS= read -r us_f; do stat -c '%n %s %Y %f %u %g' -- "$us_f"; done | sed 's/^\(.*\) [0-9]* \([0-9]* 4[0-9a-f]* \)/\1 0 \2/' | sha256sum | cut -c 1-64; if [ -e ${dest} ]; then stat -c '%s %Y' -- ${dest}; fi; }`
}

function relative(path: string, root: string): string {
  return `.${path.slice(root === '/' ? 0 : root.length)}`
}

const programs = { gz: 'gzip', bz2: 'bzip2', xz: 'xz' } as const

function packing({ paths, format, alone }: Packed): Script {
  const root = rootOf(paths)
  if (format === 'zip')
    return sh`command -v zip >/dev/null 2>&1 || { echo 'there is no zip on this host: install it in a task before' >&2; exit 1; }
(cd -- ${root} && printf '%s\n' "$us_names" | zip -q - -@ >"$us_got")`
  // That of busybox reads no list: it is told the names.
  const tar = sh`(cd -- ${root} && if tar --help 2>&1 | grep -q BusyBox; then
  set -f; IFS='
'
  # shellcheck disable=SC2086 # one word for each line
  set -- $us_names; tar --no-recursion -cf - "$@"
else printf '%s\n' "$us_names" | tar --no-recursion --verbatim-files-from -cf - -T -; fi)`
  if (format === 'tar') return sh`${embed(tar)} >"$us_got"`
  const program = programs[format]
  return alone
    ? sh`if [ "$(printf '%s\n' "$us_names" | wc -l)" -eq 1 ] && [ -f ${root}/"$us_names" ]; then ${program} -c <${root}/"$us_names" >"$us_got"
else ${embed(tar)} | ${program} -c >"$us_got"; fi`
    : sh`${embed(tar)} | ${program} -c >"$us_got"`
}
