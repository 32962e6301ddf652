import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { type AddressPlace, addressNamed } from '../sensors/addresses.ts'
import { type KeepalivedReading, keepalivedHolding, type RunningInstance } from '../sensors/keepalived.ts'
import { type UnitTextReading, unitText } from '../sensors/unit-texts.ts'
import { lines, sh } from '../shell/quote.ts'
import { unitOfVip } from './boot-unit.ts'
import { downWhereEmpty } from './former-boot-units.ts'
import { ipAddress, networkDevice } from './network-fields.ts'
import { untold } from './refuse.ts'

const schema = z.strictObject({
  address: ipAddress.describe('The virtual address.'),
  devices: z.array(networkDevice).default([]).describe('Devices on which it may stand in any case.'),
  instance: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The VRRP instance that brings it; while keepalived is not its MASTER, it stands nowhere else.',
    ),
})

type StrayVip = z.infer<typeof schema>

interface Found {
  readonly places: readonly AddressPlace[]
  readonly unit: UnitTextReading
  readonly keepalived?: KeepalivedReading
}

/**
 * A virtual address stands nowhere but where it is to stand: one that somebody left on another device answers ARP for
 * clients that were never meant to come. Where a director may hold it, its keepalived is asked whether it does.
 */
export const strayVip: ResourceKind<
  StrayVip,
  { places: ReturnType<typeof addressNamed>; unit: ReturnType<typeof unitText> }
> = {
  name: 'stray_vip',
  summary:
    'A virtual address that stands nowhere but where it is to: on no other device, and on no director that is not its master.',
  schema,
  shorthand: 'address',
  subject: ({ address }) => address,
  inspect: ({ address, instance }) => ({
    places: addressNamed(address),
    unit: unitText(unitOfVip(address)),
    ...(instance === undefined ? {} : { keepalived: keepalivedHolding(address) }),
  }),
  converge: ({ address, devices, instance }, found, upcoming) => {
    const { places, unit = '', keepalived }: Found = found
    // One of ours is silent about it, and is taken away once nobody sends anything there.
    const elsewhere = ({ device }: AddressPlace) =>
      !devices.includes(device) && !unit.includes(` dev ${device}'`)
    if (instance === undefined || keepalived === undefined)
      return remove(address, places.filter(elsewhere), instance)
    const isAnew = upcoming.touches(keepalivedHolding(address))
    // One that runs and does not answer may hold it; one that starts is asked when it has.
    if (!keepalived.answers) return isAnew && places.length > 0 ? unknownTill(address) : undefined
    const held = heldOn(
      address,
      keepalived.instances.find(({ name }) => name === instance),
    )
    const standing = keepalived.places.filter((one) => one.address === address)
    if (held === 'anywhere') return isAnew && standing.length > 0 ? unknownTill(address) : undefined
    const strays = standing.filter((one) => elsewhere(one) && one.device !== held?.device)
    // Beside that of keepalived it does no harm, until keepalived takes its own away and leaves this one.
    const twins = standing.filter((one) => one.device === held?.device && one.prefix !== held.prefix)
    const all = [...strays, ...twins]
    if (isAnew) return all.length > 0 ? unknownTill(address) : undefined
    return remove(address, all, instance, twins.length > 0)
  },
}

/** It may take the address away when it starts, or become its master. */
function unknownTill(address: string): Change {
  return untold(`whether ${address} stands where it is not to is unknown until keepalived runs anew`)
}

/** Where the running keepalived holds an address; `anywhere` while it has not made up its mind. */
function heldOn(
  address: string,
  running: RunningInstance | undefined,
): RunningInstance['addresses'][number] | 'anywhere' | undefined {
  if (running?.state === 'BACKUP' || running?.state === 'FAULT') return undefined
  return running?.addresses.find((one) => one.address === address) ?? 'anywhere'
}

/**
 * keepalived may have become MASTER since it was asked: one that loses an address it holds notices, and takes it again
 * as after an election. It does so, too, when an address goes that differs from its own by the prefix alone (address_is_ours in
 * keepalived_netlink.c): its peer holds the VIP for a moment.
 */
function remove(
  address: string,
  strays: readonly AddressPlace[],
  instance: string | undefined,
  shakes = false,
): Change | undefined {
  if (strays.length === 0) return undefined
  return {
    summary: `remove from ${strays.map(({ device }) => device).join(', ')}`,
    differences: strays.map(({ device, prefix }) => ({
      is: 'attribute',
      name: 'stands',
      before: `/${prefix} on ${device}`,
      after: undefined,
    })),
    script: lines(
      ...strays.flatMap(({ device, prefix }) => [
        sh`ip addr del ${`${address}/${prefix}`} dev ${device} 2>/dev/null || :`,
        downWhereEmpty(device),
      ]),
    ),
    impact: shakes ? 'failover' : instance === undefined ? 'restart' : 'none',
    disturbs: [`address:${address}`],
  }
}
