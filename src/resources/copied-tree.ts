import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind, Upcoming } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Queries } from '../model/sensor.ts'
import type { CommandReading } from '../sensors/commands.ts'
import type { ContentReading } from '../sensors/contents.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { lines, sh } from '../shell/quote.ts'
import { backupField } from './backup.ts'
import { askFile, convergeFile } from './content.ts'
import { directory } from './directory.ts'
import { absolutePath, mode, ownership } from './fields.ts'
import { link } from './link.ts'
import { isRefusal } from './refuse.ts'
import { askOthers, removeOthers } from './tree-others.ts'
import { validateField } from './validation.ts'

const below = z.string().regex(/^(?!\/|(.*\/)?\.\.(\/|$))[^\0]+$/s, 'must be a path below the directory')

const schema = z.strictObject({
  dest: absolutePath.describe('The directory on the host; made where there is none.'),
  tree: z
    .array(
      z.discriminatedUnion('is', [
        z.strictObject({ is: z.literal('directory'), path: below, mode: mode.optional() }),
        z.strictObject({ is: z.literal('link'), path: below, target: z.string().min(1) }),
        z.strictObject({
          is: z.literal('file'),
          path: below,
          content: z.union([z.string(), z.instanceof(Uint8Array)]),
          mode,
        }),
      ]),
    )
    .describe('What is to be in it, each directory before what is in it.'),
  preserve: z.boolean().default(false).describe('Each file gets the permissions that it has here.'),
  as_here: z
    .enum(['always', 'when made'])
    .optional()
    .describe(
      'Files and directories get the permissions that they have here, or only those that are made, and these without what the usual umask takes.',
    ),
  alone: z
    .strictObject({ below: below.optional(), excluded: z.array(z.string()) })
    .optional()
    .describe(
      'What else is there is removed: below a directory of it, and nothing that rsync was to leave out.',
    ),
  directory_mode: mode.optional().describe('Permissions of the directories.'),
  once: z.boolean().optional().describe('Files that are there keep what they hold.'),
  validate: validateField,
  backup: backupField,
  ...ownership,
})

type CopiedTree = z.infer<typeof schema>

/** A directory of the controller with all that is in it. What else the host has there is left alone. */
export const copiedTree: ResourceKind<CopiedTree, Queries> = {
  name: 'copy',
  summary: 'A directory of the controller with all that is in it.',
  schema,
  subject: ({ dest }) => dest,
  inspect: ({ dest, tree, alone }) => ({
    at: fileAt(dest),
    ...(alone ? { others: askOthers(pathOf(dest, alone.below)) } : {}),
    ...Object.fromEntries(
      tree.flatMap(({ is, path }, index) =>
        Object.entries(questionsOf(is, pathOf(dest, path))).map(([name, query]) => [
          `${name} ${index}`,
          query,
        ]),
      ),
    ),
  }),
  converge: (wanted, found, upcoming) => {
    const { dest, tree } = wanted
    const changes = [
      changeOfTop(wanted, found.at as FileReading, upcoming),
      ...tree.map((_, index) => changeOf(wanted, index, found, upcoming)),
    ]
    const wrong = changes.find((change) => change && isRefusal(change))
    if (wrong) return wrong
    const made = changes.flatMap((change, index) =>
      change ? [{ change, path: pathOf(dest, tree[index - 1]?.path) }] : [],
    )
    const stray =
      wanted.alone && changeOfOthers(wanted, wanted.alone, (found.others as CommandReading).stdout)
    const all = stray ? [...made, { change: stray, path: dest }] : made
    return all.length === 0 ? undefined : together(all, wanted)
  },
}

function questionsOf(is: 'file' | 'directory' | 'link', path: string): Queries {
  return is === 'file' ? askFile(path) : { at: fileAt(path) }
}

function pathOf(dest: string, path: string | undefined): string {
  return path === undefined ? dest : `${dest === '/' ? '' : dest}/${path}`
}

/** The directory itself is left as it is where there is one. */
function changeOfTop(wanted: CopiedTree, at: FileReading, upcoming: Upcoming): Change | undefined {
  return at.type === 'directory' ? undefined : changeOfDirectory(wanted, wanted.dest, at, upcoming)
}

function changeOfDirectory(
  { owner, group, directory_mode }: CopiedTree,
  path: string,
  at: FileReading,
  upcoming: Upcoming,
): Change | undefined {
  const said = { owner, group, mode: directory_mode }
  return directory.converge(
    { path, state: 'present', recurse: false, parents: false, ...said },
    { at },
    upcoming,
  )
}

function changeOf(
  wanted: CopiedTree,
  index: number,
  found: Readonly<Record<string, unknown>>,
  upcoming: Upcoming,
): Change | undefined {
  const { dest, tree, preserve, owner, group, validate, backup, once } = wanted
  const entry = tree[index]
  if (!entry) return undefined
  const path = pathOf(dest, entry.path)
  const at = found[`at ${index}`] as FileReading
  switch (entry.is) {
    case 'directory': {
      const directory_mode = modeAsHere(wanted, entry.mode, at) ?? wanted.directory_mode
      return changeOfDirectory({ ...wanted, directory_mode }, path, at, upcoming)
    }
    case 'link':
      return link.converge({ path, target: entry.target, state: 'present', force: true }, { at }, upcoming)
    case 'file': {
      const content = found[`content ${index}`] as ContentReading
      const mode = preserve ? entry.mode : (modeAsHere(wanted, entry.mode, at) ?? wanted.mode)
      const own = { owner, group, mode }
      const file = { path, content: entry.content, validate, backup, once, ...own }
      return convergeFile(file, { at, content }, upcoming)
    }
  }
}

function modeAsHere({ as_here }: CopiedTree, here: string | undefined, at: FileReading): string | undefined {
  if (as_here === undefined || here === undefined) return undefined
  if (as_here === 'always') return here
  return at.type === 'absent' ? (Number.parseInt(here, 8) & ~0o022).toString(8).padStart(4, '0') : undefined
}

function changeOfOthers(
  { dest, tree }: CopiedTree,
  { below, excluded }: NonNullable<CopiedTree['alone']>,
  listing: string,
): Change | undefined {
  const before = below === undefined ? '' : `${below}/`
  const wanted = new Set(
    tree.flatMap(({ path }) => (path.startsWith(before) ? [path.slice(before.length)] : [])),
  )
  return removeOthers({ path: pathOf(dest, below), wanted, excluded, below }, listing)
}

interface Made {
  readonly change: Change
  readonly path: string
}

/** One change of many: what must be uploaded goes over in one piece, of which each takes its own. */
function together(made: readonly Made[], { dest }: CopiedTree): Change {
  const pieces: Script[] = []
  const contents: Uint8Array[] = []
  let from = 1
  for (const { change } of made) {
    const upload = change.uploads?.[0]
    const content = upload && 'content' in upload ? upload.content : undefined
    pieces.push(content ? withPiece(from, content.length, change.script) : lines(sh`(`, change.script, sh`)`))
    if (!content) continue
    contents.push(content)
    from += content.length
  }
  const names = made.map(({ change, path }) =>
    path === dest
      ? change.summary.startsWith('remove')
        ? change.summary
        : '.'
      : path.slice(dest.length + 1),
  )
  const shown =
    names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
  return {
    summary: `copy ${shown}`,
    differences: made.flatMap(({ change, path }) =>
      change.differences.map((one) => (one.is === 'text' ? one : { ...one, name: `${path}: ${one.name}` })),
    ),
    script: lines(...pieces),
    impact: 'none',
    disturbs: made.map(({ path }) => `file:${path}`),
    ...(contents.length > 0 ? { uploads: [{ name: 'tree', content: joined(contents) }] } : {}),
    ...(made.length > 100 ? { takesLong: true } : {}),
  }
}

function withPiece(from: number, size: number, script: Script): Script {
  return lines(
    sh`( us_up_content=$(mktemp); trap 'rm -f -- "$us_up_content"' EXIT
tail -c ${`+${from}`} "$us_up_tree" | head -c ${size} >"$us_up_content"
(`,
    script,
    sh`) )`,
  )
}

function joined(contents: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(contents.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const content of contents) {
    whole.set(content, at)
    at += content.length
  }
  return whole
}
