import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import { quoted } from '../../model/quoted.ts'
import { repeated } from '../../model/sourced.ts'
import { unreadable } from '../files.ts'
import type { Warn } from '../problem.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { readYamlFile, type YamlSurroundings } from '../yaml.ts'
import { collecting, type Draft, type Given } from './draft.ts'

/** What one file under group_vars/ or host_vars/ gives. */
export interface VarsFile {
  /** The group or host. */
  readonly name: string
  readonly kind: 'group_vars' | 'host_vars'
  /** `group_vars/web.yaml`. */
  readonly giver: string
  readonly given: readonly Given[]
  /** It could not be read, and belongs to no group or host that is there yet. */
  readonly problems?: readonly Failure[]
}

const endings = ['', '.yml', '.yaml', '.json']

/** Reads group_vars/ and host_vars/ of one directory; what belongs to no group or host is warned about. */
export async function readVarsFiles(
  directory: string,
  draft: Draft,
  warnOfUnused: Warn,
): Promise<readonly VarsFile[]> {
  const found: VarsFile[] = []
  for (const kind of ['group_vars', 'host_vars'] as const) {
    const known = kind === 'group_vars' ? draft.groups : draft.hosts
    const folder = join(directory, kind)
    for (const { name, path } of (await collecting(draft.problems, () => entriesOf(folder, draft.warn))) ??
      [])
      if (!known.has(name) && /\.(md|txt|rst)$/.test(name)) continue
      else if (!known.has(name)) {
        warnOfUnused(
          'inventory-vars-unused',
          `no ${kind === 'group_vars' ? 'group' : 'host'} is called ${quoted(name)}, so this is not used; ${suggestion(name, known.keys())}`,
          { file: path, line: 1, col: 1 },
        )
        found.push(
          ...(await readInAdvance(path, { name, kind, giver: kind + path.slice(folder.length) }, draft)),
        )
      } else
        for (const file of (await collecting(draft.problems, () => filesOf(path))) ?? []) {
          const given = await collecting(draft.problems, () => readVars(file, draft))
          if (given) found.push({ name, kind, giver: kind + file.slice(folder.length), given })
        }
  }
  return found
}

/** What a group or host would have that a run may make. What is wrong in it is told when it is made. */
async function readInAdvance(
  path: string,
  about: Pick<VarsFile, 'name' | 'kind' | 'giver'>,
  draft: Draft,
): Promise<readonly VarsFile[]> {
  const problems: Failure[] = []
  const found: VarsFile[] = []
  for (const file of (await collecting(problems, () => filesOf(path))) ?? []) {
    const given = await collecting(problems, () => readVars(file, { ...draft, warn: () => {} }))
    if (given) found.push({ ...about, given })
  }
  return problems.length === 0 ? found : [{ ...about, given: [], problems }]
}

/** The real path of a directory, so that one reached in two ways is read once. */
export async function realDirectory(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

/** Variables from one YAML or JSON file. Throws InvalidInput. */
export async function readVars(file: string, surroundings: YamlSurroundings): Promise<readonly Given[]> {
  const sourced = await readYamlFile(file, surroundings)
  if ('entries' in sourced)
    return [...sourced.entries].map(([name, { key, value }]) => ({ name, key, value }))
  if ('scalar' in sourced && sourced.scalar === null) return []
  throw new InvalidInput([
    problem(
      'inventory-vars',
      `expected variables, found ${repeated(sourced)}`,
      sourced.origin,
      'write each variable as "name: value"',
    ),
  ])
}

/** One entry for each group or host, the one Ansible would take where several bear its name. */
async function entriesOf(folder: string, warn: Warn): Promise<readonly { name: string; path: string }[]> {
  const chosen = new Map<string, string>()
  const files = (await listed(folder)).filter((file) => !ignored(file))
  for (const ending of endings)
    for (const file of files) {
      const name = ending === '' ? file : basename(file, ending)
      const path = join(folder, file)
      if (ending === '' ? endings.includes(extname(file)) && extname(file) !== '' : extname(file) !== ending)
        continue
      const taken = chosen.get(name)
      if (taken)
        warn(
          'inventory-vars-unused',
          `${taken} bears the same name and is read instead of this; move both into a directory ${name}/`,
          {
            file: path,
            line: 1,
            col: 1,
          },
        )
      else chosen.set(name, path)
    }
  return [...chosen].map(([name, path]) => ({ name, path }))
}

/** A file itself, or all files of a directory and the directories in it, by name. */
async function filesOf(path: string): Promise<readonly string[]> {
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new InvalidInput([unreadable(path, error)])
  })
  if (!status.isDirectory()) return [path]
  const files: string[] = []
  for (const entry of await listed(path)) {
    const inner = join(path, entry)
    if (ignored(entry)) continue
    if (endings.includes(extname(entry)) || (await stat(inner)).isDirectory())
      files.push(...(await filesOf(inner)))
  }
  return files
}

function ignored(name: string): boolean {
  return name.startsWith('.') || /(~|\.(orig|bak|swp|rej|tmp|dpkg-\w+|rpm(new|save)))$/.test(name)
}

/** Names in a directory, sorted by their bytes as Ansible does; none where it does not exist. */
async function listed(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw new InvalidInput([unreadable(directory, error)])
  })
  return names.toSorted((a, b) => (a < b ? -1 : 1))
}
