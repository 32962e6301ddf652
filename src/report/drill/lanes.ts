import type { DrillResult, KeptOpen } from '../../model/drill.ts'
import { type Markup, markup } from './markup.ts'
import { packetWords, poolWords } from './moments.ts'

/** From milliseconds to the chart's own units. */
export type Scale = (at: number) => number

/** Height of one lane in the chart's own units. */
export const laneHeight = 22

/** One line of a chart below the requests. */
export interface Lane {
  readonly label: string
  readonly draw: (x: Scale, top: number) => Markup
}

/** What happened beside the requests: connections kept open, holders, packets, pools, logs; empty ones are left out. */
export function lanesOf(result: DrillResult): readonly Lane[] {
  const { services, holders, wire, pool, log } = result
  const hosts = [...new Set(holders.map(({ host }) => host))].toSorted()
  const senders = [...new Set(wire.packets.map(({ from }) => from))].toSorted()
  const pools = [...new Set(pool.map(({ host }) => host))].toSorted()
  return [
    ...services.map(({ kept }) => ({ label: 'kept open', draw: keptLane(kept) })),
    ...hosts.map((host) => ({ label: host, draw: holderLane(result, host) })),
    ...senders.map((from) => ({ label: `${from} sends`, draw: wireLane(result, from) })),
    ...pools.map((host) => ({ label: `${host} pool`, draw: poolLane(result, host) })),
    ...(log.length === 0 ? [] : [{ label: 'logs', draw: logLane(result) }]),
  ]
}

const number = (value: number) => value.toFixed(1)

function bar(kind: string, from: number, until: number, top: number, title: string): Markup {
  return markup`<rect class="${kind}" x="${number(from)}" y="${top + 3}" height="${laneHeight - 6}" width="${number(Math.max(1, until - from))}"><title>${title}</title></rect>`
}

const keptLane =
  ({ connections }: KeptOpen): Lane['draw'] =>
  (x, top) =>
    markup`${{
      markup: connections.map(({ opened, ended, end, answers }) => {
        const lost = end === 'broken' || end === 'silent'
        const cross = markup`<path class="cut" d="M${number(x(ended) - 4)} ${top + 7} l8 8 m0 -8 l-8 8"/>`
        return markup`${{ markup: bar('kept', x(opened), x(ended), top, `${answers} answers; ${end}`) }}${{ markup: lost ? [cross] : [] }}`
      }),
    }}`

const holderLane =
  ({ holders, startedAt, endedAt }: DrillResult, host: string): Lane['draw'] =>
  (x, top) =>
    markup`${{ markup: bar('idle', x(startedAt), x(endedAt), top, `${host} is backup`) }}${{
      markup: holders
        .filter((span) => span.host === host)
        .map(({ vip, from, until }) =>
          bar('holds', x(Math.max(from, startedAt)), x(until ?? endedAt), top, `${host} held ${vip}`),
        ),
    }}`

const wireLane =
  ({ wire, startedAt, endedAt }: DrillResult, from: string): Lane['draw'] =>
  (x, top) =>
    markup`${{
      markup: wire.packets
        .filter((packet) => packet.from === from && packet.at >= startedAt && packet.at <= endedAt)
        .map((packet) => {
          const shape =
            packet.kind === 'announcement' ? 'announced' : packet.priority === 0 ? 'goodbye' : 'advert'
          const height = shape === 'advert' ? 8 : 14
          return markup`<path class="${shape}" d="M${number(x(packet.at))} ${top + 18} v-${height}"><title>${packetWords(packet)}</title></path>`
        }),
    }}`

const poolLane =
  ({ pool }: DrillResult, host: string): Lane['draw'] =>
  (x, top) =>
    markup`${{
      markup: pool
        .filter((change) => change.host === host)
        .map((change) => {
          const came = change.change.endsWith('in')
          const shape = came ? `${top + 4} l5 11 h-10 z` : `${top + 16} l5 -11 h-10 z`
          return markup`<path class="pool ${came ? 'in' : 'out'}" d="M${number(x(change.at))} ${shape}"><title>${poolWords(change)}</title></path>`
        }),
    }}`

const logLane =
  ({ log, startedAt, endedAt }: DrillResult): Lane['draw'] =>
  (x, top) =>
    markup`${{
      markup: log
        .filter(({ at }) => at >= startedAt && at <= endedAt)
        .map(
          ({ at, host, text }) =>
            markup`<path class="log" d="M${number(x(at))} ${top + 7} l4 7 h-8 z"><title>${host}: ${text}</title></path>`,
        ),
    }}`
