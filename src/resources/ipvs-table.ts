import { z } from 'zod'
import type { Change } from '../model/change.ts'
import { endpointOf } from '../model/endpoint.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import {
  forwardingFlags,
  type IpvsReading,
  type IpvsServer,
  type IpvsService,
  type IpvsTimeouts,
  ipvsSynchronization,
  ipvsTable,
  ipvsTimeouts,
  protocolFlags,
} from '../sensors/ipvs.ts'
import { runningCheckers } from '../sensors/keepalived.ts'
import type { RunningService } from '../sensors/keepalived-services.ts'
import { lines, sh } from '../shell/quote.ts'
import { type Repair, synchronizationOutlives, synchronizationRepairs } from './ipvs-synchronization.ts'
import { ipAddress, networkDevice } from './network-fields.ts'
import { refuse, untold } from './refuse.ts'

const timeout = z.number().int().min(1).optional()

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be one word')
    .describe('What the table is called in plans.'),
  addresses: z
    .array(ipAddress)
    .default([])
    .describe('Virtual addresses of which nobody else may put services into the table.'),
  timeouts: z
    .strictObject({
      tcp: timeout.describe('Of TCP that says nothing.'),
      tcp_fin: timeout.describe('Of TCP that was closed.'),
      udp: timeout.describe('Of UDP.'),
    })
    .default({})
    .describe('Seconds after which the kernel forgets connections; what is not said keeps its value.'),
  synchronization: z
    .union([
      z.literal(false),
      z.strictObject({
        interface: networkDevice.describe('Where they are told.'),
        id: z.number().int().min(0).max(255).describe('Of those who tell each other.'),
      }),
    ])
    .optional()
    .describe(
      'How connections are told to other directors, and heard of theirs; `false`: not at all. Left alone where absent.',
    ),
})

type IpvsTable = z.infer<typeof schema>

/**
 * The kernel's IPVS table is what the running keepalived takes it to be. Keepalived writes it and never looks again: what
 * somebody changed there by hand would stay for good. Realservers that keepalived itself took out, because they are not
 * well, stay out.
 */
export const ipvsTableKind: ResourceKind<
  IpvsTable,
  { keepalived: typeof runningCheckers; left: typeof ipvsTable; told: typeof ipvsSynchronization }
> = {
  name: 'ipvs_table',
  summary: "The kernel's IPVS table, as the running keepalived takes it to be.",
  schema,
  shorthand: 'name',
  subject: ({ name }) => name,
  inspect: () => ({ keepalived: runningCheckers, left: ipvsTable, told: ipvsSynchronization }),
  converge: ({ addresses, timeouts, synchronization }, { keepalived, left, told }, upcoming) => {
    const isAnew = upcoming.touches(runningCheckers)
    if (!keepalived.answers) {
      if (!isAnew) return unknown(keepalived.why)
      const outlives = isLeft(left, addresses) || synchronizationOutlives(synchronization, told)
      return outlives
        ? untold('whether what is left in the IPVS table is right is unknown until keepalived runs')
        : undefined
    }
    const { services, table } = keepalived
    const late = isAnew
      ? []
      : [
          ...timeoutRepair(timeouts, keepalived.timeouts),
          ...synchronizationRepairs(synchronization, keepalived.synchronization),
        ]
    const outlives = isAnew && synchronizationOutlives(synchronization, keepalived.synchronization)
    // Groups of addresses, in lines of the user's own, cannot be told apart in the table: nothing is said of them.
    if (services === undefined || !table) return outlives ? unknownTillLoaded() : describe(late)
    if (!table.readable) return isAnew ? undefined : unknown(table.why)
    const { repairs, strangers } = compare(services, table.services, addresses)
    const [stranger] = strangers
    if (stranger)
      return refuse(
        `${keyOf(stranger)} stands in the IPVS table and is nothing of this cluster's: ipvsadm -D ${flagOf(stranger)} ${placeOf(stranger)} removes it`,
      )
    // One that starts anew puts most of it right; one that only loads anew takes the table to be what it made of it.
    if (isAnew) return outlives || repairs.length > 0 ? unknownTillLoaded() : undefined
    return describe([...repairs, ...late])
  },
}

/** One that runs and does not answer may hide anything; one that does not run is the business of its service. */
function unknown(why: string): Change | undefined {
  return why === 'it does not run' ? undefined : untold(`whether the IPVS table is right is unknown: ${why}`)
}

function unknownTillLoaded(): Change {
  return untold(
    'whether the IPVS table is right is unknown until keepalived has loaded its configuration anew',
  )
}

/** One that stops takes its services out of the table. What is there without it was left by one that was killed, or put there by hand. */
function isLeft(left: IpvsReading, addresses: readonly string[]): boolean {
  return (
    left.readable &&
    left.services.some(({ protocol, address }) => protocol === 'fwmark' || addresses.includes(address))
  )
}

function compare(
  wanted: readonly RunningService[],
  found: readonly IpvsService[],
  addresses: readonly string[],
): { readonly repairs: readonly Repair[]; readonly strangers: readonly IpvsService[] } {
  const surplus = found.filter((one) => !wanted.some((service) => keyOf(service) === keyOf(one)))
  const ours = surplus.filter(({ address }) => addresses.includes(address))
  return {
    repairs: [
      ...wanted.flatMap((service) =>
        repairsOf(
          service,
          found.find((one) => keyOf(one) === keyOf(service)),
        ),
      ),
      ...ours.map((service) => ({
        name: keyOf(service),
        before: settingsOf(service),
        after: undefined,
        script: sh`ipvsadm -D ${placeWords(service)} 2>/dev/null || :`,
      })),
    ],
    strangers: surplus.filter((one) => !ours.includes(one)),
  }
}

function repairsOf(wanted: RunningService, found: IpvsService | undefined): readonly Repair[] {
  const service = [...placeWords(wanted)]
  const same = found !== undefined && settingsOf(found) === settingsOf(wanted)
  const gone = (found?.servers ?? []).filter((one) => !wanted.servers.some((server) => isAt(server, one)))
  return [
    ...(same
      ? []
      : [
          {
            name: keyOf(wanted),
            before: found && settingsOf(found),
            after: settingsOf(wanted),
            script: eitherWay('-A', '-E', [...service, ...optionsOf(wanted)]),
          },
        ]),
    ...wanted.servers.flatMap((server) => {
      const is = found?.servers.find((one) => isAt(server, one))
      if (is && is.weight === server.weight && is.forwarding === server.forwarding) return []
      const words = [
        ...service,
        '-r',
        placeOf(server),
        forwardingFlags[server.forwarding],
        '-w',
        server.weight,
      ]
      return [
        {
          name: `${keyOf(wanted)} → ${placeOf(server)}`,
          before: is && `${is.forwarding} weight ${is.weight}`,
          after: `${server.forwarding} weight ${server.weight}`,
          script: eitherWay('-a', '-e', words),
        },
      ]
    }),
    ...gone.map((server) => ({
      name: `${keyOf(wanted)} → ${placeOf(server)}`,
      before: `${server.forwarding} weight ${server.weight}`,
      after: undefined,
      script: sh`ipvsadm -d ${[...service, '-r', placeOf(server)]} 2>/dev/null || :`,
    })),
  ]
}

/** Whether it is there may have changed since it was looked at. */
function eitherWay(add: string, edit: string, words: readonly (string | number)[]): Script {
  return sh`ipvsadm ${[add, ...words]} 2>/dev/null || ipvsadm ${[edit, ...words]}`
}

/** ipvsadm(8): 0 leaves a value as it is. */
function timeoutRepair(wanted: IpvsTable['timeouts'], found: IpvsTimeouts | undefined): readonly Repair[] {
  const differ = (['tcp', 'tcp_fin', 'udp'] as const).filter(
    (of) => wanted[of] !== undefined && wanted[of] !== found?.[of],
  )
  if (differ.length === 0) return []
  const show = (of: IpvsTable['timeouts']) => differ.map((one) => `${one} ${of[one]}`).join(' ')
  return [
    {
      name: 'timeouts',
      before: found && show(found),
      after: show(wanted),
      script: sh`ipvsadm --set ${[wanted.tcp ?? 0, wanted.tcp_fin ?? 0, wanted.udp ?? 0]}`,
    },
  ]
}

function describe(repairs: readonly Repair[]): Change | undefined {
  if (repairs.length === 0) return undefined
  return {
    summary: 'put back what keepalived wrote',
    differences: repairs.map(({ name, before, after }) => ({ is: 'attribute', name, before, after })),
    script: lines(...repairs.map(({ script }) => script)),
    impact: 'none',
    disturbs: [...ipvsTable.about, ...ipvsTimeouts.about, ...ipvsSynchronization.about],
  }
}

function flagOf({ protocol }: IpvsService): string {
  return protocolFlags[protocol]
}

/** A mark does not say of which family it is. */
function placeWords(service: IpvsService): readonly string[] {
  const isSix = service.protocol === 'fwmark' && service.servers.some(({ address }) => address.includes(':'))
  return [flagOf(service), placeOf(service), ...(isSix ? ['-6'] : [])]
}

function keyOf(service: IpvsService): string {
  return `${service.protocol} ${placeOf(service)}`
}

/** Address and port as ipvsadm(8) writes them; a mark has none. */
function placeOf(one: { readonly address: string; readonly port: number }): string {
  return /^\d+$/.test(one.address) ? one.address : endpointOf(one)
}

function settingsOf({ scheduler, persistence }: IpvsService): string {
  return persistence === undefined ? scheduler : `${scheduler} persistent ${persistence}`
}

function optionsOf(service: RunningService): readonly (string | number)[] {
  const { scheduler, persistence, granularity, onePacket, flags } = service
  return [
    ...['-s', scheduler],
    ...(persistence === undefined ? [] : ['-p', persistence]),
    ...(persistence === undefined || granularity === undefined ? [] : ['-M', granularity]),
    ...(onePacket ? ['-o'] : []),
    ...(flags.length > 0 ? ['-b', flags.join(',')] : []),
  ]
}

function isAt(a: IpvsServer, b: IpvsServer): boolean {
  return a.address === b.address && a.port === b.port
}
