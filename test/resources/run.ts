import { spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import type { Change } from '../../src/model/change.ts'
import type { Resource, ResourceOptions, Upcoming } from '../../src/model/resource.ts'
import type { Script } from '../../src/model/script.ts'
import { queryKey } from '../../src/model/sensor.ts'
import { moduleKinds } from '../../src/modules/index.ts'
import { resourceOf } from '../../src/resources/bind.ts'
import { kinds } from '../../src/resources/index.ts'
import { parseFrames } from '../../src/shell/frames.ts'
import { buildProgram, type StepScript } from '../../src/shell/program.ts'
import { groupBySensor, readAnswer } from '../../src/shell/questions.ts'
import type { World } from './world.ts'

/** Any kind by its name, with parameters as a task gives them. */
export function make(
  kind: keyof typeof kinds,
  parameters: unknown,
  options: Partial<ResourceOptions> = {},
): Resource {
  return resourceOf(kinds[kind], parameters, {
    title: `a ${kind}`,
    origin: { file: 'site.yaml', line: 1, col: 1 },
    options: { noLog: false, ignoreErrors: false, environment: {}, always: false, ...options },
  })
}

/** What came of one change. */
export interface Applied {
  readonly change: Change | undefined
  /** Of the change's script; 0 where there was none. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** What the same resource still wants afterwards; `undefined` where it converged. */
  readonly again: Change | undefined
  readonly program: Script
}

/** What the resource wants in this world. */
export async function plan(world: World, resource: Resource): Promise<Change | undefined> {
  return resource.converge(await inspect(world, resource), noneUpcoming)
}

/** What each of them wants in this world, asked by one program. */
export async function planAll(
  world: World,
  resources: readonly Resource[],
): Promise<readonly (Change | undefined)[]> {
  const { found } = await trip(
    world,
    resources.map((resource) => ({ resource })),
  )
  return resources.map((resource, index) => resource.converge(found[index] ?? {}, noneUpcoming))
}

/** What the resource found in this world. */
export async function inspect(world: World, resource: Resource): Promise<Readonly<Record<string, unknown>>> {
  const { found } = await trip(world, [{ resource }])
  return found[0] ?? {}
}

/** Plans, runs the change if there is one, and asks again in the same program, as a real run does. */
export async function apply(world: World, resource: Resource): Promise<Applied> {
  const [applied] = await applyAll(world, [resource])
  if (!applied) throw new Error('nothing came of it')
  return applied
}

/** The same for many that have nothing to do with each other, in two programs for all; none is stopped by another. */
export async function applyAll(world: World, resources: readonly Resource[]): Promise<readonly Applied[]> {
  const changes = await planAll(world, resources)
  const wanted = resources.map((resource, index) => ({ resource, change: changes[index] }))
  const nothing = {
    change: undefined,
    status: 0,
    stdout: '',
    stderr: '',
    again: undefined,
    program: '' as Script,
  }
  if (wanted.every(({ change }) => change === undefined)) return wanted.map(() => nothing)
  const { found, outcomes, program } = await trip(world, wanted)
  return wanted.map(({ resource, change }, index) =>
    change
      ? {
          change,
          ...(outcomes[index] ?? { status: 0, stdout: '', stderr: '' }),
          again: resource.converge(found[index] ?? {}, noneUpcoming),
          program,
        }
      : nothing,
  )
}

const noneUpcoming: Upcoming = { touches: () => false }

interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** One program: the changes, then the questions of all resources. */
async function trip(
  world: World,
  wanted: readonly { readonly resource: Resource; readonly change?: Change | undefined }[],
) {
  const asks = groupBySensor(wanted.flatMap(({ resource }) => Object.values(resource.queries)))
  const steps: StepScript[] = []
  const stepOf = new Map<number, number>()
  const files: string[] = []
  for (const [index, { resource, change }] of wanted.entries()) {
    if (!change) continue
    const uploads: Record<string, string> = {}
    for (const upload of change.uploads ?? []) {
      if ('from' in upload) throw new Error('what is brought from another machine is for test/engine')
      const { name, content } = upload
      const path = `${world.directory}.${index}.${name}`
      await writeFile(path, content, { mode: 0o600 })
      uploads[name] = path
      files.push(path)
    }
    stepOf.set(steps.length, index)
    const alone = wanted.length === 1
    steps.push({
      script: change.script,
      title: resource.id,
      uploads,
      ...resource.options,
      ...(alone ? {} : { ignoreErrors: true }),
    })
  }
  const program = buildProgram('nonce', { asks, steps })
  const [command, ...words] = world.enter
  const shell = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'] })
  shell.stdin.on('error', () => {})
  shell.stdin.end(program.script)
  shell.stdout.setEncoding('utf8')
  let complaints = ''
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const answers = new Map<string, unknown>()
  const outcomes: Outcome[] = []
  let done = false
  for await (const frame of parseFrames('nonce', shell.stdout)) {
    if (frame.is === 'done') done = true
    if (frame.is === 'step-finished') outcomes[stepOf.get(frame.index) ?? 0] = frame
    const ask = frame.is === 'answer' && asks[frame.index]
    if (!ask || frame.is !== 'answer') continue
    for (const [key, reading] of readAnswer(ask, frame.status, frame.output)) answers.set(key, reading)
  }
  await Promise.all(files.map((path) => rm(path)))
  if (!done) throw new Error(`the program did not end: ${complaints}`)
  const found = wanted.map(({ resource }) =>
    Object.fromEntries(
      Object.entries(resource.queries).map(([name, query]) => [name, answers.get(queryKey(query))]),
    ),
  )
  return { found, outcomes, program: program.script }
}

/** A resource as a module of Ansible makes it. */
export function ofModule(module: string, parameters: unknown): Resource {
  const kind = moduleKinds.get(module)
  if (!kind) throw new Error(`there is no ${module}`)
  return resourceOf(kind, parameters, {
    title: module,
    origin: { file: 'site.yaml', line: 1, col: 1 },
    options: { noLog: false, ignoreErrors: false, environment: {}, always: false },
  })
}
