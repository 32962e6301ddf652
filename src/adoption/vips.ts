import { canonical, familyOf } from '../cluster/addresses.ts'
import type { AdoptedDirector, Words } from './hosts.ts'
import { type Statement, written } from './keepalived/blocks.ts'
import type { Instance } from './keepalived/vrrp.ts'
import { placeOf, type Remark } from './position.ts'

/** One VRRP instance as all its directors have it. */
export interface SharedInstance {
  readonly vrid: number
  /** That of the owner. */
  readonly instance: Instance
  readonly owner: string
  readonly by: ReadonlyMap<string, Instance>
}

/** Puts the instances of the directors together, by family and VRID. */
export function sharedInstances(directors: readonly AdoptedDirector[]): Words<readonly SharedInstance[]> {
  const keys = new Map<string, Map<string, Instance>>()
  for (const { name, keepalived } of directors)
    for (const instance of keepalived.instances) {
      const key = `${familyOf(canonical(instance.addresses[0]?.address ?? '0.0.0.0'))} ${instance.vrid}`
      const by = keys.get(key) ?? new Map<string, Instance>()
      keys.set(key, by.set(name, instance))
    }
  const contradictions: Remark[] = []
  const shared = [...keys.values()].map((by) => {
    const owner = ownerOf(by, directors)
    const instance = by.get(owner) as Instance
    const { vrid, name } = instance
    const set = addressesOf(instance)
    for (const [host, other] of by)
      if (addressesOf(other) !== set)
        contradictions.push({
          message: `${name} (virtual_router_id ${vrid}) has ${addressesOf(other)}, and on ${placeOf({ host: owner, at: instance.at })} ${set}`,
          host,
          at: other.at,
        })
    for (const { name: host } of directors)
      if (!by.has(host))
        contradictions.push({
          message: `no vrrp_instance with virtual_router_id ${vrid}, which ${placeOf({ host: owner, at: instance.at })} has`,
          host,
        })
    return { vrid, instance, owner, by }
  })
  return { value: shared, remarks: [], contradictions }
}

const addressesOf = ({ addresses }: Instance) =>
  addresses
    .map(({ address, prefix }) => `${canonical(address)}/${prefix}`)
    .toSorted()
    .join(', ')

/** Who has it while all are well: by priority; where these are equal, who has it now. */
function ownerOf(by: ReadonlyMap<string, Instance>, directors: readonly AdoptedDirector[]): string {
  const holds = (host: string, { addresses }: Instance) =>
    directors
      .find(({ name }) => name === host)
      ?.addresses.some((own) => addresses.some(({ address }) => canonical(address) === canonical(own))) ??
    false
  const rank = ([host, instance]: readonly [string, Instance]) => [
    instance.priority,
    Number(holds(host, instance)),
    Number(instance.startsAsMaster),
  ]
  const sorted = [...by].toSorted((one, other) => {
    const [mine, theirs] = [rank(one), rank(other)]
    const at = mine.findIndex((value, index) => value !== theirs[index])
    return at === -1 ? 0 : (theirs[at] ?? 0) - (mine[at] ?? 0)
  })
  return sorted[0]?.[0] ?? ''
}

/** Blocks of instances that have words, by the names of their fields. */
const routing = { routes: 'virtual_routes', rules: 'virtual_rules' } as const

/** The password that all instances of all directors have, unless it is one that is `refused`: it then stays where it is. */
export function authenticationOf(
  shared: readonly SharedInstance[],
  refused: (password: string) => boolean,
): Instance['authentication'] {
  const all = shared.flatMap(({ by }) => [...by.values()])
  const [first] = all
  const own = first?.authentication
  const alike = all.every(
    ({ authentication, version }) => version === 2 && JSON.stringify(authentication) === JSON.stringify(own),
  )
  return own && alike && !refused(own.password) ? own : undefined
}

/** What moves with a VIP, where all directors say the same of it. */
export function routingOf({ instance, by }: SharedInstance): Pick<Instance, 'routes' | 'rules'> {
  const said = (['routes', 'rules'] as const).filter(
    (name) =>
      instance[name] &&
      [...by.values()].every((other) => JSON.stringify(other[name]) === JSON.stringify(instance[name])),
  )
  return Object.fromEntries(said.map((name) => [name, instance[name]]))
}

/** What all instances do alike, as `vrrp` of the inventory says it; what one does otherwise goes into its `extra`. */
export function vrrpWords(
  shared: readonly SharedInstance[],
  authentication: Instance['authentication'],
): Readonly<Record<string, unknown>> {
  const [first] = shared
  if (!first) return {}
  const { instance } = first
  const version = shared.some((one) => one.instance.version === 3) ? 3 : 2
  const preempts = preempting(first)
  return {
    version,
    advert_interval: instance.advertInterval,
    ...(preempts ? {} : { preempt: false }),
    ...(preempts && instance.preemptDelay > 0 && !instance.startsAsMaster
      ? { preempt_delay: instance.preemptDelay }
      : {}),
    ...(instance.peers ? { unicast: true } : {}),
    garp_refresh: instance.garpRefresh,
    ...(authentication
      ? {
          ...(authentication.type === 'AH' ? { auth_type: 'AH' } : {}),
          auth_pass: authentication.password,
        }
      : {}),
  }
}

/** `nopreempt` counts where the instance starts as backup, keepalived.conf(5). */
const preempting = ({ instance }: SharedInstance) => !instance.nopreempt || instance.startsAsMaster

/** Lines that say what an instance does otherwise than the first. */
function otherwise(one: SharedInstance, first: SharedInstance, version: unknown): readonly string[] {
  const [mine, usual] = [one.instance, first.instance]
  return [
    ...(mine.version === version ? [] : [`version ${mine.version}`]),
    ...(mine.advertInterval === usual.advertInterval ? [] : [`advert_int ${mine.advertInterval}`]),
    ...(preempting(one) === preempting(first) ? [] : [preempting(one) ? 'preempt' : 'nopreempt']),
    ...(mine.preemptDelay === usual.preemptDelay ? [] : [`preempt_delay ${mine.preemptDelay}`]),
    ...(mine.garpRefresh === usual.garpRefresh ? [] : [`garp_master_refresh ${mine.garpRefresh}`]),
  ]
}

/** `extra` of one VIP: what has no word, in the lines of the owner. */
export function extraOf(
  one: SharedInstance,
  shared: readonly SharedInstance[],
  apart: readonly Statement[],
  authentication: Instance['authentication'],
): Words<string | undefined> {
  const [first = one] = shared
  const { version } = vrrpWords(shared, authentication)
  const worded = [
    ...(authentication ? ['authentication'] : []),
    ...Object.keys(routingOf(one)).map((name) => routing[name as keyof typeof routing]),
  ]
  const restOf = ({ rest }: Instance) => rest.filter(({ keyword }) => !worded.includes(keyword))
  const said = [
    ...otherwise(one, first, version),
    ...(apart.length === 0 ? [] : ['virtual_ipaddress {', ...apart.map(({ raw }) => `    ${raw}`), '}']),
    ...restOf(one.instance)
      .flatMap((statement) => written(statement))
      .map(takenOver),
  ]
  const plain = (instance: Instance) =>
    restOf(instance)
      .map((statement) => withoutComments(statement))
      .toSorted()
      .join('\n')
  const remarks = [...one.by]
    .filter(([host, other]) => host !== one.owner && plain(other) !== plain(one.instance))
    .map(([host, other]) => ({
      message: `${other.name} says otherwise than on ${placeOf({ host: one.owner, at: one.instance.at })} what has no word (${differing(one.instance, other)}): what stands there is written for all`,
      host,
      at: other.at,
    }))
  return { value: said.length === 0 ? undefined : said.join('\n'), remarks, contradictions: [] }
}

/** Directors that have another password would not hear each other: who writes one that is none is not asked for a better one now. */
function takenOver(line: string): string {
  return /^\s*auth_pass\s/.test(line) ? `${line} # as found by understudy adopt` : line
}

/** By keyword alone: values may be passwords. */
function differing(mine: Instance, other: Instance): string {
  const [ours, theirs] = [mine.rest.map(withoutComments), other.rest.map(withoutComments)]
  const keywords = [
    ...mine.rest.filter((one) => !theirs.includes(withoutComments(one))),
    ...other.rest.filter((one) => !ours.includes(withoutComments(one))),
  ].map(({ keyword }) => keyword)
  return [...new Set(keywords)].join(', ')
}

/** To compare by. */
export function withoutComments(statement: Statement): string {
  const bare = (one: Statement): Statement => ({
    ...one,
    comments: [],
    ...(one.block ? { block: one.block.map(bare) } : {}),
  })
  return written(bare(statement)).join('\n')
}
