import {
  type Cluster,
  clientsFollow,
  heldBy,
  takeoverAfterCrash,
  takeoverAfterStop,
} from '../cluster/index.ts'
import type { Facts } from '../model/facts.ts'
import { type Vrrp, vrrpIn } from './vrrp.ts'

/** What becomes of an address by one change. */
export interface Effect {
  readonly address: string
  /** How often it goes to another director. */
  readonly moves: number
  /** The longest time a client may miss it at once; absent: for good, or nobody knows. */
  readonly seconds?: number
  /** The only service it is about, where it is not about all. */
  readonly service?: string
  readonly why: string
}

/** A keepalived.conf before and after a change. */
export interface Rewritten {
  readonly before: string | undefined
  readonly after: string | undefined
}

/** What a director says of one address now, while changes are followed in their order. */
type Said = Pick<Vrrp, 'priority' | 'nopreempt' | 'agreement' | 'name'>

/**
 * Follows who holds the addresses of a cluster while its directors are changed one after the other, by the rules by which keepalived
 * elects and reloads.
 */
export class Addresses {
  readonly #cluster: Cluster
  readonly #holders = new Map<string, string>()
  /** By address and host. */
  readonly #said = new Map<string, Map<string, Said>>()
  readonly #down = new Set<string>()
  /** Held by more than one, as these do not hear each other. */
  readonly #twice = new Set<string>()

  /** `files`: keepalived.conf of directors that change; `down`: directors whose keepalived does not run yet. */
  constructor(
    cluster: Cluster,
    facts: ReadonlyMap<string, Facts>,
    { files, down }: { readonly files: ReadonlyMap<string, Rewritten>; readonly down: readonly string[] },
  ) {
    this.#cluster = cluster
    for (const host of down) this.#down.add(host)
    const after = [...files.values()].flatMap((file) => vrrpIn(file.after ?? ''))
    for (const { host } of cluster.directors) {
      const file = files.get(host)
      const before = file && vrrpIn(file.before ?? '')
      const known = before ? this.#fromFile(before) : this.#fromInventory(host, after)
      for (const [address, said] of known) this.#say(address, host, said)
      const held = facts.get(host)
      const own = new Set(held ? heldNow(held) : [])
      for (const address of new Set([...known.keys(), ...heldBy(cluster, held)]))
        if (own.has(address) && !this.#holders.has(address)) this.#holders.set(address, host)
    }
  }

  /** Does anybody hold one of them now? */
  get served(): boolean {
    return this.#holders.size > 0
  }

  /** What a director holds at this moment. */
  heldBy(host: string): readonly string[] {
    return [...this.#holders].filter(([, holder]) => holder === host).map(([address]) => address)
  }

  /** keepalived reads a file that was changed. */
  reload(host: string, { before = '', after = '' }: Rewritten): readonly Effect[] {
    const [old, made] = [vrrpIn(before), vrrpIn(after)]
    const all = new Set([...old, ...made].flatMap(({ addresses }) => addresses))
    return [...all].flatMap((address) => {
      const [one, other] = [of(old, address), of(made, address)]
      if (!other) return one ? this.#taken(host, address) : []
      this.#say(address, host, other)
      return one ? this.#changed(host, address, { before: one, after: other }) : []
    })
  }

  /** keepalived ends and starts again, with the file as it is then. */
  restart(host: string, file: Rewritten | undefined): readonly Effect[] {
    const held = this.heldBy(host)
    const gone = file ? this.reload(host, file).filter(({ seconds }) => seconds === undefined) : []
    const lost = new Set(gone.map(({ address }) => address))
    return [
      ...gone,
      ...held.filter((address) => !lost.has(address)).map((address) => this.#away(host, address)),
    ]
  }

  /** keepalived starts where it did not run. */
  start(host: string, file: Rewritten | undefined): readonly Effect[] {
    this.#down.delete(host)
    const made = vrrpIn(file?.after ?? '')
    for (const one of made) for (const address of one.addresses) this.#say(address, host, one)
    return [...this.#said.keys()].flatMap((address) => this.#elect(address, `${host} starts`))
  }

  /** What is away for a while: the seconds until somebody else serves, on top of what it takes to be seen. */
  away(host: string, detection: number): readonly Effect[] {
    return this.heldBy(host).map((address) => this.#away(host, address, detection))
  }

  /** A new election of one address, before which its holder lets it go, with all that move with it. */
  shake(host: string, address: string): readonly Effect[] {
    const together = this.#cluster.vips
      .map((vip) => [vip.address, ...vip.also.map((one) => one.address)])
      .find((all) => all.includes(address))
    return this.heldBy(host)
      .filter((one) => together?.includes(one))
      .map((one) => this.#away(host, one))
  }

  #away(host: string, address: string, detection = 0): Effect {
    const { preempt } = this.#cluster.vrrp
    const next = this.#best(address, host)
    if (!next) return { address, moves: 0, why: `${host} alone may hold ${address}` }
    const bound = takeoverAfterStop(this.#cluster, this.#priority(address, next))
    const returns = preempt && this.#best(address) === host
    if (!returns) this.#holders.set(address, next)
    return {
      address,
      moves: returns ? 2 : 1,
      seconds: detection + bound + clientsFollow(this.#cluster),
      why: `${address} goes to ${next}${returns ? ', and back once it can' : ''}`,
    }
  }

  #taken(host: string, address: string): readonly Effect[] {
    this.#said.get(address)?.delete(host)
    if (this.#holders.get(address) !== host) return []
    this.#holders.delete(address)
    return [{ address, moves: 0, why: `${address} is taken away` }]
  }

  #changed(
    host: string,
    address: string,
    { before, after }: { readonly before: Vrrp; readonly after: Vrrp },
  ): readonly Effect[] {
    const holds = this.#holders.get(address) === host
    const follow = clientsFollow(this.#cluster)
    const crash = takeoverAfterCrash(this.#cluster, this.#priority(address, this.#best(address, host)) || 1)
    const { name } = after
    const fresh = after.scripts.filter((script) => !before.scripts.includes(script))
    const effects: Effect[] = []
    if (before.identity !== after.identity && holds)
      effects.push({
        address,
        moves: 1,
        seconds: crash + follow,
        why: `${name} is another instance to keepalived, which gives ${address} up without a word and begins anew`,
      })
    else if (fresh.length > 0 && holds)
      effects.push({
        address,
        moves: 2,
        seconds: crash + follow,
        why: `${name} waits for the first answer of ${fresh.join(', ')}, and gives ${address} up meanwhile`,
      })
    const differs = Object.keys(after.agreement).filter(
      (word) => before.agreement[word] !== after.agreement[word],
    )
    const split = this.#disagrees(address, host)
    if (differs.length > 0 && split.length > 0 && !this.#twice.has(address) && this.#holders.has(address)) {
      this.#twice.add(address)
      effects.push({
        address,
        moves: 1,
        seconds: follow,
        why: `${host} and ${split.join(', ')} do not hear each other (${differs.join(', ')}): both hold ${address} until all are changed`,
      })
    } else if (split.length === 0 && this.#twice.delete(address))
      effects.push({
        address,
        moves: 1,
        seconds: follow,
        why: `${address} is held once again`,
      })
    const changed = `priority ${before.priority} → ${after.priority} on ${host}`
    return [...effects, ...this.#elect(address, changed)]
  }

  /** Who has a higher priority takes an address over; until then its holder keeps it. */
  #elect(address: string, cause: string): readonly Effect[] {
    const holder = this.#holders.get(address)
    const best = this.#best(address)
    if (holder === undefined || best === undefined || best === holder || this.#twice.has(address)) return []
    const said = this.#said.get(address)
    if (said?.get(best)?.nopreempt || this.#priority(address, best) <= this.#priority(address, holder))
      return []
    this.#holders.set(address, best)
    return [
      {
        address,
        moves: 1,
        seconds: clientsFollow(this.#cluster),
        why: `${cause}: ${address} goes from ${holder} to ${best}`,
      },
    ]
  }

  #best(address: string, without?: string): string | undefined {
    const hosts = [...(this.#said.get(address)?.keys() ?? [])]
    return hosts
      .filter((host) => host !== without && !this.#down.has(host))
      .toSorted((a, b) => this.#priority(address, b) - this.#priority(address, a))[0]
  }

  #priority(address: string, host: string | undefined): number {
    return (host === undefined ? undefined : this.#said.get(address)?.get(host)?.priority) ?? 0
  }

  #disagrees(address: string, host: string): readonly string[] {
    const all = this.#said.get(address) ?? new Map<string, Said>()
    const own = JSON.stringify(all.get(host)?.agreement)
    return [...all]
      .filter(([other, said]) => other !== host && JSON.stringify(said.agreement) !== own)
      .map(([other]) => other)
  }

  #say(address: string, host: string, said: Said): void {
    const all = this.#said.get(address) ?? new Map<string, Said>()
    all.set(host, said)
    this.#said.set(address, all)
  }

  #fromFile(instances: readonly Vrrp[]): ReadonlyMap<string, Said> {
    return new Map(instances.flatMap((one) => one.addresses.map((address) => [address, one] as const)))
  }

  /** Who does not change is as the inventory says, and agrees with what the others become. */
  #fromInventory(host: string, after: readonly Vrrp[]): ReadonlyMap<string, Said> {
    const { vips, vrrp } = this.#cluster
    return new Map(
      vips.flatMap(({ address, also, instance, priorities }) =>
        [address, ...also.map((one) => one.address)].map((one) => [
          one,
          {
            name: instance,
            priority: priorities.get(host) ?? 0,
            nopreempt: !vrrp.preempt,
            agreement: of(after, one)?.agreement ?? {},
          },
        ]),
      ),
    )
  }
}

function of(instances: readonly Vrrp[], address: string): Vrrp | undefined {
  return instances.find(({ addresses }) => addresses.includes(address))
}

function heldNow({ interfaces }: Facts): readonly string[] {
  return Object.values(interfaces).flatMap(({ addresses }) => addresses.map(({ address }) => address))
}
