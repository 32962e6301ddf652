import { canonical } from '../cluster/addresses.ts'
import { countsWeights } from '../cluster/schedulers.ts'
import type { ProxiedPool, ProxiedServer, ProxiedService } from './proxy.ts'
import { agreeing, unionOf } from './shared-servers.ts'

/** As pools may be called. */
export function poolName(called: string): string {
  const plain = called.replaceAll(/[^A-Za-z0-9_-]+/g, '_').slice(0, 27)
  return /^[A-Za-z]/.test(plain) ? plain : `pool_${plain}`
}

/** Where its scheduler counts no weights, none and one are all that there is. */
function counted({ scheduler = 'wrr' }: Readonly<Record<string, unknown>>): (weight: number) => number {
  return countsWeights(String(scheduler)) ? (weight) => weight : (weight) => Math.min(1, weight)
}

/** Which machines some servers weigh otherwise than a list of these says, and whether any steps in where it does not there. */
function otherwise({ words, real }: Pick<ProxiedPool, 'words' | 'real'>, list: readonly ProxiedServer[]) {
  const count = counted(words)
  return {
    other: real.filter((one) => count(saidOf(one, list).weight) !== count(one.weight)),
    stepsIn: real.some((one) => saidOf(one, list).backup !== one.backup),
  }
}

/** Can a pool say so? Weights only where its scheduler counts them. */
export function canSay(
  { words, real }: Pick<ProxiedPool, 'words' | 'real'>,
  list: readonly ProxiedServer[],
): boolean {
  const count = counted(words)
  if (count(2) === 2) return true
  const own = new Set(real.map(({ weight }) => weight))
  return own.size === 1 && real.every((one) => count(saidOf(one, list).weight) === count(one.weight))
}

/**
 * The services whose realservers can stand in one list: those that weigh machines otherwise than it does can have a pool of their own,
 * all else of a machine is said to be the same in all of them.
 */
export function sharingServers(services: readonly ProxiedService[]): readonly ProxiedService[] {
  let left = agreeing(services, ({ maxFails, failTimeout }) => [maxFails, failTimeout])
  for (;;) {
    const list = unionOf(left)
    const fitting = left.filter((one) => one.pools || canSay(one, list))
    if (fitting.length === left.length) return left
    left = fitting
  }
}

/** Words of a service that are those of its pool where it names one. */
const ofPools = ['scheduler', 'check', 'backend_tls', 'answer_timeout', 'tunnel_timeout', 'max_body'] as const

/** Each with a pool of its own that weighs machines otherwise than most. */
export function pooledWhereOtherwise(services: readonly ProxiedService[]): readonly ProxiedService[] {
  const list = unionOf(services)
  const taken = new Set(services.flatMap(({ pools }) => [...(pools ?? new Map()).keys()]))
  return services.map((one) => {
    const { other, stepsIn } = otherwise(one, list)
    if (one.pools || (other.length === 0 && !stepsIn)) return one
    const { backend_port: port, ...rest } = one.words
    const called = one.called ?? String(one.words.port)
    let name = poolName(called)
    for (let count = 2; taken.has(name); count++) name = `${poolName(called)}_${count}`
    taken.add(name)
    const isOfPool = ([word]: readonly [string, unknown]) => ofPools.some((own) => own === word)
    const entries = Object.entries(rest)
    const pool: ProxiedPool = {
      words: {
        ...(port === undefined ? {} : { port }),
        ...Object.fromEntries(entries.filter(isOfPool)),
      },
      ...{ real: one.real, called },
    }
    return {
      ...one,
      words: {
        port: rest.port,
        ...Object.fromEntries(entries.filter((entry) => !isOfPool(entry))),
        pool: name,
      },
      pools: new Map([[name, pool]]),
    }
  })
}

/**
 * Those that services send requests to, by their names: one that several services name is the same. `nameOf` tells the realserver at an
 * address.
 */
export function poolsOf(
  services: readonly ProxiedService[],
  groupOf: (pool: ProxiedPool) => string | undefined,
  nameOf: (address: string) => string,
): { readonly pools?: object } {
  const list = unionOf(services)
  const all = services.flatMap(({ pools }) => [...(pools ?? [])])
  const words = all.map(([name, pool]) => {
    const group = groupOf(pool)
    return [
      name,
      {
        ...(group === undefined ? {} : { realservers: group }),
        ...pool.words,
        ...weighed(pool, list, nameOf),
      },
    ] as const
  })
  return words.length === 0 ? {} : { pools: Object.fromEntries(words) }
}

/** What a pool says of machines that it weighs otherwise than the list of them does. */
function weighed(
  pool: ProxiedPool,
  list: readonly ProxiedServer[],
  nameOf: (address: string) => string,
): { readonly weights?: Readonly<Record<string, number>>; readonly backups?: readonly string[] } {
  const { other, stepsIn } = otherwise(pool, list)
  return {
    ...(other.length > 0
      ? { weights: Object.fromEntries(other.map(({ address, weight }) => [nameOf(address), weight])) }
      : {}),
    ...(stepsIn
      ? { backups: pool.real.filter(({ backup }) => backup).map(({ address }) => nameOf(address)) }
      : {}),
  }
}

/** What the list says of a machine; of one that is not in it, what it says itself. */
function saidOf(one: ProxiedServer, list: readonly ProxiedServer[]): ProxiedServer {
  return list.find(({ address }) => canonical(address) === canonical(one.address)) ?? one
}
