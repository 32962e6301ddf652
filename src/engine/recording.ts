import { createHash } from 'node:crypto'
import { changeOf } from '../model/plan.ts'
import type { Answered, EndedStep, FormerEnd, Progress } from '../model/progress.ts'
import { writtenRegistered } from '../sensors/registered.ts'
import type { EndRecorded, Recorded } from '../shell/record.ts'
import type { Memorable, Memory, PlacedStep } from './planning.ts'
import type { Finished } from './printed.ts'

/** What a run has machines record of how far it came, and how far it had come before it was cut off. */
export interface Recording {
  /** Its name: eight letters and digits. */
  readonly run: string
  /** What it was asked for, in one line; asked for when something is to be changed. */
  readonly asked: () => string
  /** Lines about the files that it has read so far, the new ones at the end. */
  readonly files: () => readonly string[]
  /** What machines had recorded of it, by host. */
  readonly before: ReadonlyMap<string, Progress>
}

/** By what a step is known again. Its words may hold what nobody else is to read. */
export function placeOf(host: string, { key, id }: { readonly key: string; readonly id: string }): string {
  return createHash('sha256')
    .update(JSON.stringify([host, key, id]))
    .digest('hex')
    .slice(0, 32)
}

/** Longer answers are asked for again. */
const longest = 262_144

/** What is recorded of one host's part in a run. */
export class HostRecord {
  readonly #host: string
  readonly #recording: Recording | undefined
  readonly #before: Progress | undefined
  /** What its machine is told when something is changed there. */
  #told: string[] = []
  #files = 0
  /** Blocks of which something failed, and what they have for that was begun. */
  readonly #rescues: readonly string[]
  /** Its machine has a record of this run. */
  isOpen: boolean

  constructor(host: string, recording: Recording | undefined) {
    this.#host = host
    this.#recording = recording
    this.#before = recording?.before.get(host)
    this.isOpen = this.#before !== undefined
    this.#rescues = [...(this.#before?.ended.values() ?? [])].flatMap(({ key }) => rescuesIn(key))
  }

  /** What its tasks had been answered before the run was cut off, by their keys. */
  get memories(): ReadonlyMap<string, Memory> {
    const own = (this.#before?.answered ?? []).filter(({ host }) => host === this.#host)
    return new Map(own.map(({ key, result }) => [key, { result }]))
  }

  /** How a step ended before the run was cut off, if it did. */
  endOf(key: string, id: string): FormerEnd | undefined {
    const end = this.#before?.ended.get(placeOf(this.#host, { key, id }))
    return end && { ...end, wasRescued: isRescued(key, this.#rescues) }
  }

  /** How the end of a step is recorded by the machine itself. */
  recordsOf({ key, step, asksAgain, registers }: PlacedStep): Omit<EndRecorded, 'most'> | undefined {
    if (!this.#recording || asksAgain) return undefined
    const change = changeOf(step)
    const judges = step.resource?.options.judgement !== undefined
    return {
      key,
      place: placeOf(this.#host, { key, id: step.id }),
      changesNothing: change?.changesNothing === true,
      keepsOutput: registers === true || judges || Boolean(change?.reads || change?.didChange),
    }
  }

  /** Notes the end of a step that was not made on the host's own machine. */
  noteEnd(placed: PlacedStep, { status, stdout, stderr }: Finished): void {
    const records = this.recordsOf(placed)
    if (!records) return
    const { key, place, changesNothing, keepsOutput } = records
    const end: EndedStep = { key, status, changesNothing, ...(keepsOutput ? { stdout, stderr } : quiet) }
    this.#told.push(`step ${place} ${JSON.stringify(end)}`)
  }

  /** Notes what the host answered to a task that only asks: later ones rest on it. */
  noteAnswer({ key, expansion, result, failure }: Memorable): void {
    if (!this.#recording || !result || failure || expansion?.is !== 'ready') return
    if (!expansion.resources.every((resource) => resource.result !== undefined)) return
    const answered: Answered<string> = { host: this.#host, key, result: writtenRegistered(result) }
    const line = `answered ${JSON.stringify(answered)}`
    if (line.length <= longest) this.#told.push(line)
  }

  /** What a program that changes something on the machine opens its record with. */
  opening(): Recorded | undefined {
    if (!this.#recording) return undefined
    const { run, asked, files } = this.#recording
    return { run, asked: asked(), told: [...files().slice(this.#files), ...this.#told] }
  }

  /** The machine has what it was told. */
  keep({ told }: Recorded): void {
    const own = told.filter((line) => this.#told.includes(line)).length
    this.#told = this.#told.slice(own)
    this.#files += told.length - own
    this.isOpen = true
  }

  /** Is there anything left that the machine was not told? */
  get isBehind(): boolean {
    return this.#told.some((line) => line.startsWith('step '))
  }
}

function rescuesIn(key: string): readonly string[] {
  const parts = key.split('.')
  return parts.flatMap((part, at) => (part === 'rescue' ? [`${parts.slice(0, at).join('.')}.`] : []))
}

function isRescued(key: string, rescues: readonly string[]): boolean {
  return rescues.some((block) => key.startsWith(block) && !key.startsWith(`${block}rescue.`))
}

const quiet = { stdout: '', stderr: '' }
