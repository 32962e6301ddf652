import { canonical } from '../cluster/addresses.ts'
import { directorWords } from './directors.ts'
import { extraOfProxy, extraWords } from './extra-words.ts'
import type { AdoptedDirector, AdoptedHost, KnownMachine } from './hosts.ts'
import { type Statement, written } from './keepalived/blocks.ts'
import { pooledWhereOtherwise, poolsOf } from './pools.ts'
import { placeOf, type Remark } from './position.ts'
import { sharedProxy } from './proxied.ts'
import { type ProxiedPool, type ProxiedService, servedOn } from './proxy.ts'
import { realserversOf } from './realservers.ts'
import { type Pool, poolFor } from './services.ts'
import { groupsOf, unionOf } from './shared-servers.ts'
import { keptAs, pemsOf, withKept } from './tls.ts'
import {
  authenticationOf,
  extraOf,
  routingOf,
  type SharedInstance,
  sharedInstances,
  vrrpWords,
  withoutComments,
} from './vips.ts'
import { wayBack } from './way-back.ts'

/** A cluster as it was found, in the words of the inventory. */
export interface Adoption {
  /** The variable `cluster`. */
  readonly cluster: Readonly<Record<string, unknown>>
  readonly directors: readonly AdoptedHost[]
  readonly realservers: readonly AdoptedHost[]
  /** Certificates and keys to keep beside the inventory, by their paths from there. */
  readonly files: ReadonlyMap<string, string>
  readonly remarks: readonly Remark[]
  readonly contradictions: readonly Remark[]
}

/**
 * Puts together what the directors were told. `machines` have names of their own; other realservers get one. A password that is
 * `refused` in an inventory stays in the lines that were found.
 */
export function combine(
  name: string,
  directors: readonly AdoptedDirector[],
  machines: readonly KnownMachine[],
  refused: (password: string) => boolean = () => false,
): Adoption {
  const found = sharedInstances(directors)
  const [speaker] = directors
  const servers = speaker?.keepalived.servers ?? []
  const groups = speaker?.keepalived.groups ?? new Map<string, readonly string[]>()
  const {
    nat,
    shared,
    remarks: ofGateway,
  } = wayBack(found.value, servers, groups, {
    machines,
    networks: directors.flatMap(({ networks }) => networks),
  })
  const said = directorWords(directors, shared)
  const pool = poolFor(shared, servers)
  const authentication = authenticationOf(shared, refused)
  const vips = shared.map((one, index) => vipOf(one, shared, pool.vips[index], { groups, authentication }))
  const rest = restOf(directors, pool.verbatim)
  const sync = synchronized(directors, shared)
  const routes = pool.vips.some(({ services }) => services.length > 0)
  const { proxy, ...beside } = routes
    ? { proxy: undefined, remarks: [], contradictions: [] }
    : sharedProxy(directors)
  const balancer = routes ? 'ipvs' : (proxy?.program ?? 'none')
  const proxied = pooledWhereOtherwise(proxy?.services ?? [])
  const serving = proxied.flatMap((one): readonly (ProxiedService | ProxiedPool)[] =>
    one.pools ? [...one.pools.values()] : [one],
  )
  const hosts = [...directors, ...machines, ...proxied.flatMap((one) => one.real)].flatMap(
    (one) => one.name ?? [],
  )
  const grouped = groupsOf(serving, ({ called, words }) => called ?? String(words.port), new Set(hosts))
  const kept = keptAs(pemsOf(proxied))
  const served = proxied.map((one) => withKept(one.pools ? one : withGroup(one, grouped.groupOf(one)), kept))
  const services = pool.vips.map((one) => (proxy ? servedOn(one.alike, served) : one.services))
  const real = routes ? pool.realservers : unionOf(proxied)
  const realservers = realserversOf(real, machines, routes ? pool.groups : grouped.groups)
  const nameOf = (address: string) =>
    realservers[real.findIndex((one) => canonical(one.address) === canonical(address))]?.name ?? address
  const [first] = services
  // Said once where it is the same behind all.
  const common = services.every((one) => JSON.stringify(one) === JSON.stringify(first)) ? first : undefined
  const remarks = [
    ...directors.flatMap((one) => one.keepalived.remarks.map((remark) => ({ ...remark, host: one.name }))),
    ...said.remarks,
    ...ofGateway,
    ...pool.remarks.map((remark) => ({ ...remark, ...(speaker ? { host: speaker.name } : {}) })),
    ...vips.flatMap((vip) => vip.remarks),
    ...rest.remarks,
    ...beside.remarks,
  ]
  return {
    cluster: {
      name,
      balancer,
      backend: 'none',
      ...(said.value.interface === undefined ? {} : { interface: said.value.interface }),
      vips: vips.map(({ value }, index) => ({
        ...value,
        ...(common || balancer === 'none' ? {} : { services: services[index] }),
      })),
      ...(common && balancer !== 'none' ? { services: common } : {}),
      ...poolsOf(proxied, grouped.groupOf, nameOf),
      vrrp: {
        ...vrrpWords(shared, authentication),
        ...(said.value.vrrpInterface === undefined ? {} : { interface: said.value.vrrpInterface }),
      },
      ...(nat ? { nat } : {}),
      ...(sync ? { connection_sync: true } : {}),
      ...extraWords({
        keepalived: rest.lines.join('\n'),
        ...(proxy ? { [proxy.program]: extraOfProxy(proxy) } : {}),
      }),
    },
    directors: directors.map(({ name: host, connection }) => ({
      name: host,
      connection,
      part: 'director',
      words: said.value.directors.get(host) ?? {},
      groups: [],
    })),
    realservers,
    files: new Map([...kept].map(([path, local]) => [local, speaker?.pems.get(path) ?? ''])),
    remarks,
    contradictions: [
      ...pemsDiffer(directors, [...kept.keys()]),
      ...found.contradictions,
      ...serversDiffer(directors),
      ...rest.contradictions,
      ...beside.contradictions,
    ],
  }
}

/** One certificate is written for all directors. */
function pemsDiffer(
  [first, ...others]: readonly AdoptedDirector[],
  paths: readonly string[],
): readonly Remark[] {
  return others.flatMap(({ name: host, pems }) =>
    paths
      .filter((path) => pems.get(path) !== first?.pems.get(path))
      .map((path) => ({
        message: `${path} is not the same as on ${first?.name}, which is written for all`,
        host,
      })),
  )
}

/** A service whose realservers are some of those that there are. */
function withGroup(one: ProxiedService, group: string | undefined): ProxiedService {
  return group === undefined ? one : { ...one, words: { ...one.words, realservers: group } }
}

function vipOf(
  one: SharedInstance,
  shared: readonly SharedInstance[],
  behind: Pool['vips'][number] | undefined,
  {
    groups,
    authentication,
  }: {
    readonly groups: ReadonlyMap<string, readonly string[]>
    readonly authentication: ReturnType<typeof authenticationOf>
  },
) {
  const { instance, owner, vrid } = one
  const { alike = [], apart = [] } = behind ?? {}
  const written = alike.map((address) => {
    const { prefix = 32 } = instance.addresses.find((known) => known.address === address) ?? {}
    return `${address}/${prefix}`
  })
  const [address = '', ...also] = written
  const label = instance.addresses.find((known) => known.address === alike[0])?.label
  const extra = extraOf(one, shared, apart, authentication)
  const together = [...groups].find(
    ([, members]) =>
      members.includes(instance.name) &&
      shared.some((other) => other !== one && members.includes(other.instance.name)),
  )?.[0]
  return {
    value: {
      address,
      ...(also.length > 0 ? { also } : {}),
      vrid,
      name: instance.name,
      owner,
      ...(label === undefined ? {} : { label }),
      ...(together === undefined ? {} : { together }),
      ...routingOf(one),
      ...(extra.value === undefined ? {} : { extra: extra.value }),
    },
    remarks: extra.remarks,
  }
}

/** `lvs_sync_daemon` of every director, by the first instance. */
function synchronized(directors: readonly AdoptedDirector[], [first]: readonly SharedInstance[]): boolean {
  return directors.every(({ name, keepalived: { sync } }) => {
    const own = first?.by.get(name)
    if (!sync || !own) return false
    return sync.interface === own.interface && [undefined, own.name].includes(sync.instance)
  })
}

/** What has no word, once: blocks of the first director that has them, and where another says them otherwise. */
function restOf(directors: readonly AdoptedDirector[], verbatim: readonly Statement[]) {
  const seen = new Map<string, { readonly host: string; readonly statement: Statement }>()
  const remarks: Remark[] = []
  const contradictions: Remark[] = []
  for (const { name: host, keepalived } of directors)
    for (const statement of keepalived.rest) {
      const key =
        statement.keyword === 'global_defs'
          ? statement.keyword
          : [statement.keyword, ...statement.values].join(' ')
      const before = seen.get(key)
      if (!before) {
        if (host !== directors[0]?.name)
          remarks.push({
            message: `${key} is told to this director alone; it is written for all`,
            host,
            at: statement.at,
          })
        seen.set(key, { host, statement })
      } else if (withoutComments(before.statement) !== withoutComments(statement))
        contradictions.push({
          message: `${key} is not the same as on ${placeOf({ host: before.host, at: before.statement.at })}, which is written for all`,
          host,
          at: statement.at,
        })
    }
  const asRoot = directors.some(
    ({ keepalived, hasScriptUser }) =>
      keepalived.runsAsRoot && keepalived.scripts.length > 0 && !hasScriptUser,
  )
  // Guarded, scripts that say no user would be run by nobody.
  const user = asRoot ? ['global_defs {', '    script_user root', '}'] : []
  const kept = [...[...seen.values()].map(({ statement }) => weighing(statement)), ...verbatim]
  const lines = [...user, ...kept.flatMap((one) => written(one))]
  return { lines, remarks, contradictions }
}

/** Virtual servers are one cluster's: a director that has others would serve others. */
function serversDiffer([first, ...others]: readonly AdoptedDirector[]): readonly Remark[] {
  if (!first) return []
  const nameOf = (statement: Statement) => statement.values.join(' ')
  return others.flatMap(({ name: host, keepalived }) => {
    const mine = new Map(first.keepalived.servers.map(({ statement }) => [nameOf(statement), statement]))
    const theirs = new Map(keepalived.servers.map(({ statement }) => [nameOf(statement), statement]))
    return [
      ...[...theirs].flatMap(([key, statement]): Remark[] => {
        const other = mine.get(key)
        if (!other)
          return [{ message: `virtual_server ${key} is not on ${first.name}`, host, at: statement.at }]
        if (withoutComments(other) === withoutComments(statement)) return []
        return [
          {
            message: `virtual_server ${key} is not the same as on ${placeOf({ host: first.name, at: other.at })}, which is written for all`,
            host,
            at: statement.at,
          },
        ]
      }),
      ...[...mine].flatMap(([key, statement]): Remark[] =>
        theirs.has(key)
          ? []
          : [{ message: `virtual_server ${key} is missing on ${host}`, host: first.name, at: statement.at }],
      ),
    ]
  })
}

/** A handover is a weight, which keepalived does not let count in a group that does not say so, and complains. */
function weighing(statement: Statement): Statement {
  const { keyword, block = [], at } = statement
  const word = 'sync_group_tracking_weight'
  if (keyword !== 'vrrp_sync_group' || block.some((one) => one.keyword === word)) return statement
  return { ...statement, block: [...block, { keyword: word, values: [], raw: word, at, comments: [] }] }
}
