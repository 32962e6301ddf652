import { resolve } from 'node:path'
import { Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import type { Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import type { InputRule } from '../rules/index.ts'
import { suggestion } from '../suggest.ts'
import { addHost, collecting, type Draft, groupOf } from './draft.ts'
import { wrongGroupName } from './group-names.ts'
import { wrongHostName } from './host-names.ts'

const groupKeys = ['hosts', 'children', 'vars']
const callsAtOnce = 8

/** Is a file that begins so a program, one of a script or of the machine's own (elf(5))? */
export function beginsProgram(start: string): boolean {
  return start.startsWith('#!') || start.startsWith('\x7fELF')
}

/** Adds what an executable answers to `--list`, and to `--host` where it has no _meta; each call may take 30 s. */
export async function readExecutable(draft: Draft, path: string, seconds = 30): Promise<void> {
  const origin: Origin = { file: path, line: 1, col: 1 }
  const answer = await ask(path, ['--list'], seconds)
  for (const [name, body] of Object.entries(answer))
    if (name !== '_meta') readGroup(draft, name, body, origin)
  const meta = answer._meta
  if (isObject(meta) && isObject(meta.hostvars)) {
    for (const [name, variables] of Object.entries(meta.hostvars)) giveHost(draft, name, variables, origin)
    return
  }
  const names = [...draft.hosts.values()].filter((host) => host.origin === origin).map(({ name }) => name)
  for (let from = 0; from < names.length; from += callsAtOnce)
    await Promise.all(
      names
        .slice(from, from + callsAtOnce)
        .map((name) =>
          collecting(draft.problems, async () =>
            giveHost(draft, name, await ask(path, ['--host', name], seconds), origin),
          ),
        ),
    )
}

async function ask(
  path: string,
  words: readonly string[],
  seconds: number,
): Promise<Readonly<Record<string, unknown>>> {
  const command = [path, ...words].join(' ')
  // Few inventories are programs, and it takes long to load.
  const { execa } = await import('execa')
  const started = execa(resolve(path), words, { reject: false, stdin: 'ignore', maxBuffer: 64 * 1024 * 1024 })
  let late = false
  const timer = setTimeout(() => {
    late = true
    started.kill()
    // What the program itself started may hold the pipes open beyond its end.
    started.stdout.destroy()
    started.stderr.destroy()
  }, seconds * 1000)
  const result = await started.finally(() => clearTimeout(timer))
  const failed = (message: string, next: string, output = result.stderr) =>
    new InvalidInput([
      new Failure('INVALID_INPUT', message, {
        rule: 'inventory-answer' satisfies InputRule,
        where: { origin: { file: path, line: 1, col: 1 } },
        next,
        ...(output ? { output: lastLines(output) } : {}),
      }),
    ])
  const look = `run it yourself: ${command}`
  if (late) throw failed(`${command} did not answer within ${seconds} seconds`, look)
  if (result.isTerminated) throw failed(`${command} was ended by ${result.signal}`, look)
  if (result.exitCode === undefined)
    throw failed(
      `${command} cannot be started: ${result.originalMessage}`,
      'check its first line (#!) and its permissions',
    )
  if (result.exitCode !== 0) throw failed(`${command} ended with status ${result.exitCode}`, look)
  const answer = parsed(result.stdout)
  if (answer instanceof Error)
    throw failed(`${command} did not print JSON: ${answer.message}`, look, result.stderr || result.stdout)
  if (isObject(answer)) return answer
  throw failed(`${command} printed JSON that is not an object`, look)
}

function parsed(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch (error) {
    return error
  }
}

function readGroup(draft: Draft, name: string, body: unknown, origin: Origin): void {
  const wrong = wrongGroupName(name, origin)
  if (wrong) {
    draft.problems.push(wrong)
    return
  }
  const group = groupOf(draft, name, origin)
  group.defined = true
  const parts = Array.isArray(body) ? { hosts: body } : body
  if (!isObject(parts)) {
    draft.problems.push(
      problem('inventory-answer', `the group ${name} in the answer is neither an object nor a list`, origin),
    )
    return
  }
  for (const part of Object.keys(parts))
    if (!groupKeys.includes(part))
      draft.problems.push(
        problem(
          'inventory-answer',
          `unknown key ${quoted(part)} in the group ${name} of the answer`,
          origin,
          suggestion(part, groupKeys),
        ),
      )
  for (const host of texts(draft, parts.hosts, `hosts of the group ${name}`, origin)) {
    const bad = wrongHostName(host, origin)
    if (bad) draft.problems.push(bad)
    else addHost(draft, group, host, origin)
  }
  for (const child of texts(draft, parts.children, `children of the group ${name}`, origin)) {
    if (!group.children.has(child)) group.children.set(child, origin)
    groupOf(draft, child, origin).defined = true
  }
  if (isObject(parts.vars))
    for (const [variable, value] of Object.entries(parts.vars))
      group.variables.push({ name: variable, value: sourced(value, origin), key: origin })
  else if (parts.vars !== undefined && parts.vars !== null)
    draft.problems.push(
      problem('inventory-answer', `vars of the group ${name} in the answer are no object`, origin),
    )
}

function giveHost(draft: Draft, name: string, variables: unknown, origin: Origin): void {
  const host = draft.hosts.get(name)
  if (!host) return
  if (!isObject(variables)) {
    draft.problems.push(
      problem('inventory-answer', `the variables of the host ${name} in the answer are no object`, origin),
    )
    return
  }
  for (const [variable, value] of Object.entries(variables))
    host.variables.push({ name: variable, value: sourced(value, origin), key: origin })
}

function texts(draft: Draft, value: unknown, what: string, origin: Origin): readonly string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  draft.problems.push(problem('inventory-answer', `${what} in the answer are no list of names`, origin))
  return []
}

/** A JSON value; all of it stands where the executable does. */
function sourced(value: unknown, origin: Origin): Sourced {
  if (Array.isArray(value)) return { origin, items: value.map((item) => sourced(item, origin)) }
  if (isObject(value))
    return {
      origin,
      entries: new Map(
        Object.entries(value).map(([name, part]) => [name, { key: origin, value: sourced(part, origin) }]),
      ),
    }
  return { origin, scalar: value as string | number | boolean | null }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-10).join('\n')
}
