import type { Claim } from '../../cluster/claim.ts'
import { canSay, poolName } from '../pools.ts'
import type { No, ProxiedPool, ProxiedService } from '../proxy.ts'
import type { ClaimedBackend } from './names.ts'
import type { Section } from './sections.ts'

/** One service of a frontend that goes by paths: a pool for each of its backends, and a route for what each is asked for. */
export function routed(
  { at }: Section,
  {
    backends,
    remarks,
  }: { readonly backends: readonly ClaimedBackend[]; readonly remarks: readonly string[] },
  /** What each of the backends comes to by itself. */
  read: readonly ProxiedService[],
): ProxiedService | No {
  const rest = backends.find(({ claims }) => claims.length === 0)
  const [first] = read
  if (!rest || !first)
    return { no: 'a frontend that goes by paths and has no default_backend has no word', at }
  if (new Set(read.map(({ words }) => JSON.stringify(words.sticky))).size > 1)
    return { no: 'backends of one frontend of which some have a cookie have no word', at }
  if (read.some(({ words }) => words.mode === 'tcp'))
    return { no: 'paths of what is passed on as connections have no word', at }
  if (new Set(read.map(({ words }) => JSON.stringify([words.proxy_protocol, words.slow_start]))).size > 1)
    return {
      no: 'backends of one frontend of which some are told who asks, or start slowly, have no word',
      at,
    }
  const pools = new Map<string, ProxiedPool>()
  for (const { called = '', words, real } of read) {
    const { scheduler, check, extra } = words
    const port = words.backend_port ?? words.port
    const known = pools.get(poolName(called))
    if (known && known.called !== called)
      return { no: `backends called almost alike, ${known.called} and ${called}, have no word`, at }
    const own = {
      ...{ port, scheduler, check },
      ...(words.backend_tls ? { backend_tls: words.backend_tls } : {}),
      ...(extra === undefined ? {} : { extra }),
    }
    pools.set(poolName(called), { words: own, real, called })
  }
  const all = [...pools.values()].flatMap(({ real }) => real)
  const real = [...new Map(all.map((one) => [one.address, one])).values()]
  if ([...pools.values()].some((one) => !canSay(one, real)))
    return {
      no: 'a realserver with several weights has no word where the scheduler of a backend counts none',
      at,
    }
  const { port, tls, sticky, proxy_protocol: told, slow_start: slowly } = first.words
  return {
    at,
    ...(first.on ? { on: first.on } : {}),
    words: {
      port,
      ...(tls ? { tls } : {}),
      pool: poolName(rest.called),
      ...(sticky ? { sticky } : {}),
      ...(told ? { proxy_protocol: told } : {}),
      ...(slowly ? { slow_start: slowly } : {}),
      routes: backends.flatMap(({ called, claims }) => routesTo(poolName(called), claims)),
    },
    pools,
    real,
    remarks: [...new Set([...remarks, ...read.flatMap((one) => one.remarks)])],
  }
}

/** A route for each path, with all names by which it is asked for. */
function routesTo(pool: string, claims: readonly Claim[]): readonly object[] {
  const byPath = new Map<string, Claim[]>()
  for (const claim of claims) {
    const key = JSON.stringify([claim.path, claim.exact, claim.host === undefined])
    byPath.set(key, [...(byPath.get(key) ?? []), claim])
  }
  return [...byPath.values()].flatMap((own) => {
    const [first] = own
    const hosts = own.flatMap(({ host = [] }) => host)
    if (!first) return []
    return [
      {
        ...(hosts.length > 0 ? { hosts } : {}),
        ...(first.path === '/' && !first.exact ? {} : { path: first.path }),
        ...(first.exact ? { exact: true } : {}),
        pool,
      },
    ]
  })
}
