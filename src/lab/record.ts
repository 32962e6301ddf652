import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LabFailure } from './failure.ts'
import type { Owner } from './owner.ts'
import { pathsOf, stateRoot } from './paths.ts'
import type { Topology } from './topology.ts'

/** What is kept about a lab, written before the first thing of it is made. */
export interface LabRecord {
  readonly topology: Topology
  /** 'starting' or 'stopping' that stays is a lab whose start or end was interrupted. */
  readonly phase: 'starting' | 'up' | 'stopping'
  readonly startedAt: string
  /** The process the lab is not to outlive; absent where it stays up until somebody takes it down. */
  readonly owner?: Owner
}

/** Writes the record of a lab; a crash leaves the old one or the new one, never half of one. */
export async function writeRecord(lab: string, record: LabRecord): Promise<void> {
  const paths = pathsOf(lab)
  await writeFile(`${paths.record}.new`, `${JSON.stringify(record, null, 2)}\n`)
  await rename(`${paths.record}.new`, paths.record)
}

/** Makes the folder of a lab. It has its record from the first moment, by which it is known for one of ours. */
export async function makeFolder(lab: string, record: LabRecord): Promise<void> {
  const { root, record: file } = pathsOf(lab)
  const made = besides(lab).new
  await rm(made, { recursive: true, force: true })
  await mkdir(made, { recursive: true, mode: 0o700 })
  await writeFile(join(made, basename(file)), `${JSON.stringify(record, null, 2)}\n`)
  await rename(made, root).catch((error: NodeJS.ErrnoException) => {
    throw new LabFailure(`${root} exists, and is no lab's`, 'Remove it, or give the lab another --name.', {
      cause: error,
    })
  })
}

/** Removes the folder of a lab, and what is left of making or removing one. */
export async function removeFolder(lab: string): Promise<void> {
  const { root } = pathsOf(lab)
  const { new: made, gone } = besides(lab)
  await rm(gone, { recursive: true, force: true })
  // A folder half removed must not be taken for a lab.
  if (await hasRecord(lab)) await rename(root, gone)
  for (const folder of [made, gone]) await rm(folder, { recursive: true, force: true })
}

/** The record of a lab, or undefined where there is none that can be read. */
export async function readRecord(lab: string): Promise<LabRecord | undefined> {
  const text = await readFile(pathsOf(lab).record, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as LabRecord
  } catch {
    return undefined
  }
}

/** Every lab with a folder on this computer, also one that is only half made or half removed. */
export async function recordedLabs(): Promise<readonly string[]> {
  const entries = await readdir(stateRoot(), { withFileTypes: true }).catch(() => [])
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const found = await Promise.all(
    folders.map(async (name) => {
      const half = /^\.understudy-lab\.([a-z0-9-]+)\.(new|gone)$/.exec(name)?.[1]
      return half ?? ((await hasRecord(name)) ? name : undefined)
    }),
  )
  return [...new Set(found.filter((name) => name !== undefined))]
}

function hasRecord(lab: string): Promise<boolean> {
  return access(pathsOf(lab).record).then(
    () => true,
    () => false,
  )
}

/** Where the folder of a lab is while it is made and while it is removed. */
function besides(lab: string): { readonly new: string; readonly gone: string } {
  const place = (what: string) => join(stateRoot(), `.understudy-lab.${lab}.${what}`)
  return { new: place('new'), gone: place('gone') }
}
