import type { RouteByRouter } from '../sensors/routes-by-router.ts'
import type { KeepalivedHost } from './keepalived/host.ts'
import type { Remark } from './position.ts'
import type { ProxyReading } from './proxy.ts'

/** A director as it was read. */
export interface AdoptedDirector {
  /** In the inventory. */
  readonly name: string
  /** As which it is connected to. */
  readonly connection: string
  readonly keepalived: KeepalivedHost
  /** Whether it knows the user `keepalived_script`. */
  readonly hasScriptUser: boolean
  /** What runs beside it. */
  readonly proxies: readonly ProxyReading[]
  /** Certificates and keys that its proxies speak TLS with, by their paths. */
  readonly pems: ReadonlyMap<string, string>
  /** Every address it has now, by which who holds a VIP is known. */
  readonly addresses: readonly string[]
  /** The networks in which it has an address, as `10.0.0.11/24`. */
  readonly networks: readonly string[]
}

/** A machine whose address is known. */
export interface KnownMachine {
  readonly name: string
  readonly connection: string
  readonly addresses: readonly string[]
  /** What it leads through others, where it was asked. */
  readonly routes?: readonly RouteByRouter[]
}

/** A host of the inventory. */
export interface AdoptedHost {
  readonly name: string
  readonly connection: string
  readonly part: 'director' | 'realserver'
  readonly words: Readonly<Record<string, unknown>>
  /** Groups within its own in which it is. */
  readonly groups: readonly string[]
}

/** What is written into the inventory, and what there is to say of it. */
export interface Words<Value> {
  readonly value: Value
  /** What is no error, but worth a look. */
  readonly remarks: readonly Remark[]
  /** What two machines say differently, where it has to be the same. */
  readonly contradictions: readonly Remark[]
}
