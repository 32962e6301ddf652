import { canonical } from '../cluster/addresses.ts'
import { type Statement, written } from './keepalived/blocks.ts'
import {
  type AdoptedServer,
  explicit,
  type RealServer,
  type ServerReading,
} from './keepalived/virtual-servers.ts'
import type { Remark } from './position.ts'
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
  /** In the order of the instances. */
  readonly vips: readonly VipServices[]
  readonly verbatim: readonly Statement[]
  readonly remarks: readonly Remark[]
}

const poolOf = ({ real }: AdoptedServer) =>
  real
    .map(({ address, weight }) => `${canonical(address)} ${weight}`)
    .toSorted()
    .join(', ')

/** Finds the realservers that most services share; whatever has others, or is behind no VIP, is kept verbatim. */
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
  const counts = new Map<string, number>()
  for (const one of readings)
    if (one.adopted && !why.has(one))
      counts.set(poolOf(one.adopted), (counts.get(poolOf(one.adopted)) ?? 0) + 1)
  const [most] = [...counts].toSorted((one, other) => other[1] - one[1])
  for (const one of readings)
    if (one.adopted && !why.has(one) && poolOf(one.adopted) !== most?.[0])
      why.set(one, {
        message: `virtual_server ${one.statement.values.join(' ')} is kept verbatim: its realservers or their weights are not those of the others`,
        at: one.statement.at,
      })

  const vips = shared.map(({ instance }) => servicesOf(instance.addresses, readings, why))
  const [first] = readings.filter((one) => one.adopted && !why.has(one))
  return {
    realservers: first?.adopted?.real ?? [],
    vips,
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
): VipServices {
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
    services:
      main === undefined ? [] : behind(main).flatMap(({ adopted }) => (adopted ? [wordsOf(adopted)] : [])),
  }
}

function wordsOf({ service, check, extra }: AdoptedServer): Readonly<Record<string, unknown>> {
  return {
    ...service,
    check,
    ...(extra.length > 0 ? { extra: extra.flatMap((one) => written(one)).join('\n') } : {}),
  }
}
