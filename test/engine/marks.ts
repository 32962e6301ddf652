import type { Change } from '../../src/model/change.ts'
import type { Resource, ResourceOptions, Upcoming } from '../../src/model/resource.ts'
import type { Expansion, Intent, Knowledge, Task } from '../../src/model/task.ts'
import { type FileReading, fileAt } from '../../src/sensors/files.ts'
import { sh } from '../../src/shell/quote.ts'

/** What a mark may do beside making its file. */
export interface MarkOptions extends Partial<ResourceOptions> {
  /** What its change claims to disturb; its own file where absent. */
  readonly disturbs?: Change['disturbs']
  /** Runs instead of making the file. */
  readonly script?: Change['script']
}

/** The smallest real resource: a file that must exist. */
export function mark(path: string, { disturbs, script, ...options }: MarkOptions = {}): Resource {
  return {
    id: `mark[${path}]`,
    title: path,
    queries: { at: fileAt(path) },
    options: { noLog: false, ignoreErrors: false, environment: {}, always: false, ...options },
    converge: (found, _upcoming: Upcoming) =>
      (found.at as FileReading).type === 'absent'
        ? {
            summary: 'create',
            differences: [{ is: 'text', path, before: undefined, after: '' }],
            script: script ?? sh`: >${path}`,
            impact: 'none',
            disturbs: disturbs ?? [`file:${path}`],
          }
        : undefined,
  }
}

/** A task that expands to what the function says. */
export function task(expand: (known: Knowledge) => Expansion): Task {
  return { title: 'a task', origin: { file: 'play.yaml', line: 1, col: 1 }, expand }
}

/** A task of fixed resources. */
export function ready(...resources: readonly Resource[]): Task {
  return task(() => ({ is: 'ready', resources }))
}

/** A task whose result is kept under a name. */
export function registering(register: string, resource: Resource): Task {
  return { ...ready(resource), register, remembered: true }
}

/** Plays over hosts: each play maps its hosts to tasks; all hosts in one wave unless waves are given. */
export function intentOf(
  plays: readonly {
    readonly tasks: Readonly<Record<string, readonly Task[]>>
    readonly waves?: readonly (readonly string[])[]
    readonly mayFail?: number
  }[],
): Intent {
  const names = [...new Set(plays.flatMap(({ tasks }) => Object.keys(tasks)))]
  return {
    hosts: new Map(
      names.map((name) => [name, { name, address: name, connection: 'local' as const, sshArgs: [] }]),
    ),
    plays: plays.map(({ tasks, waves, mayFail }, index) => ({
      ...(mayFail === undefined ? {} : { mayFail }),
      name: `play ${index + 1}`,
      origin: { file: 'play.yaml', line: 1, col: 1 },
      waves: waves ?? [Object.keys(tasks)],
      tasks: new Map(Object.entries(tasks)),
    })),
    secrets: new Set(),
    warnings: [],
  }
}
