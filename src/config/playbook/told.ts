import type { Knowledge, Told } from '../../model/task.ts'
import { once } from '../../modules/option.ts'
import { type Binding, type Layer, layerOf, NeedsResult } from '../expressions/scope.ts'
import { anyName, isToldName, toldName, withoutTold } from './results.ts'
import type { Inherited } from './spec.ts'

type Delegating = Pick<Inherited, 'delegateTo' | 'delegateFacts'>

/** Names that are waited for where a task gives these: of its own host, or of another where that is delegated. */
export function awaitedNames({ delegateTo, delegateFacts = false }: Delegating, names: readonly string[]) {
  if (!delegateTo || delegateFacts === false) return names
  const told = names.map(toldName)
  return delegateFacts === true ? told : [...names, ...told]
}

/** Who may have told others something. */
interface Tellers {
  readonly hosts: Iterable<string>
  readonly reader: string
  readonly known: Knowledge
}

/** What the tasks of all hosts told one of them. */
export interface ToldBy {
  readonly layer: Layer
  /** A module that is still to tell facts of any names, if there is one. */
  readonly untold?: string
  /** Those that are facts. Throws NeedsResult. */
  facts(): ReadonlyMap<string, () => unknown>
}

/** Gives what a host was told by tasks that delegate their facts to it, as a reader can know; `given` has the names of all that tasks give. */
export function createTold(given: ReadonlySet<string>): (host: string, tellers: Tellers) => ToldBy {
  let known: { readonly size: number; readonly names: readonly string[] } = { size: 0, names: [] }
  return (host, tellers) => {
    // Names only come to it, by what is included while a run goes on.
    if (known.size !== given.size) known = { size: given.size, names: [...given].filter(isToldName) }
    return known.names.length === 0 ? nothingTold : toldTo(host, tellers, given, known.names)
  }
}

function toldTo(
  host: string,
  { hosts, reader, known }: Tellers,
  given: ReadonlySet<string>,
  names: readonly string[],
): ToldBy {
  const anyTold = toldName(anyName)
  const any = names.some((name) => name.startsWith(anyTold))
  const tellers = once((): readonly Knowledge[] =>
    [...hosts].flatMap((name) => {
      const its = name === reader ? known : known.others ? known.others(name) : nobodyYet
      return its ?? []
    }),
  )
  const told = ({ told: all }: Knowledge): Told | undefined => all?.get(host)
  const isTold = (one: Knowledge, name: string) =>
    told(one)?.values.has(name) || told(one)?.included.has(name)
  const isComing = ({ coming = given }: Knowledge, name: string) => coming.has(toldName(name))
  const has = (name: string) =>
    (any || given.has(toldName(name))) && tellers().some((one) => isTold(one, name) || isComing(one, name))
  const bindingOf = (name: string): Binding => ({
    read: () => {
      if (tellers().some((one) => isComing(one, name))) throw new NeedsResult(name)
      const all = tellers().flatMap((one) => told(one) ?? [])
      const kept = all.findLast(({ values }) => values.has(name))?.values
      const included = all.findLast((one) => one.included.has(name))?.included
      return (kept ?? included)?.get(name)?.()
    },
  })
  const coming = () => tellers().flatMap(({ coming: its = given }) => [...its].filter(isToldName))
  const whole = (): Layer => {
    const ready = tellers().flatMap((one) => [
      ...(told(one)?.values.keys() ?? []),
      ...(told(one)?.included.keys() ?? []),
    ])
    const all = new Set([...ready, ...names.map(withoutTold).filter(has)])
    return new Map([...all].map((name) => [name, bindingOf(name)]))
  }
  const untold = any ? coming().find((name) => name.startsWith(anyTold)) : undefined
  return {
    layer: layerOf(whole, { has, get: (name) => (has(name) ? bindingOf(name) : undefined) }),
    ...(untold === undefined ? {} : { untold: untold.slice(anyTold.length) }),
    facts: () => {
      const [awaited] = coming()
      if (awaited !== undefined) throw new NeedsResult(withoutTold(awaited))
      return new Map(tellers().flatMap((one) => [...(told(one)?.facts ?? [])]))
    },
  }
}

const nothingTold: ToldBy = { layer: new Map(), facts: () => new Map() }

/** Before any host was asked nobody can tell what others know. */
const nobodyYet: Knowledge = { facts: new Map(), registered: new Map() }
