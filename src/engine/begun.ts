import type { Emit } from '../model/event.ts'
import type { Program } from '../model/script.ts'
import type { Session } from '../model/session.ts'
import type { Intent } from '../model/task.ts'
import type { Around } from './around.ts'
import { type Connect, Delegates } from './delegates.ts'
import { HostRun } from './host.ts'
import { Meetings } from './meetings.ts'
import { SameAnswers } from './same-answers.ts'

/** The hosts of a run before there is a connection to any. */
export class Begun {
  readonly runs: readonly HostRun[]
  readonly meetings: Meetings
  readonly #intent: Intent
  readonly #byName: ReadonlyMap<string, HostRun>
  #delegates: Delegates | undefined

  /**
   * `tells`: say also which programs hosts are sent; these may hold secrets. `keeping`: machines keep what was there before
   * each change. `recording`: they record how far the run came. `versions`: what is wanted rests on which programs hosts have.
   */
  constructor(
    intent: Intent,
    emit: Emit,
    {
      tells = false,
      keeping,
      recording,
      versions = false,
    }: { readonly tells?: boolean; readonly versions?: boolean } & Pick<Around, 'keeping' | 'recording'> = {},
  ) {
    this.#intent = intent
    const byName = new Map<string, HostRun>()
    const meetings = new Meetings(intent.plays, (name, play) => byName.get(name)?.isOutOf(play) ?? true)
    const sameAnswers = new SameAnswers()
    const deeds = { count: 0 }
    this.runs = [...intent.hosts.values()]
      .map(
        (host) =>
          new HostRun(host, playsOf(intent, host.name), emit, {
            delegates: () => this.delegates,
            tells,
            meetings,
            sameAnswers,
            deeds,
            versions,
            keeping,
            recording,
            others: (other, key) => byName.get(other)?.knownAt(placeFor(intent, host.name, other, key)),
          }),
      )
      .filter(hasPart)
    for (const run of this.runs) byName.set(run.host.name, run)
    this.meetings = meetings
    this.#byName = byName
  }

  /** What a host will be asked first, for whoever can send it earlier with something else; `undefined`: nothing that can. */
  ahead(host: string): Program | undefined {
    return this.#byName.get(host)?.firstQuestions()
  }

  /** Says how hosts are connected to that are worked on for others. */
  connectBy(connect: Connect): void {
    const { delegates, hosts } = this.#intent
    this.#delegates = new Delegates(
      delegates ?? hosts,
      connect,
      (name) => this.#byName.get(name)?.openSession,
    )
  }

  /** The session of a machine that something was changed on; connects anew where it was lost. Throws the failures of the connection. */
  async sessionOf(name: string, connect: Connect, signal: AbortSignal): Promise<Session> {
    const run = this.#byName.get(name)
    if (!run) return this.delegates.session(name, signal)
    if (!run.openSession || run.failure?.code === 'CONNECTION_LOST') await run.open(connect, signal)
    return run.session
  }

  get delegates(): Delegates {
    if (!this.#delegates) throw new Error('nobody has said how hosts are connected to')
    return this.#delegates
  }
}

/** Where another host stood when this one stands there: behind the play, where its wave came before. */
function placeFor({ plays }: Intent, host: string, other: string, key: string): string {
  const number = Number(key.split('.')[0])
  const waves = plays[number]?.waves ?? []
  const waveOf = (name: string) => waves.findIndex((wave) => wave.includes(name))
  return waveOf(other) >= 0 && waveOf(other) < waveOf(host) ? String(number + 1) : key
}

/** A host for which every task is skipped, whatever its facts are, need not be asked anything. */
function hasPart({ plays }: HostRun): boolean {
  const tasks = plays.flatMap((play) => play.tasks)
  const unknown = { facts: new Map(), registered: new Map() }
  return tasks.length === 0 || tasks.some((task) => task.expand(unknown).is !== 'skipped')
}

function playsOf(intent: Intent, host: string) {
  return intent.plays.map(({ name, tasks, handlers, forceHandlers = false }) => ({
    play: name,
    tasks: tasks.get(host) ?? [],
    handlers: handlers?.get(host) ?? [],
    forceHandlers,
  }))
}
