import { type Instance, instancesIn, type Statement } from '../adoption/index.ts'

/** What keepalived knows of a VIP's instance that decides who holds it. */
export interface Vrrp {
  readonly name: string
  /** By which a keepalived that reloads knows it again: a new one begins as a backup that has heard of nobody. */
  readonly identity: string
  readonly vrid: number
  readonly priority: number
  readonly nopreempt: boolean
  readonly addresses: readonly string[]
  /** What directors must agree on to hear each other; secrets in it are hidden, and still differ where they do. */
  readonly agreement: Readonly<Record<string, string>>
  /** Scripts it follows: it waits for the first answer of one that is new. */
  readonly scripts: readonly string[]
  readonly interface: string
}

/** The instances that a keepalived.conf has. */
export function vrrpIn(text: string): readonly Vrrp[] {
  return instancesIn(text).map(vrrpOf)
}

function vrrpOf(instance: Instance): Vrrp {
  const { name, vrid, priority, nopreempt, rest, version, advertInterval, peers, source } = instance
  const inner = (keyword: string) =>
    rest.filter((one) => one.keyword === keyword).flatMap((one) => one.block ?? [])
  const excluded = inner('virtual_ipaddress_excluded').map(({ keyword }) => keyword.split('/')[0] ?? '')
  const told = instance.addresses.map(({ address }) => address)
  const addresses = [...told, ...excluded]
  const family = addresses[0]?.includes(':') ? 'ipv6' : 'ipv4'
  const vmac = rest.some(({ keyword }) => keyword === 'use_vmac')
  const spoken = peers
    ? `by unicast from ${source ?? 'its address'}`
    : vmac
      ? 'with a MAC address of VRRP'
      : 'by multicast'
  return {
    name,
    identity: [vrid, family, instance.interface, spoken].join(' '),
    vrid,
    priority,
    nopreempt,
    addresses,
    agreement: {
      version: String(version),
      // VRRP 3 takes the interval from whoever holds the VIP.
      ...(version === 2 ? { 'interval of adverts': `${advertInterval} s` } : {}),
      authentication: inner('authentication').map(written).join(', '),
      spoken: peers ? 'by unicast' : 'by multicast',
      VRID: String(vrid),
      // keepalived takes no advert that names others than its own (vrrp.c, vrrp_check_packet).
      addresses: told.toSorted().join(', '),
    },
    scripts: inner('track_script').map(({ keyword }) => keyword),
    interface: instance.interface,
  }
}

function written({ keyword, values }: Statement): string {
  return [keyword, ...values].join(' ')
}
