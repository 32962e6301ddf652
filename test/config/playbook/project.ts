import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type LoadedIntent, loadIntent } from '../../../src/config/index.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { Failure, InvalidInput } from '../../../src/model/failure.ts'
import type { Registered, Resource } from '../../../src/model/resource.ts'
import type { Expansion, Task } from '../../../src/model/task.ts'
import { factsWith } from '../../cluster/inventory.ts'
import { agreeing } from '../../schemas/agreement.ts'

/** Files of a project in a directory of their own. */
export interface Project extends Disposable {
  readonly directory: string
  /** Reads site.yaml for the hosts of inventory.yaml. */
  load(options?: Partial<Parameters<typeof loadIntent>[0]>): Promise<LoadedIntent>
  /** What is wrong with it: place, message and advice of each problem. */
  problems(options?: Partial<Parameters<typeof loadIntent>[0]>): Promise<readonly string[]>
}

const usual = 'all: { hosts: { a: {}, b: {} } }\n'

/** Writes the files; where none is given, the inventory has the hosts a and b. */
export function project(files: Readonly<Record<string, string>>): Project {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-playbook-'))
  for (const [name, text] of Object.entries({ 'inventory.yaml': usual, ...files })) {
    const path = join(directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const load: Project['load'] = (options = {}) => {
    const request = {
      inventory: [join(directory, 'inventory.yaml')],
      playbook: join(directory, 'site.yaml'),
      tags: [],
      skipTags: [],
      extraVars: [],
      packageRoot: resolve(import.meta.dirname, '../../..'),
      ...options,
    }
    const judged = [
      { what: 'playbook', path: request.playbook } as const,
      ...request.inventory.map((path) => ({ what: 'inventory', path }) as const),
    ]
    // What editors say of every playbook that is tested here must be what the loader says; of modules of others they know nothing.
    return request.foreign ? loadIntent(request) : agreeing(judged, () => loadIntent(request))
  }
  return {
    directory,
    load,
    problems: async (options) => {
      try {
        await load(options)
        return []
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        return (error instanceof InvalidInput ? error.problems : [error]).map(
          ({ message, where: { origin }, next }) =>
            `${origin ? `${origin.file.replace(`${directory}/`, '')}:${origin.line}:${origin.col}: ` : ''}${message}${next ? ` → ${next}` : ''}`.replaceAll(
              directory,
              '.',
            ),
        )
      }
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  }
}

/** What is known of the hosts. */
export interface Known {
  readonly facts?: Readonly<Record<string, Facts>>
  readonly registered?: Readonly<Record<string, Registered>>
}

/** Every task of a host, expanded with what is known. */
export function expansions(intent: LoadedIntent, host: string, known: Known = {}): readonly Expansion[] {
  const knowledge = {
    facts: new Map(Object.entries(known.facts ?? {})),
    registered: new Map(Object.entries(known.registered ?? {})),
  }
  const expanded = (tasks: readonly Task[]): readonly Expansion[] =>
    tasks.flatMap((task) => {
      const expansion = task.expand(knowledge)
      return expansion.is === 'tasks' && expansion.role ? expanded(expansion.tasks) : [expansion]
    })
  return intent.plays.flatMap(({ tasks }) => expanded(tasks.get(host) ?? []))
}

/** The resources of a host, by their ids; a task that is skipped or waits shows as such. */
export function wanted(intent: LoadedIntent, host: string, known?: Known): readonly string[] {
  return expansions(intent, host, known).flatMap((expansion) => {
    if (expansion.is === 'skipped' || expansion.is === 'tasks' || expansion.is === 'control')
      return [expansion.is]
    const ids = expansion.resources.map(({ id }) => id)
    return expansion.is === 'ready' ? ids : [`waiting: ${ids.join(' ')}`]
  })
}

/** The text that the only difference of a resource would write where nothing is. */
export function contentOf(resource: Resource | undefined): string | undefined {
  const nothing = { at: { type: 'absent' }, content: { is: 'absent' } }
  const [difference] = resource?.converge(nothing, { touches: () => false })?.differences ?? []
  return difference?.is === 'text' ? difference.after : undefined
}

/** The content of the first file a host is to have. */
export function written(intent: LoadedIntent, host: string, known?: Known): string | undefined {
  const [first] = expansions(intent, host, known)
  return first?.is === 'ready' ? contentOf(first.resources[0]) : undefined
}

/** A machine with Debian. */
export const debian = factsWith('eth0 10.0.0.1/24')
