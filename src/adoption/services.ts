import { canonical } from '../cluster/addresses.ts'
import { type Statement, written } from './keepalived/blocks.ts'
import {
  type AdoptedServer,
  explicit,
  type RealServer,
  type ServerReading,
} from './keepalived/virtual-servers.ts'
import type { Remark } from './position.ts'
import { agreeing, type Groups, groupsOf, unionOf } from './shared-servers.ts'
import type { SharedInstance } from './vips.ts'

/** What is behind the addresses of one VRRP instance. */
export interface VipServices {
  /** Addresses with the same services: the first is the VIP, the others move `also`. */
  readonly alike: readonly string[]
  /** Addresses without them, which have no word beside the others. */
  readonly apart: readonly Statement[]
  readonly services: readonly Readonly<Record<string, unknown>>[]
}

/** The realservers, what is behind each instance, and what is kept verbatim. */
export interface Pool {
  readonly realservers: readonly RealServer[]
  /** Some of them, by names, for services that have not all. */
  readonly groups: Groups
  /** In the order of the instances. */
  readonly vips: readonly VipServices[]
  readonly verbatim: readonly Statement[]
  readonly remarks: readonly Remark[]
}

/** Finds the realservers of all services; whatever weighs them otherwise than most, or is behind no VIP, is kept verbatim. */
export function poolFor(shared: readonly SharedInstance[], readings: readonly ServerReading[]): Pool {
  const addresses = shared.flatMap(({ instance }) =>
    instance.addresses.map(({ address }) => canonical(address)),
  )
  const why = new Map<ServerReading, Remark>()
  for (const one of readings) {
    const place = `virtual_server ${one.statement.values.join(' ')} is kept verbatim`
    if (one.why) why.set(one, { message: `${place}: ${one.why.message}`, at: one.why.at })
    else if (one.adopted && !addresses.includes(canonical(one.adopted.address)))
      why.set(one, { message: `${place}: no vrrp_instance has its address`, at: one.statement.at })
  }
  const fitting = readings.flatMap((one) => (one.adopted && !why.has(one) ? [{ one, ...one.adopted }] : []))
  const agreed = new Set(agreeing(fitting, ({ weight }) => weight).map(({ one }) => one))
  for (const { one } of fitting)
    if (!agreed.has(one))
      why.set(one, {
        message: `virtual_server ${one.statement.values.join(' ')} is kept verbatim: its realservers have other weights elsewhere`,
        at: one.statement.at,
      })

  // What is behind several addresses of one instance may still be kept verbatim: groups are of what is left.
  const vips = shared.map(({ instance }) => servicesOf(instance.addresses, readings, why))
  const left = fitting.filter(({ one }) => !why.has(one))
  const { groups, groupOf } = groupsOf(left, ({ port }) => String(port))
  return {
    realservers: unionOf(left),
    groups,
    vips: vips.map(({ behind, ...one }) => ({
      ...one,
      services: behind.map((adopted) => {
        const own = left.find(({ one: { adopted: its } }) => its === adopted)
        const group = own && groupOf(own)
        return { ...wordsOf(adopted), ...(group === undefined ? {} : { realservers: group }) }
      }),
    })),
    verbatim: readings.filter((one) => why.has(one)).map(({ statement }) => explicit(statement)),
    remarks: [
      ...why.values(),
      ...readings
        .filter((one) => !why.has(one))
        .flatMap(({ statement, remarks }) => remarks.map((message) => ({ message, at: statement.at }))),
    ],
  }
}

function servicesOf(
  addresses: SharedInstance['instance']['addresses'],
  readings: readonly ServerReading[],
  why: Map<ServerReading, Remark>,
): Omit<VipServices, 'services'> & { readonly behind: readonly AdoptedServer[] } {
  const behind = (address: string) =>
    readings.filter(
      (one) => !why.has(one) && one.adopted && canonical(one.adopted.address) === canonical(address),
    )
  const said = (address: string) =>
    JSON.stringify(behind(address).flatMap(({ adopted }) => (adopted ? [wordsOf(adopted)] : [])))
  const groups = new Map<string, string[]>()
  // One that is odd by itself cannot be listed, unless there is no other.
  const plain = addresses.filter(({ odd, label }, index) => !odd && (label === undefined || index === 0))
  for (const { address } of plain.length > 0 ? plain : addresses.slice(0, 1))
    groups.set(said(address), [...(groups.get(said(address)) ?? []), address])
  const ranked = [...groups].toSorted(
    ([one, mine], [other, theirs]) =>
      Number(other !== '[]') - Number(one !== '[]') || theirs.length - mine.length,
  )
  const alike = (ranked[0]?.[1] ?? []).slice(0, 20)
  const [main] = alike
  for (const { address } of addresses)
    if (!alike.includes(address))
      for (const one of behind(address))
        why.set(one, {
          message: `virtual_server ${one.statement.values.join(' ')} is kept verbatim: ${main} of the same vrrp_instance has other services`,
          at: one.statement.at,
        })
  return {
    alike,
    apart: addresses.filter(({ address }) => !alike.includes(address)).map(({ statement }) => statement),
    behind: main === undefined ? [] : behind(main).flatMap(({ adopted }) => adopted ?? []),
  }
}

function wordsOf({ service, check, extra }: AdoptedServer): Readonly<Record<string, unknown>> {
  return {
    ...service,
    check,
    ...(extra.length > 0 ? { extra: extra.flatMap((one) => written(one)).join('\n') } : {}),
  }
}
