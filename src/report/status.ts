import type { DrillRecord } from '../model/drill-record.ts'
import { endWords, holderWords, lasting } from '../model/holder.ts'
import type {
  CertificateStatus,
  ClusterStatus,
  DirectorStatus,
  LockStatus,
  PoolStatus,
} from '../model/status.ts'
import type { Colour, Paint } from './paint.ts'
import { inOneLine } from './redaction.ts'

/** How a status is drawn. */
export interface StatusView {
  readonly paint: Paint
  /** Signs in one line; what does not fit is cut off at its end. */
  readonly columns: number
  /** Milliseconds since the epoch: how long ago the last drill was. */
  readonly now: number
  readonly lastDrill: DrillRecord | undefined
}

/** A cell of a table, and its colour. */
type Cell = readonly [text: string, colour?: Colour]

/** A cluster on one screen: who holds what, who is well, who gets how much, when it was last tried. */
export function statusLines(status: ClusterStatus, view: StatusView): readonly string[] {
  return [...tierLines(status, view), ...drawn([[[''], ['last drill', 'dim'], lastDrillCell(view)]], view)]
}

/** A cluster, and below it the one that stands behind it. */
function tierLines(status: ClusterStatus, view: StatusView): readonly string[] {
  const {
    cluster,
    balancer,
    vips,
    directors,
    realservers,
    pools,
    certificates = [],
    locks = [],
    behind,
  } = status
  const isDirector = (name: string) => directors.some(({ host }) => host === name)
  const held = (host: string) =>
    vips.filter(({ holders }) => holders.includes(host)).map(({ address }) => address)
  return drawn(
    [
      [
        ['', 'bold'],
        [inOneLine(cluster), 'bold'],
        [balancer === 'none' ? 'directors serve themselves' : balancer, 'dim'],
        headline(status),
      ],
      ...locks.flatMap(lockRows(view)),
      ...vips
        .filter(({ holders: [one = '', ...more] }) => more.length > 0 || !isDirector(one))
        .map(({ address, holders }): readonly Cell[] => [
          sign(holders.length === 1),
          [address],
          holders.length === 1
            ? [`held by ${holders[0]}, which is no machine of this inventory`]
            : [holders.length === 0 ? nobody(status) : `${holders.join(' and ')} both hold it`, 'red'],
        ]),
    ],
    view,
  ).concat(
    drawn(
      [
        vips.length > 0
          ? [[''], ['director', 'dim'], ['VRRP', 'dim'], ['holds', 'dim'], ['', 'dim']]
          : [[''], ['director', 'dim']],
        ...directors.map((one): readonly Cell[] => [
          sign(one.well),
          [one.host],
          ...(vips.length > 0
            ? ([[one.vrrp.map(instanceWords).join(', ') || '–'], [held(one.host).join(', ')]] as const)
            : []),
          about(one),
        ]),
      ],
      view,
    ),
    drawn(
      [
        ...(realservers.length > 0 ? [[[''], ['realserver', 'dim']] as const] : []),
        ...realservers.map((one): readonly Cell[] => [sign(one.well), [one.host], about(one)]),
      ],
      view,
    ),
    ...pools.map((pool) => drawn(poolTable(pool, balancer), view)),
    drawn(certificateTable(certificates), view),
    behind ? tierLines(behind, view) : [],
  )
}

/** Who has which machines; a run that has ended left them, and keeps nobody away. */
function lockRows({ now }: StatusView): (lock: LockStatus) => readonly (readonly Cell[])[] {
  return ({ lives, ended, since, hosts, ...holder }) => {
    const begun = new Date(since).toISOString().replace('T', ' ').slice(0, 19)
    const who = inOneLine(holderWords(holder))
    const words =
      ended === undefined
        ? `${who} since ${begun} UTC, ${lasting((now - since) / 1000)}: ${hosts.join(', ')}`
        : `${who} did not come to its end: ${endWords[ended]}; whoever comes next takes over ${hosts.join(', ')}`
    return [[['●', lives ? 'yellow' : 'dim'], ['locked', lives ? 'yellow' : 'dim'], [''], [words]]]
  }
}

function instanceWords({ instance, state, handedOver }: DirectorStatus['vrrp'][number]): string {
  return `${instance} ${state}${handedOver ? ' (handed over)' : ''}`
}

/** A director that does not answer may hold it all the same. */
function nobody({ directors }: ClusterStatus): string {
  const silent = directors.filter(({ software }) => software.length === 0).map(({ host }) => host)
  return silent.length === 0 ? 'nobody holds it' : `held by ${silent.join(' or ')}, or by nobody`
}

function headline(status: ClusterStatus): Cell {
  return isWell(status) ? ['all is well', 'green'] : ['not everything is well', 'red']
}

const sign = (well: boolean, colour: Colour = 'green'): Cell => ['●', well ? colour : 'red']

/** What is wrong with a machine; where nothing is, what it runs. */
function about({ well, state, software }: ClusterStatus['realservers'][number]): Cell {
  if (!well) return [inOneLine(state), 'red']
  return [software.map((one) => one.replace(/GNU\/Linux (\S+) \(\w+\)/, '$1')).join(', '), 'dim']
}

function poolTable(
  { service, seenBy, servers }: PoolStatus,
  balancer: ClusterStatus['balancer'],
): readonly (readonly Cell[])[] {
  const ipvs = balancer === 'ipvs'
  return [
    [
      [''],
      [service, 'dim'],
      [ipvs ? 'weight' : '', 'dim'],
      ['connections', 'dim'],
      [ipvs ? 'closing' : '', 'dim'],
      [seenBy === undefined ? 'nobody to ask' : `as ${seenBy} sees it`, 'dim'],
    ],
    ...servers.map(({ host, inPool, weight, active, inactive }): readonly Cell[] => [
      sign(inPool || seenBy === undefined, seenBy === undefined ? 'dim' : 'green'),
      [host],
      [weight === undefined ? '' : String(weight)],
      [active === undefined ? '' : String(active)],
      [inactive === undefined ? '' : String(inactive)],
      inPool || seenBy === undefined ? [''] : ['out of the pool', 'red'],
    ]),
  ]
}

/** Days in which a certificate is to be renewed. */
const soon = 30

function certificateTable(all: readonly CertificateStatus[]): readonly (readonly Cell[])[] {
  if (all.length === 0) return []
  return [
    [[''], ['certificates', 'dim'], [''], ['days left', 'dim'], ['until', 'dim'], ['', 'dim']],
    ...all.map(({ service, name, days, until, others }): readonly Cell[] => [
      sign(holds({ days, others }), days === undefined ? 'dim' : days < soon ? 'yellow' : 'green'),
      [service],
      [name ?? 'for whoever asks for no name'],
      [days === undefined ? '–' : String(days), days !== undefined && days < soon ? 'red' : undefined],
      [until?.slice(0, 10) ?? ''],
      others.length === 0
        ? ['']
        : [`${others.join(', ')} ${others.length === 1 ? 'shows' : 'show'} another one, or none`, 'red'],
    ]),
  ]
}

/** Nothing is known of one that nobody could be asked for. */
function holds({ days, others }: Pick<CertificateStatus, 'days' | 'others'>): boolean {
  return others.length === 0 && (days === undefined || days >= 0)
}

function lastDrillCell({ lastDrill, now }: StatusView): Cell {
  const last = lastDrill?.drills.at(-1)
  if (!lastDrill || !last) return ['none that you carried out with this inventory', 'dim']
  const when = new Date(last.at).toISOString().replace('T', ' ').slice(0, 16)
  const others = lastDrill.drills.length - 1
  const passed = lastDrill.drills.filter((one) => one.passed).length
  const verdict = last.passed ? 'passed' : 'failed'
  const rest = others > 0 ? `; ${passed} of ${others + 1} passed` : ''
  return [
    `${last.name} ${verdict}, ${Math.round(last.outage)} ms of at most ${Math.round(last.bound)}, ${ago(now - last.at)} (${when} UTC)${rest}`,
    passed === lastDrill.drills.length ? 'green' : 'red',
  ]
}

function ago(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000))
  if (minutes < 1) return 'just now'
  if (minutes < 120) return `${minutes} min ago`
  return minutes < 2880 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`
}

/** Columns as wide as what stands in them, two spaces between, cut where the screen ends. */
function drawn(rows: readonly (readonly Cell[])[], { paint, columns }: StatusView): readonly string[] {
  const width = (column: number) => Math.max(0, ...rows.map((row) => (row[column]?.[0] ?? '').length))
  const lines = rows.map((row) => {
    let left = columns
    return row
      .map(([text, colour], column) => {
        const gap = column === 0 ? 1 : 2
        const whole = column === row.length - 1 ? text : text.padEnd(Math.max(1, width(column)))
        if (left === 0) return ''
        const cut = whole.length > left ? `${whole.slice(0, Math.max(0, left - 1))}…` : whole
        const between = ' '.repeat(Math.min(gap, left - Math.min(left, whole.length)))
        left = Math.max(0, left - whole.length - gap)
        return (colour ? paint(colour, cut) : cut) + between
      })
      .join('')
      .trimEnd()
  })
  return rows.length === 0 ? [] : [...lines, '']
}

/** Is everything as it should be? */
export function isWell({
  vips,
  directors,
  realservers,
  pools,
  certificates = [],
  behind,
}: ClusterStatus): boolean {
  return (
    (behind === undefined || isWell(behind)) &&
    vips.every(({ holders }) => holders.length === 1) &&
    [...directors, ...realservers].every(({ well }) => well) &&
    pools.every(({ servers }) => servers.every(({ inPool }) => inPool)) &&
    certificates.every(holds)
  )
}
