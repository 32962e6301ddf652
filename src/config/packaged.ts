import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Origin, showOrigin } from '../model/origin.ts'
import type { Scalar, Sourced, SourcedEntry } from '../model/sourced.ts'

/** Where the build leaves what it has read, below the package's root. */
export const packagedFile = 'dist/cli/playbooks.json'

/** A value without its file: its line and column, and a scalar, items, or entries with the places of their keys. */
type Kept =
  | readonly [line: number, col: number, scalar: Scalar]
  | readonly [line: number, col: number, items: readonly Kept[]]
  | readonly [line: number, col: number, entries: Readonly<Record<string, readonly [number, number, Kept]>>]

interface KeptFile {
  readonly text: string
  readonly content: Kept
}

/**
 * The playbooks and roles that come along, as the build has read them: reading their YAML is a tenth of a lint. A file counts
 * only while its text is the one that was read, letter for letter; where the build has left nothing, none does.
 */
export class Packaged {
  readonly #root: string
  readonly #asBuilt = new Set<string>()
  #files: Readonly<Record<string, KeptFile>> | undefined

  constructor(packageRoot: string) {
    this.#root = packageRoot
  }

  /** What stands in a file of this text; `undefined` where that has to be read. */
  contentOf(path: string, text: string): Sourced | undefined {
    const name = relative(this.#root, path)
    if (!name.startsWith('playbooks/')) return undefined
    this.#files ??= filesIn(join(this.#root, packagedFile))
    const file = this.#files[name]
    if (file?.text !== text) return undefined
    this.#asBuilt.add(path)
    return sourced(file.content, path)
  }

  /**
   * Is what was read from this file what the build has read? The build fails where a lint finds anything wrong with it, so what
   * does not depend on an inventory need not be looked at again.
   */
  isAsBuilt(path: string): boolean {
    return this.#asBuilt.has(path)
  }
}

/** What `Packaged` reads, of files by their names below the package's root. Throws where a value is a secret or has a tag. */
export function packaged(
  files: ReadonlyMap<string, { readonly text: string; readonly content: Sourced }>,
): string {
  return JSON.stringify(
    Object.fromEntries(
      [...files].map(([name, { text, content }]) => [name, { text, content: kept(content) }]),
    ),
  )
}

function filesIn(path: string): Readonly<Record<string, KeptFile>> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, KeptFile>
  } catch {
    return {}
  }
}

function sourced([line, col, value]: Kept, file: string): Sourced {
  const origin: Origin = { file, line, col }
  if (value === null || typeof value !== 'object') return { origin, scalar: value }
  if (isList(value)) return { origin, items: value.map((item) => sourced(item, file)) }
  const entries = Object.entries(value).map(([name, [line, col, entry]]): [string, SourcedEntry] => [
    name,
    { key: { file, line, col }, value: sourced(entry, file) },
  ])
  return { origin, entries: new Map(entries) }
}

function isList(value: Exclude<Kept[2], Scalar>): value is readonly Kept[] {
  return Array.isArray(value)
}

function kept(value: Sourced): Kept {
  const { line, col } = value.origin
  if ('items' in value) return [line, col, value.items.map(kept)]
  if ('entries' in value) {
    const entries = [...value.entries].map(([name, { key, value }]) => {
      // Such keys would be put in another order.
      if (/^\d/.test(name)) throw new Error(`${showOrigin(key)}: a key that is a number cannot be kept`)
      return [name, [key.line, key.col, kept(value)]] as const
    })
    return [line, col, Object.fromEntries(entries)]
  }
  const { origin, scalar, ...more } = value
  if (Object.keys(more).length > 0)
    throw new Error(`${showOrigin(origin)}: a value with ${Object.keys(more)} cannot be kept`)
  return [line, col, scalar]
}
