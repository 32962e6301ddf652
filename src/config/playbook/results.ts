import { globalNames } from '../../jinja/globals.ts'
import { wholly } from '../../model/marked.ts'
import type { Registered } from '../../model/resource.ts'
import type { Knowledge } from '../../model/task.ts'
import { type Binding, type Layer, layerOf, lazily, lazyList, NeedsResult } from '../expressions/scope.ts'
import type { SecretReads } from '../secret-reads.ts'
import { isRegrouping } from './regrouping.ts'

/** What earlier tasks gave a host: results kept by `register`, and variables. */
export function resultsLayer(
  given: ReadonlySet<string>,
  { registered, assigned = new Map(), coming }: Knowledge,
  reads: SecretReads,
): Layer {
  const has = (name: string) =>
    coming ? registered.has(name) || assigned.has(name) || coming.has(name) : given.has(name)
  const bindingOf = (name: string): Binding => ({
    read: () => {
      const value = assigned.get(name)
      if (value) return value()
      const result = registered.get(name)
      if (!result || coming?.has(name)) throw new NeedsResult(name)
      return told(result, reads)
    },
  })
  // Thousands of tasks may have kept something: it is not gone through for each task anew.
  const whole = (): Layer => {
    const names = coming ? [...registered.keys(), ...assigned.keys(), ...coming] : [...given]
    return new Map(
      names.filter((name) => !isRegrouping(name) && !isToldName(name)).map((name) => [name, bindingOf(name)]),
    )
  }
  return layerOf(whole, { has, get: (name) => (has(name) ? bindingOf(name) : undefined) })
}

const ofOthers = 'told '

/** By what name a variable is waited for that a task is to give another host. */
export function toldName(name: string): string {
  return `${ofOthers}${name}`
}

/** Does it stand for a variable of another host? */
export function isToldName(name: string): boolean {
  return name.startsWith(ofOthers)
}

/** The variable that is waited for by that name. */
export function withoutTold(name: string): string {
  return name.slice(ofOthers.length)
}

/** Begins what stands for names that nobody knows yet: a module of somebody else may tell facts of any names. */
export const anyName = '*'

/** A module that is still to tell facts of any names, if there is one. */
export function untold(given: ReadonlySet<string>, { coming = given }: Knowledge): string | undefined {
  return [...coming].find((name) => name.startsWith(anyName))?.slice(anyName.length)
}

/** Variables that may come to be known by what a module tells: whatever is known otherwise is stronger. */
export function untoldLayer(module: string): Layer {
  const may = (name: string) => !globalNames.includes(name) && name !== 'omit' && !name.startsWith('ansible_')
  const binding: Binding = {
    read: () => {
      throw new NeedsResult(module)
    },
  }
  return layerOf(() => new Map(), { has: may, get: (name) => (may(name) ? binding : undefined) })
}

/** The same facts, of which more may come to be known by what a module tells. */
export function withUntold(facts: object, module: string): unknown {
  const isOpen = (name: string | symbol) => typeof name === 'string' && !(name in facts)
  const wait = () => {
    throw new NeedsResult(module)
  }
  return new Proxy(facts, {
    get: (all, name, receiver) => (isOpen(name) ? wait() : Reflect.get(all, name, receiver)),
    getOwnPropertyDescriptor: (all, name) =>
      isOpen(name)
        ? { get: wait, enumerable: true, configurable: true }
        : Reflect.getOwnPropertyDescriptor(all, name),
  })
}

/** Variables of files that earlier tasks brought in. */
export function includedLayer({ included = new Map() }: Knowledge): Layer {
  return new Map([...included].map(([name, read]): readonly [string, Binding] => [name, { read }]))
}

/** A result as expressions read it. */
function told(result: Registered, reads: SecretReads): unknown {
  const { stdout, stderr, secret, found: more, results, item, ...plain } = result
  const printed = {
    stdout: withoutEnd(stdout),
    stderr: withoutEnd(stderr),
    stdout_lines: linesOf(stdout),
    stderr_lines: linesOf(stderr),
    ...more,
  }
  const all: Readonly<Record<string, unknown>> = { ...plain, ...printed }
  const names = [
    ...Object.keys(all),
    ...(item ? [item.name, 'ansible_loop_var'] : []),
    ...(results ? ['results'] : []),
  ]
  if (!secret && !item && !results) return all
  return lazily(names, (name) => {
    if (name === 'results' && results)
      return lazyList(results.length, (at) => told(results[at] as Registered, reads))
    if (name === item?.name) return item.read()
    if (name === 'ansible_loop_var') return item?.name
    return secret && name in printed ? secretly(all[name], reads, () => true) : all[name]
  })
}

/** The same value, where each text and number in it that `isSecret` counts as a secret that was read. */
export function secretly(value: unknown, reads: SecretReads, isSecret: (text: string) => boolean): unknown {
  if (typeof value === 'string' || typeof value === 'number') {
    if (isSecret(String(value))) reads.note([wholly(String(value))])
    return value
  }
  if (typeof value !== 'object' || value === null) return value
  const part = (name: string | number) =>
    secretly((value as Readonly<Record<string | number, unknown>>)[name], reads, isSecret)
  return Array.isArray(value) ? lazyList(value.length, part) : lazily(Object.keys(value), part)
}

/** Whoever prints ends the last line, and nobody who reads a value wants that. */
function withoutEnd(text: string): string {
  return text.replace(/[\r\n]+$/, '')
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : withoutEnd(text).split('\n')
}
