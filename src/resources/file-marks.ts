import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { Resource, Upcoming } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { fileAt } from '../sensors/files.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { type Marks, readMarks } from './marks-found.ts'
import { isRefusal, refuse } from './refuse.ts'

const part = (what: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, `must be ${what} of SELinux`)
    .optional()

/** The marks that a file can carry beside its owner and mode. */
export const fileMarks = z.strictObject({
  paths: z.array(absolutePath).min(1).describe('What carries them.'),
  name: z
    .string()
    .regex(/^[^/\0]+$/, 'must be a name')
    .optional()
    .describe('The name of what carries them, where its path turns out to be a directory.'),
  recurse: z.boolean().default(false).describe('So does all that is in it.'),
  seuser: part('a user'),
  serole: part('a role'),
  setype: part('a type'),
  selevel: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.,:-]*$/, 'must be a level of SELinux')
    .optional(),
  attributes: z
    .string()
    .regex(/^[-+=]?[A-Za-z]*$/, 'must be letters of chattr, + or - before them')
    .optional(),
})

/** What of a label can be said, in the order of a label. */
const parts = ['seuser', 'serole', 'setype', 'selevel'] as const

type Wanted = z.infer<typeof fileMarks>

/** What the policy gives to a path. */
const byPolicy = '_default'

/** The same thing, with the label of SELinux and the attributes of its file system that it is to have when it is there. */
export function withMarks(inner: Resource, wanted: Wanted): Resource {
  const marks: Query<CommandReading> = {
    ...outcomeOf(askMarks(wanted)),
    about: [...wanted.paths.map((path) => `file:${path}` as const), 'file:/etc/selinux'],
  }
  return {
    ...inner,
    queries: { ...inner.queries, marks },
    converge: (found, upcoming) => {
      const change = inner.converge(found, upcoming)
      if (change && (isRefusal(change) || change.changesNothing)) return change
      return marked(change, wanted, readMarks((found.marks as CommandReading).stdout), upcoming)
    },
  }
}

function marked(
  change: Change | undefined,
  wanted: Wanted,
  found: Marks,
  upcoming: Upcoming,
): Change | undefined {
  const trouble = troubleOf(wanted, found)
  if (trouble) return wanted.paths.some((path) => upcoming.touches(fileAt(path))) ? change : refuse(trouble)
  const differences = wanted.paths.flatMap((path, index) =>
    // What is not there, and is not made, carries nothing.
    !change && !found.at[index]?.isThere
      ? []
      : [
          ...labelDifferences(path, index, wanted, found),
          ...attributeDifferences(path, index, wanted, found),
        ],
  )
  // What is written anew has neither.
  if (differences.length === 0 && !change) return undefined
  const after = setMarks(wanted, found)
  if (!change)
    return {
      summary: 'set label and attributes',
      differences,
      script: after,
      impact: 'none',
      disturbs: wanted.paths.map((path) => `file:${path}` as const),
    }
  return {
    ...change,
    differences: [...change.differences, ...differences],
    script: lines(sh`(`, change.script, sh`)`, after),
  }
}

function troubleOf(wanted: Wanted, found: Marks): string | undefined {
  if (wanted.attributes !== undefined && !found.canMark)
    return 'there is no chattr on this host: install e2fsprogs in a task before'
  if (found.isLabelling && wantsDefault(wanted) && !found.knowsDefaults)
    return 'there is no matchpathcon on this host: install libselinux-utils in a task before'
  return undefined
}

function wantsDefault(wanted: Wanted): boolean {
  return parts.some((name) => wanted[name] === byPolicy)
}

/** The parts of a label that are asked for; what the policy has is put in where it has something. */
function labelOf(wanted: Wanted, index: number, found: Marks): Readonly<Record<string, string>> {
  const usual = found.at[index]?.usual
  const said = parts.flatMap((name, at) => {
    const value = wanted[name] === byPolicy ? usual?.[at] : wanted[name]
    return value === undefined || (name === 'selevel' && !found.hasLevels) ? [] : [[name, value] as const]
  })
  return Object.fromEntries(said)
}

function labelDifferences(path: string, index: number, wanted: Wanted, found: Marks): readonly Difference[] {
  const at = found.at[index]
  if (!found.isLabelling || at?.isSpecial) return []
  const label = labelOf(wanted, index, found)
  const asked = parts.map((name) => label[name])
  if (asked.every((value) => value === undefined)) return []
  const others = at?.labels.find((has) =>
    asked.some((value, one) => value !== undefined && value !== has[one]),
  )
  if (at && at.labels.length > 0 && !others) return []
  const after = asked.map((value, one) => value ?? others?.[one] ?? '*').slice(0, found.hasLevels ? 4 : 3)
  return [
    {
      is: 'attribute',
      name: nameOf('SELinux label', path, wanted),
      before: others?.join(':'),
      after: after.join(':'),
    },
  ]
}

function attributeDifferences(
  path: string,
  index: number,
  wanted: Wanted,
  found: Marks,
): readonly Difference[] {
  const { attributes } = wanted
  if (attributes === undefined) return []
  const at = found.at[index]
  const others = at?.attributes.find((has) => !isAsSaid(attributes, has))
  if (at && at.attributes.length > 0 && others === undefined) return []
  return [{ is: 'attribute', name: nameOf('attributes', path, wanted), before: others, after: attributes }]
}

function nameOf(what: string, path: string, { paths }: Wanted): string {
  return paths.length === 1 ? what : `${path}: ${what}`
}

/** That it lies in extents is the file system's own affair, unless it is named. */
function isAsSaid(said: string, has: string): boolean {
  const letters = said.replace(/^[-+=]/, '')
  if (said.startsWith('+')) return [...letters].every((one) => has.includes(one))
  if (said.startsWith('-')) return [...letters].every((one) => !has.includes(one))
  const plain = (text: string) =>
    [...new Set(letters.includes('e') ? text : text.replaceAll('e', ''))].toSorted().join('')
  return plain(letters) === plain(has)
}

/** Sets what is asked for, wherever it is not so. */
function setMarks(wanted: Wanted, found: Marks): Script {
  const { attributes, recurse, name } = wanted
  const chattr = attributes === undefined ? undefined : `${/^[-+=]/.test(attributes) ? '' : '='}${attributes}`
  const flags = { seuser: '-u', serole: '-r', setype: '-t', selevel: '-l' } as const
  return lines(
    ...wanted.paths.map((path, index) => {
      const label = labelOf(wanted, index, found)
      const words = parts.flatMap((one) => (label[one] === undefined ? [] : [flags[one], label[one]]))
      const isLabelled = found.isLabelling && !found.at[index]?.isSpecial && words.length > 0
      return lines(
        placeOf(path, name),
        sh`if [ -e "$us_f" ] || [ -h "$us_f" ]; then`,
        !isLabelled ? sh`:` : sh`chcon -h ${recurse ? ['-R'] : []} ${words} -- "$us_f"`,
        chattr === undefined
          ? sh`:`
          : recurse
            ? sh`find "$us_f" ! -type l -exec chattr ${chattr} {} +`
            : sh`chattr ${chattr} "$us_f"`,
        sh`fi`,
      )
    }),
  )
}

function placeOf(path: string, name: string | undefined): Script {
  return name === undefined
    ? sh`us_f=${path}`
    : sh`us_f=${path}; if [ -d "$us_f" ] && [ ! -h "$us_f" ]; then us_f=\${us_f%/}/${name}; fi`
}

/** Prints what each path carries, in the words that `readMarks` reads. */
function askMarks(wanted: Wanted): Script {
  const { paths, name, recurse, attributes } = wanted
  const isLabelled = parts.some((one) => wanted[one] !== undefined)
  const label = sh`  if [ -n "$us_on" ]; then
    case $(stat -f -c %T -- "$us_f" 2>/dev/null) in fuse*|nfs*|vboxsf|ramfs|v9fs|msdos|vfat) echo special ;; esac
    ${embed(recurse ? sh`find "$us_f" -exec stat -c 'label %C' -- {} + 2>/dev/null | sort -u | head -n 200` : sh`stat -c 'label %C' -- "$us_f" 2>/dev/null`)} || :
    ${embed(wantsDefault(wanted) ? sh`if command -v matchpathcon >/dev/null 2>&1; then printf 'default %s\n' "$(matchpathcon -n "$us_f" 2>/dev/null)"; else echo no-defaults; fi` : sh`:`)}
  fi`
  const flags = recurse
    ? sh`  find "$us_f" ! -type l -exec lsattr -d {} + 2>/dev/null | while read -r us_a; do echo "flags \${us_a%% *}"; done | sort -u | head -n 200`
    : sh`  if [ -e "$us_f" ] && us_a=$(lsattr -d "$us_f" 2>/dev/null); then echo "flags \${us_a%% *}"; fi`
  const each = paths.map((path) =>
    lines(
      placeOf(path, name),
      sh`echo path
if [ -e "$us_f" ] || [ -h "$us_f" ]; then echo there; fi`,
      sh`${embed(isLabelled ? label : sh`  :`)}`,
      attributes === undefined ? sh`  :` : flags,
    ),
  )
  return lines(
    sh`us_on=; if [ -e /sys/fs/selinux/enforce ]; then us_on=y; echo selinux; fi
if [ "$(cat /sys/fs/selinux/mls 2>/dev/null)" = 1 ]; then echo levels; fi
if command -v chattr >/dev/null 2>&1 && command -v lsattr >/dev/null 2>&1; then echo chattr; fi`,
    ...each,
  )
}
