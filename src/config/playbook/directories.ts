import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import type { Scalar, Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'

/** One entry of a directory of the controller, by its path below it. */
type Entry =
  | { readonly is: 'file'; readonly path: string; readonly from: string; readonly size: number }
  | { readonly is: 'directory'; readonly path: string; readonly from: string }
  | { readonly is: 'link'; readonly path: string; readonly target: string }

/** What can still be compared and sent in one piece. */
const most = { entries: 10_000, bytes: 256 * 1024 * 1024 }

/** Permissions of a file of the controller, in octal. */
export function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8).padStart(4, '0')
}

/** How a directory is read. */
interface DirectoryReading {
  readonly origin: Origin
  readonly follow: boolean
  read(path: string): Scalar
  /** What is left out, by its path below the directory. */
  isExcluded?(path: string, isDirectory: boolean): boolean
}

/** Reads a directory as one field of a task; what its name stands for is part of it where it does not end in `/`. */
export function directoryOf(
  written: string,
  found: string,
  { origin, follow, read, isExcluded = () => false }: DirectoryReading,
): Sourced {
  const below = written.endsWith('/') ? '' : basename(found)
  const entries = walk(found, below, follow, isExcluded)
  const bytes = entries.reduce((sum, entry) => sum + (entry.is === 'file' ? entry.size : 0), 0)
  if (entries.length > most.entries || bytes > most.bytes)
    throw new InvalidInput([
      problem(
        'playbook-directory',
        `${quoted(written)} holds ${entries.length} files of ${bytes} bytes in all: ${most.entries} of ${most.bytes} are the most`,
        origin,
        'bring it as an archive, with unarchive',
      ),
    ])
  const mapping = (fields: Readonly<Record<string, Scalar>>): Sourced => ({
    origin,
    entries: new Map(
      Object.entries(fields).map(([name, scalar]) => [name, { key: origin, value: { origin, scalar } }]),
    ),
  })
  const item = (entry: Entry): Sourced => {
    const { path } = entry
    if (entry.is === 'directory') return mapping({ path, is: 'directory', mode: modeOf(entry.from) })
    if (entry.is === 'link') return mapping({ path, is: 'link', target: entry.target })
    return mapping({ path, is: 'file', content: read(entry.from), mode: modeOf(entry.from) })
  }
  return { origin, items: entries.map(item) }
}

/** What is in a directory, each directory before what is in it. A link is followed unless that would go in a circle. */
function walk(
  top: string,
  below: string,
  follow: boolean,
  isExcluded: NonNullable<DirectoryReading['isExcluded']>,
): readonly Entry[] {
  const found: Entry[] = []
  const into = (directory: string, under: string, above: readonly string[]) => {
    for (const name of readdirSync(directory).toSorted()) {
      if (found.length > most.entries) return
      const from = join(directory, name)
      const path = under === '' ? name : `${under}/${name}`
      const isLink = lstatSync(from).isSymbolicLink()
      const about = statSync(from, { throwIfNoEntry: false })
      const real = about?.isDirectory() ? realpathSync(from) : ''
      if (isExcluded(path, (about?.isDirectory() ?? false) && (follow || !isLink))) continue
      const isCircle = above.some((one) => one === real || one.startsWith(`${real}${sep}`))
      if (isLink && (!follow || !about || (about.isDirectory() && isCircle)))
        found.push({ is: 'link', path, target: readlinkSync(from) })
      else if (about?.isDirectory()) {
        found.push({ is: 'directory', path, from })
        into(from, path, [...above, real])
      } else found.push({ is: 'file', path, from, size: about?.size ?? 0 })
    }
  }
  if (below !== '') found.push({ is: 'directory', path: below, from: top })
  into(top, below, [realpathSync(top)])
  return found
}
