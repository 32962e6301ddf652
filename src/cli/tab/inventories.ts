import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../operations/places.ts'
import { inventoryNames } from '../places.ts'
import type { Candidate } from './candidate.ts'

/** Nobody waits for more folders than these to be looked into. */
const foldersAtMost = 200

/** Inventories in the folder that was typed, and in the folders there: files by their usual names, and folders with one. */
export function inventoriesFrom(typed: string): readonly Candidate[] {
  const start = typed.slice(0, typed.lastIndexOf('/') + 1)
  const { files, folders } = contentOf(start)
  const found = files.filter(isInventory).map((name) => start + name)
  for (const folder of folders.slice(0, foldersAtMost)) {
    const inner = contentOf(join(start || '.', folder))
    if (inner.files.some(isInventory)) found.push(start + folder)
    for (const below of inner.folders.slice(0, foldersAtMost))
      if (contentOf(join(start || '.', folder, below)).files.some(isInventory))
        found.push(`${start}${folder}/${below}`)
  }
  return found.map((value) => ({ value }))
}

/** Architectures that come along. */
export function architectures(): readonly Candidate[] {
  return contentOf(join(packageRoot, 'inventories')).folders.map((value) => ({ value }))
}

function isInventory(name: string): boolean {
  return inventoryNames.includes(name)
}

function contentOf(folder: string): {
  readonly files: readonly string[]
  readonly folders: readonly string[]
} {
  try {
    const entries = readdirSync(folder || '.', { withFileTypes: true }).filter(
      ({ name }) => !name.startsWith('.') && name !== 'node_modules',
    )
    const names = (of: typeof entries) => of.map(({ name }) => name).toSorted()
    return {
      files: names(entries.filter((entry) => !entry.isDirectory())),
      folders: names(entries.filter((entry) => entry.isDirectory())),
    }
  } catch {
    return { files: [], folders: [] }
  }
}
