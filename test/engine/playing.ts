import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ForeignUse } from '../../src/config/index.ts'
import { prepare } from '../../src/engine/rollout.ts'
import type { HostRecap, RunEvent } from '../../src/model/event.ts'
import { explain, Failure } from '../../src/model/failure.ts'
import type { AtTerminal } from '../../src/model/pausing.ts'
import { changeOf, type HostPlan, type Plan } from '../../src/model/plan.ts'
import { type Project, project } from '../config/playbook/project.ts'
import { ShellSession } from './shell-session.ts'

/** What can be seen of a run from outside. */
export interface Played {
  readonly events: readonly RunEvent[]
  readonly recaps: readonly HostRecap[]
  readonly failures: readonly string[]
  /** What each host was planned to do: sign and id of each step that is not as it should be. */
  readonly planned: readonly string[]
  /** The same as it is, with what each step would change. */
  readonly plan: Plan
  /** Steps that were carried out, with what came of them. */
  readonly steps: readonly string[]
  /** What tasks said. */
  readonly said: readonly string[]
  readonly trips: readonly number[]
  /** Hosts to which a connection was made. */
  readonly opened: readonly string[]
}

/** A playbook that is played on real shells of this computer, in a directory of its own. */
export class Playground implements Disposable {
  readonly #project: Project
  /** Ends the shell of the host after so many steps. */
  cutAfterSteps = Number.POSITIVE_INFINITY
  /** So many attempts to connect are in vain first. */
  unreachable = 0
  /** Who answers pauses. */
  atTerminal: AtTerminal | undefined

  constructor(files: Readonly<Record<string, string>>) {
    this.#project = project({
      'inventory.yaml': 'all: { hosts: { a: { ansible_connection: local } } }\n',
      ...files,
    })
  }

  at(name: string): string {
    return join(this.#project.directory, name)
  }

  read(name: string): string | undefined {
    return existsSync(this.at(name)) ? readFileSync(this.at(name), 'utf8') : undefined
  }

  problems(): Promise<readonly string[]> {
    return this.#project.problems()
  }

  /** Plans, and unless told otherwise applies. `here` is the directory, for playbooks. */
  async play({
    apply = true,
    tags = [],
    foreign,
  }: {
    apply?: boolean
    tags?: readonly string[]
    foreign?: ForeignUse
  } = {}): Promise<Played> {
    const extraVars = [`here=${this.#project.directory}`]
    const intent = await this.#project.load({ extraVars, tags, foreign })
    const events: RunEvent[] = []
    const opened: string[] = []
    const prepared = await prepare(intent, {
      connect: async ({ name }) => {
        // Each host is at home in a directory of its own.
        const home = this.at(name)
        mkdirSync(home, { recursive: true })
        const session = new ShellSession(home)
        opened.push(name)
        if (this.unreachable-- > 0) throw new Failure('UNREACHABLE', 'nobody answers')
        session.cutAfterSteps = this.cutAfterSteps
        return session
      },
      emit: (event) => events.push(event),
      forks: 8,
      signal: new AbortController().signal,
      atTerminal: this.atTerminal,
    })
    if (apply) await prepared.carryOut()
    const recaps = prepared.recaps()
    return {
      events,
      recaps,
      failures: prepared.hosts.flatMap(({ failure }) => (failure ? [this.#short(failure)] : [])),
      planned: prepared.plan.hosts
        .flatMap(shown)
        .map((text) => text.replaceAll(this.#project.directory, '.')),
      plan: prepared.plan,
      steps: events.flatMap((event) =>
        event.is === 'step-finished'
          ? [`${event.outcome} ${event.step}`.replaceAll(this.#project.directory, '.')]
          : [],
      ),
      said: events.flatMap((event) => (event.is === 'task-said' ? [event.text] : [])),
      trips: recaps.map(({ trips }) => trips),
      opened,
    }
  }

  #short(failure: Failure): string {
    return explain(failure).replaceAll(this.#project.directory, '.')
  }

  [Symbol.dispose](): void {
    this.#project[Symbol.dispose]()
  }
}

function shown({ steps }: HostPlan): readonly string[] {
  return steps.flatMap((step) => {
    const { verdict, id } = step
    if (verdict.is === 'unknown') return [`… ${id}`]
    if (verdict.is === 'told') return [`• ${verdict.text}`]
    if (!changeOf(step)) return []
    return [`${verdict.is === 'change' ? '+' : '?'} ${id}`]
  })
}
