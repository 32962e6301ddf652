import { closeSync, openSync, readdirSync, readSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { beginsProgram } from './script.ts'

/**
 * Why the inventories may say something else than when they were read, at `since` in milliseconds; nothing where none of
 * their files, nor of the files of variables beside them, has changed.
 */
export function staleInventory(sources: readonly string[], since: number): string | undefined {
  for (const source of sources) {
    const status = statusOf(source)
    // Names of hosts that stand on the command line stay what they are.
    if (!status) continue
    const program = programIn(source, status)
    if (program !== undefined)
      return `the inventory is made by the program ${program}, and is read once: make two runs of it`
    const beside = status.isDirectory()
      ? []
      : ['group_vars', 'host_vars'].map((name) => join(dirname(source), name))
    const changed = [source, ...beside].map((path) => changedIn(path, since)).find((path) => path)
    if (changed !== undefined)
      return `${changed} has changed since the inventory was read, which is done once: make two runs of it`
  }
  return undefined
}

/** What of a file, or of a directory and all in it, has changed since then. */
function changedIn(path: string, since: number): string | undefined {
  const status = statusOf(path)
  if (!status) return undefined
  if (status.ctimeMs >= since) return path
  if (!status.isDirectory()) return undefined
  return insideOf(path)
    .map((inner) => changedIn(inner, since))
    .find((found) => found)
}

/** An inventory that is run rather than read, and what can be read only once. */
function programIn(path: string, status: Stats): string | undefined {
  if (status.isDirectory())
    return insideOf(path)
      .filter((inner) => !['group_vars', 'host_vars'].includes(basename(inner)))
      .flatMap((inner) => {
        const found = statusOf(inner)
        return (found && programIn(inner, found)) ?? []
      })[0]
  return status.isFile() && !isProgram(path) ? undefined : path
}

function isProgram(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(4)
    readSync(file, start, 0, 4, 0)
    return beginsProgram(start.toString('latin1'))
  } finally {
    closeSync(file)
  }
}

/** What lies in a directory, but for links to directories, which may lead in circles. */
function insideOf(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .map((entry) => ({ entry, path: join(directory, entry.name) }))
    .filter(({ entry, path }) => !entry.isSymbolicLink() || statusOf(path)?.isFile())
    .map(({ path }) => path)
}

function statusOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}
