import { createHash } from 'node:crypto'

/** One thing in a version of an application; directories are there because something is in them. */
export type Entry =
  | { readonly is: 'directory'; readonly path: string }
  | { readonly is: 'link'; readonly path: string; readonly target: string }
  | {
      readonly is: 'file'
      readonly path: string
      readonly content: Uint8Array
      readonly executable: boolean
      /** Seconds since the epoch: web servers tell clients by it whether they have the newest. */
      readonly changed: number
    }

/** Why something cannot be a version of an application. */
export class Unusable extends Error {
  readonly next: string | undefined

  constructor(message: string, next?: string) {
    super(message)
    this.next = next
  }
}

/** All that one version may hold, in bytes: a small archive can unfold to more than any disk has. */
export const mostBytes = 2 ** 30

/**
 * The entries by their paths, in order. Throws Unusable where one of them would come to lie outside of its directory, or
 * points there: whoever writes archives decides where they write on realservers otherwise.
 */
export function settled(entries: Iterable<Entry>, within = ''): readonly Entry[] {
  const all = new Map<string, Entry>()
  let bytes = 0
  for (const entry of entries) {
    const path = cleanPath(entry.path)
    if (path === '') continue
    bytes += entry.is === 'file' ? entry.content.length : 0
    if (bytes > mostBytes) throw new Unusable(`it holds more than ${mostBytes / 2 ** 20} MiB`)
    const before = all.get(path)
    if (before && before.is !== entry.is)
      throw new Unusable(`${shown(path)} is there twice, as a ${before.is} and as a ${entry.is}`)
    all.set(path, { ...entry, path })
  }
  for (const { path } of all.values()) refuseBehind(path, all)
  const inner = below(all, cleanPath(within))
  for (const entry of inner) if (entry.is === 'link') refuseOutwards(entry)
  if (!inner.some(({ is }) => is === 'file')) throw new Unusable('it holds no file')
  return inner.toSorted((one, other) => (one.path < other.path ? -1 : 1))
}

/** What is in one directory of them, by its paths from there. */
function below(all: ReadonlyMap<string, Entry>, within: string): readonly Entry[] {
  if (within === '') return [...all.values()]
  const inner = [...all.values()].filter(({ path }) => path.startsWith(`${within}/`))
  if (inner.length > 0) return inner.map((entry) => ({ ...entry, path: entry.path.slice(within.length + 1) }))
  const tops = [...new Set([...all.keys()].map((path) => path.split('/')[0] ?? ''))].slice(0, 10)
  throw new Unusable(`there is no directory ${shown(within)} in it`, `it holds ${tops.map(shown).join(', ')}`)
}

/** The path without what means nothing. Throws Unusable where it leads out. */
function cleanPath(path: string): string {
  if (path.includes('\0')) throw new Unusable(`the name ${shown(path)} cannot be one of a file`)
  // Programs of Windows take both for the same.
  const parts = path.replaceAll('\\', '/').split('/')
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || parts.includes('..'))
    throw new Unusable(
      `${shown(path)} climbs out of its directory: it would be written elsewhere on the realservers`,
      'make the archive anew, from within the directory that is meant',
    )
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

/** Nothing lies behind a link or a file: it would come to lie where that points. */
function refuseBehind(path: string, all: ReadonlyMap<string, Entry>): void {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const found = all.get(path.slice(0, end))
    if (found && found.is !== 'directory')
      throw new Unusable(`${shown(path)} lies behind ${shown(found.path)}, which is a ${found.is}`)
  }
}

function refuseOutwards({ path, target }: Extract<Entry, { is: 'link' }>): void {
  let depth = path.split('/').length - 1
  const leaves = target.split('/').some((part) => {
    if (part === '' || part === '.') return false
    depth += part === '..' ? -1 : 1
    return depth < 0
  })
  if (target.startsWith('/') || leaves)
    throw new Unusable(
      `the link ${shown(path)} points out of its directory, to ${shown(target)}`,
      'put what it points to in its place',
    )
}

/** Sum of all that counts of them: what they are called and what they hold. */
export function sumOf(entries: readonly Entry[]): string {
  const sum = createHash('sha256')
  const note = (...words: readonly string[]) => sum.update(`${words.join('\0')}\0`)
  for (const entry of entries) {
    if (entry.is === 'directory') continue
    if (entry.is === 'link') note('link', entry.path, entry.target)
    else {
      note('file', entry.path, String(entry.executable), String(entry.content.length))
      sum.update(entry.content)
    }
  }
  return sum.digest('hex')
}

/** As people are shown it, whatever it is made of. */
function shown(path: string): string {
  return JSON.stringify(path.length > 120 ? `${path.slice(0, 119)}…` : path)
}
