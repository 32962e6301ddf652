import {
  badState,
  type ClusterFailover,
  type Consequence,
  type Failover,
  listed,
  type Mishap,
  type ProvedVip,
  troubles,
  type WorstTakeover,
} from '../model/failover.ts'
import type { Finding } from '../model/rule.ts'

/** How the clusters fail over, for a terminal. */
export function failoverLines(found: readonly ClusterFailover[]): readonly string[] {
  return found.flatMap((one, index) => [
    ...(index > 0 ? [''] : []),
    `${one.cluster}: ${lookedAt(one)}`,
    ...one.failover.vips.flatMap((vip) => ['', ...vipLines(vip, one)]),
    '',
    ...aligned([headOf(one), ...rowsOf(one)]),
    '',
    ...closing(one),
  ])
}

/** How VIPs of configurations that somebody wrote by hand move, and what was found. */
export function keepalivedLines({
  directors,
  findings,
  failover,
}: {
  readonly directors: readonly string[]
  readonly findings: readonly Finding[]
  readonly failover: ClusterFailover
}): readonly string[] {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const doubts = findings.filter((one) => one.severity === 'warning' && one.ignored === undefined).length
  const found = [...(errors > 0 ? [`${errors} wrong`] : []), ...(doubts > 0 ? [`${doubts} doubtful`] : [])]
  const verdict = found.join(', ') || 'nothing to complain about'
  const names = directors.join(', ')
  if (directors.length < 2) return [`${names}: ${verdict}; how VIPs move is proved of all directors together`]
  const which = countsOf(failover.failover)
  return [
    ...failover.failover.vips.flatMap((vip) => vipLines(vip, failover)),
    `${names}, ${which.count} combinations of failures${which.left}: ${verdict}`,
  ]
}

/** The same as a page. */
export function failoverPage(found: readonly ClusterFailover[]): string {
  const parts = found.map((one) => {
    const head = headOf(one)
    const table = [head, head.map(() => '---'), ...rowsOf(one)].map((cells) => `| ${cells.join(' | ')} |`)
    const vips = one.failover.vips.flatMap((vip) => {
      const [title = '', ...lines] = vipLines(vip, one)
      return [`- ${title}`, ...lines.map((line) => `  - ${line.trim()}`)]
    })
    return [
      `# How ${one.cluster} fails over`,
      '',
      `${lookedAt(one)}.`,
      ...['', ...vips, '', '## What fails alone', '', ...table, '', '## What nobody wants', ''],
      ...closing(one).map((line) => `- ${line.trim()}`),
    ].join('\n')
  })
  return `${parts.join('\n\n')}\n`
}

/** How many combinations were looked at, and which of them were not. */
function countsOf({ combinations: { looked, all, atOnce } }: Failover): {
  readonly count: string
  readonly left: string
} {
  if (looked === all) return { count: `all ${all}`, left: '' }
  const count = `${looked} of ${all > 1e12 ? 'more than 1000000000000' : all}`
  if (atOnce === undefined) return { count, left: ' (the smaller ones first)' }
  const left =
    atOnce < 1
      ? 'not even each failure by itself'
      : atOnce === 1
        ? 'each failure by itself, and not all that come together'
        : `all of up to ${atOnce} failures at once, and not all of more`
  return { count, left: ` (${left})` }
}

function lookedAt({ failover, unknown }: ClusterFailover): string {
  const which = countsOf(failover)
  const left = unknown.length > 0 ? `; nothing could be told of ${unknown.join(', ')}` : ''
  return `looked at ${which.count} combinations${which.left} of machines, services and links down and directors that do not hear each other; ${failover.combinations.different} of them differ to keepalived${left}`
}

function vipLines(
  { address, also, directors, homes, atOnce, worst }: ProvedVip,
  { follow }: ClusterFailover,
): readonly string[] {
  const beside = also.length > 0 ? ` with ${also.join(', ')}` : ''
  const ranks = directors.map(({ name, priority }) => `${name} ${priority}`).join(', ')
  const lines = [`${address}${beside}: held by ${holdersIn(homes, atOnce)}; priorities ${ranks}`]
  const { single, any } = worst
  if (directors.length < 2) return [...lines, '  nobody else may hold it']
  if (single)
    lines.push(`  takes over within ${seconds(single.seconds)} of any one failure: ${worstWords(single)}`)
  if (any && any.seconds > (single?.seconds ?? 0) + 0.01)
    lines.push(`  within ${seconds(any.seconds)} of any combination: ${worstWords(any)}`)
  if (single || any) lines.push(`  clients follow within another ${seconds(follow)}`)
  return lines
}

function holdersIn(homes: readonly string[], atOnce: boolean): string {
  if (homes.length === 0) return 'nobody'
  if (homes.length === 1) return homes.join('')
  return atOnce ? `${homes.join(' and ')} at once` : `whoever had it first of ${homes.join(', ')}`
}

function worstWords({ mishaps, from, to, why }: WorstTakeover): string {
  return `${listed(mishaps)}, and it moves ${from === undefined ? '' : `from ${from} `}to ${to} (${why})`
}

const headOf = ({ failover: { vips } }: ClusterFailover): readonly string[] => [
  'what fails alone',
  ...vips.map(({ address }) => address),
]

function rowsOf({ failover: { singles, vips } }: ClusterFailover): readonly (readonly string[])[] {
  return singles.map(({ mishap, consequences }) => [
    mishap.what,
    ...vips.map((_, at) => cellOf(consequences[at], mishap)),
  ])
}

function cellOf(consequence: Consequence | undefined, { is }: Mishap): string {
  if (!consequence) return '–'
  const { before, after, seconds: took, trouble } = consequence
  if (trouble) return `${troubles[trouble]}${after.length > 0 ? ` (${after.join(', ')})` : ''}`
  if (took === undefined) return 'nobody is left'
  if (is === 'partition' && after.length > 1) return `${after.join(' and ')}, each on its side`
  return took === 0
    ? `stays with ${after.join(', ')}`
    : `${before} → ${after.join(', ')} within ${seconds(took)}`
}

function closing({ failover: { bad, split } }: ClusterFailover): readonly string[] {
  return [
    ...(bad.length === 0
      ? [
          'No VIP is orphaned, doubled, held by a director that is not well, or flaps, while a healthy director is there.',
        ]
      : bad.map((one) => badState(one))),
    ...split.map(
      ({ vip, mishaps }) =>
        `${vip} is held on both sides when ${listed(mishaps)}: directors cannot tell a peer that is gone from one that they do not hear. That is how VRRP is; links of their own make it rare.`,
    ),
  ]
}

/** Columns under each other. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)))
  return rows.map((cells) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function seconds(number: number): string {
  return `${number < 0.1 ? Math.round(number * 1000) / 1000 : Math.round(number * 100) / 100} s`
}
