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
  /** Every address it has now, by which who holds a VIP is known. */
  readonly addresses: readonly string[]
}

/** A machine whose address is known. */
export interface KnownMachine {
  readonly name: string
  readonly connection: string
  readonly addresses: readonly string[]
  /** Where its default route leads. */
  readonly gateway?: string | undefined
}

/** What is written into the inventory, and what there is to say of it. */
export interface Words<Value> {
  readonly value: Value
  /** What is no error, but worth a look. */
  readonly remarks: readonly Remark[]
  /** What two machines say differently, where it has to be the same. */
  readonly contradictions: readonly Remark[]
}
