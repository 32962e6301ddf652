import { spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import type { Change } from '../../src/model/change.ts'
import type { Resource, ResourceOptions, Upcoming } from '../../src/model/resource.ts'
import type { Script } from '../../src/model/script.ts'
import { queryKey } from '../../src/model/sensor.ts'
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
  return kinds[kind].make(parameters, {
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
  return resource.converge((await trip(world, resource)).found, noneUpcoming)
}

/** What the resource found in this world. */
export async function inspect(world: World, resource: Resource): Promise<Readonly<Record<string, unknown>>> {
  return (await trip(world, resource)).found
}

/** Plans, runs the change if there is one, and asks again in the same program, as a real run does. */
export async function apply(world: World, resource: Resource): Promise<Applied> {
  const change = await plan(world, resource)
  if (!change) return { change, status: 0, stdout: '', stderr: '', again: undefined, program: '' as Script }
  const { found, status, stdout, stderr, program } = await trip(world, resource, change)
  return { change, status, stdout, stderr, again: resource.converge(found, noneUpcoming), program }
}

const noneUpcoming: Upcoming = { touches: () => false }

async function trip(world: World, { queries, options }: Resource, change?: Change) {
  const asks = groupBySensor(Object.values(queries))
  const uploads: Record<string, string> = {}
  for (const { name, content } of change?.uploads ?? []) {
    uploads[name] = `${world.directory}.${name}`
    await writeFile(uploads[name], content, { mode: 0o600 })
  }
  const steps: StepScript[] = change ? [{ script: change.script, uploads, ...options }] : []
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
  let outcome = { status: 0, stdout: '', stderr: '' }
  let done = false
  for await (const frame of parseFrames('nonce', shell.stdout)) {
    if (frame.is === 'done') done = true
    if (frame.is === 'step-finished') outcome = frame
    const ask = frame.is === 'answer' && asks[frame.index]
    if (!ask || frame.is !== 'answer') continue
    for (const [key, reading] of readAnswer(ask, frame.status, frame.output)) answers.set(key, reading)
  }
  await Promise.all(Object.values(uploads).map((path) => rm(path)))
  if (!done) throw new Error(`the program did not end: ${complaints}`)
  const found = Object.fromEntries(
    Object.entries(queries).map(([name, query]) => [name, answers.get(queryKey(query))]),
  )
  return { found, program: program.script, ...outcome }
}
