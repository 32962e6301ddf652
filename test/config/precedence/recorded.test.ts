import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../../src/config/index.ts'
import { knownAt, type Moment } from '../../../src/engine/moments.ts'
import { planHost } from '../../../src/engine/plan.ts'
import { Failure } from '../../../src/model/failure.ts'
import { readMachine } from '../../../src/sensors/machine.ts'
import { debian, project } from '../playbook/project.ts'

/** A project as Ansible played it, with what its debug tasks said, by host and name. */
interface Case {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly extra?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly told: readonly (readonly [host: string, task: string, text: unknown])[] | null
}

const recorded: readonly Case[] = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8'))

/** What Ansible itself says of loops, and what was printed for the sake of a result alone. */
const beside = (text: unknown) => text === 'All items completed' || text === 'x' || text === 'changed'

/** How a text looks as part of a task's message here. */
const shown = (text: unknown) =>
  typeof text === 'string' ? text : typeof text === 'boolean' ? String(text) : JSON.stringify(text, null, 2)

/** What each host is told by the tasks of a project. */
async function told({ files, extra = [], environment = {} }: Case): Promise<readonly string[] | null> {
  using here = project(files)
  try {
    const intent = await here.load({
      inventory: [join(here.directory, 'inventory/hosts.ini')],
      playbook: join(here.directory, 'site.yml'),
      settings: readSettings({
        environment,
        directory: here.directory,
        home: here.directory,
        system: here.directory,
      }),
      extraVars: extra.map((one) => one.replace('@', `@${here.directory}/`)),
    })
    // Some facts of the record are asked for by themselves.
    const facts = new Map(
      [...intent.hosts.keys()].map((name) => [name, { ...debian, details: { machine: readMachine('') } }]),
    )
    const moments = new Map<string, readonly Moment[]>()
    const tell = (host: string): readonly string[] => {
      const plays = intent.plays.map(({ name, tasks, handlers }) => ({
        play: name,
        tasks: tasks.get(host) ?? [],
        handlers: handlers?.get(host) ?? [],
      }))
      const none = new Map()
      const others = (other: string, key: string) => {
        const known = moments.get(other)
        return known ? knownAt(known, key) : { facts, registered: new Map() }
      }
      const planning = planHost({
        host,
        plays,
        known: { facts },
        others,
        answers: none,
        done: none,
        outcomes: none,
        meetings: { at: () => ({ is: 'leading', held: false }), isOpen: () => true, isOver: () => false },
        forgiven: -1,
        tries: none,
        memories: none,
        kept: [],
      })
      const { steps, failure } = planning
      moments.set(host, planning.moments)
      if (failure) throw failure.failure
      return steps.flatMap(({ step: { verdict } }) =>
        verdict.is === 'told' && !beside(verdict.text) ? [`${host}: ${verdict.text}`] : [],
      )
    }
    // What one reads of another is there when the other was planned.
    for (const host of intent.hosts.keys()) tell(host)
    return [...intent.hosts.keys()].flatMap(tell)
  } catch (error) {
    if (error instanceof Failure) return process.env.WHY ? [error.message] : null
    throw error
  }
}

describe('as ansible-core has it', () => {
  it.each(recorded.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const expected = one.told
      ?.filter(([, , text]) => !beside(text))
      .map(([host, , text]) => `${host}: ${shown(text)}`)
      .toSorted((a, b) => (a.slice(0, 2) < b.slice(0, 2) ? -1 : 1))
    expect((await told(one)) ?? null).toEqual(expected ?? null)
  })
})
