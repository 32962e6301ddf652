import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { pathsOf, stateRoot } from './paths.ts'
import type { Topology } from './topology.ts'

/** What is kept about a lab, written before the first thing of it is made. */
export interface LabRecord {
  readonly topology: Topology
  /** 'starting' that stays is a lab whose start was interrupted. */
  readonly phase: 'starting' | 'up'
  readonly startedAt: string
}

/** Writes the record of a lab; a crash leaves the old one or the new one, never half of one. */
export async function writeRecord(lab: string, record: LabRecord): Promise<void> {
  const paths = pathsOf(lab)
  await mkdir(paths.root, { recursive: true, mode: 0o700 })
  await writeFile(`${paths.record}.new`, `${JSON.stringify(record, null, 2)}\n`)
  await rename(`${paths.record}.new`, paths.record)
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

/** Every lab with a folder on this computer. */
export async function recordedLabs(): Promise<readonly string[]> {
  const entries = await readdir(stateRoot(), { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}
