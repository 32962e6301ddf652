import type { LogLine, PoolChange } from '../model/drill.ts'
import { bracketed } from '../model/endpoint.ts'
import type { IpvsService } from '../sensors/ipvs.ts'
import type { Account } from './timeline.ts'

/** Weights by service and realserver. */
type Pool = ReadonlyMap<
  string,
  { readonly service: string; readonly address: string; readonly weight: number }
>

/** How the pools of IPVS directors changed, on our clock; `names` gives realservers for addresses. */
export function ipvsChanges(
  accounts: readonly Account[],
  names: ReadonlyMap<string, string>,
): readonly PoolChange[] {
  return accounts
    .flatMap(({ host, skew, watched }) =>
      watched.pools.slice(1).flatMap(({ at, unseen, services }, index) => {
        const [was, is] = [poolOf(watched.pools[index]?.services ?? []), poolOf(services)]
        return [...new Set([...was.keys(), ...is.keys()])].flatMap((key): readonly PoolChange[] => {
          const [before, after] = [was.get(key), is.get(key)]
          const { service, address } = after ?? before ?? { service: '', address: '' }
          const known = names.get(address)
          const common = { at: at - skew, unseen, host, service, server: known ?? address }
          const sorry = known === undefined ? ('sorry-' as const) : ''
          if (before?.weight === after?.weight) return []
          // One that stays in the table with the weight 0 has its turn with another.
          if (before && after && sorry !== '')
            return [{ ...common, change: after.weight > 0 ? 'sorry-in' : 'sorry-out' }]
          if (before && after) return [{ ...common, change: 'weight', weight: after.weight }]
          return after
            ? [{ ...common, change: `${sorry}in`, weight: after.weight }]
            : [{ ...common, change: `${sorry}out` }]
        })
      }),
    )
    .toSorted((a, b) => a.at - b.at)
}

function poolOf(services: readonly IpvsService[]): Pool {
  return new Map(
    services.flatMap(({ protocol, address, port, servers }) => {
      const place = protocol === 'fwmark' ? address : `${bracketed(address)}:${port}`
      return servers.map((server) => [
        `${protocol} ${place} ${server.address}:${server.port}`,
        { service: `${protocol} ${place}`, address: server.address, weight: server.weight },
      ])
    }),
  )
}

/** HAProxy tells in its log whom it takes in and out; the same line may come over syslog and standard error. */
export function haproxyChanges(log: readonly LogLine[]): readonly PoolChange[] {
  const last = new Map<string, string>()
  return log.flatMap(({ at, host, text }) => {
    const [, service = '', server = '', state] =
      /\bhaproxy\[.*\bServer (\S+)\/(\S+) is (UP|DOWN)\b/.exec(text) ?? []
    const key = `${host} ${service} ${server}`
    if (!state || last.get(key) === state) return []
    last.set(key, state)
    return [{ at, unseen: 0, host, service, server, change: state === 'UP' ? 'in' : 'out' }]
  })
}
