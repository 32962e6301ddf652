import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tool, Went } from './machines.ts'

/** What was measured when both tools had made the same of a playbook. */
export interface Measured {
  readonly playbook: string
  /** Seconds of the first and the second run. */
  readonly ansible: readonly number[]
  readonly understudy: readonly number[]
  /** Whether Ansible had pipelining switched on. */
  readonly pipelining: boolean
}

const path = join(import.meta.dirname, 'measured.json')

/** What is on record, by playbook. */
export function measured(): readonly Measured[] {
  return JSON.parse(readFileSync(path, 'utf8')) as readonly Measured[]
}

/** Puts a measurement on record, in place of an older one of the playbook. */
export function record(playbook: string, runs: Readonly<Record<Tool, readonly Went[]>>): void {
  const seconds = (tool: Tool) => runs[tool].map((went) => Math.round(went.seconds * 10) / 10)
  const entry = { playbook, ansible: seconds('ansible'), understudy: seconds('understudy'), pipelining: true }
  const others = measured().filter((one) => one.playbook !== playbook)
  const all = [...others, entry].toSorted((a, b) => a.playbook.localeCompare(b.playbook))
  writeFileSync(path, `[\n${all.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`)
}
