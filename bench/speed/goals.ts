import { hostsOf, names } from './names.ts'
import { type Result, type Row, rowOf, type Work } from './result.ts'

/** Something that was aimed at: a figure of ours, alone or as a multiple of another's. */
export interface Goal {
  readonly what: string
  readonly goal: string
  /** What was reached; undefined where it was not measured. */
  reached(result: Result): number | undefined
  readonly unit: '×' | 'ms' | 'MB' | ''
  readonly most?: number
  readonly least?: number
}

const words: Readonly<Record<Work, string>> = {
  rerun: 're-run',
  'dry-run': 'dry run with diff',
  first: 'first apply',
  fleet: 'fleet',
}

/** All goals, in the order of the page. */
export const goals: readonly Goal[] = [
  ...startup('--help', 60),
  ...startup('--version', 50),
  ...startup('plan, no such inventory', 120),
  ...startup('lint of an example', 250),
  ...[
    [1, 1.3],
    [4, 1],
    [20, 0.7],
    [100, 0.5],
    [300, 0.5],
  ].map(([hosts = 0, most = 0]) => times('rerun', hosts, names.floor, most)),
  ...[20, 100, 300].map((hosts) => times('rerun', hosts, names.cheapest, 1.1)),
  ...(['rerun', 'dry-run'] as const).flatMap((work) => [
    ahead(work, 4, names.ansible, 40),
    ahead(work, 4, names.mitogen, 15),
    ahead(work, 4, names.pyinfra, 8),
  ]),
  ...[1, 4, 20].flatMap((hosts) => [
    times('first', hosts, names.floor, 2),
    {
      ...{ what: `first apply, ${hostsOf(hosts)}: processors of the targets ÷ ${names.floor}`, goal: '≤ 2' },
      ...{ unit: '×' as const, most: 2 },
      reached: (result: Result) => share(result, 'first', hosts, names.understudy, names.floor, 'targets'),
    },
    {
      ...{ what: `first apply, ${hostsOf(hosts)}: round trips`, goal: '≤ 3', unit: '' as const, most: 3 },
      reached: (result: Result) => rowOf(result, 'first', names.understudy, hosts)?.trips,
    },
  ]),
  ...[
    [1, 60],
    [300, 150],
  ].map(([hosts = 0, most = 0]) => ({
    ...{ what: `memory of the controller, re-run, ${hostsOf(hosts)}`, goal: `≤ ${most} MB` },
    ...{ unit: 'MB' as const, most },
    reached: (result: Result) => rowOf(result, 'rerun', names.understudy, hosts)?.memory,
  })),
  ...(['wall', 'memory'] as const).map((figure) => ({
    ...{ what: `${figure} for one address, plan of 3000 ÷ plan of 1000`, goal: '≤ 1' },
    ...{ unit: '×' as const, most: 1 },
    reached: (result: Result) => {
      const more = rowOf(result, 'fleet', names.understudy, 3000)?.[figure]
      const less = rowOf(result, 'fleet', names.understudy, 1000)?.[figure]
      return more === undefined || !less ? undefined : more / less / 3
    },
  })),
  ...[1000, 3000].map((hosts) => ({
    ...{ what: `memory of the controller, plan, ${hosts} addresses`, goal: '≤ 600 MB' },
    ...{ unit: 'MB' as const, most: 600 },
    reached: (result: Result) => rowOf(result, 'fleet', names.understudy, hosts)?.memory,
  })),
]

/** Whether a goal is met by a figure. */
export function isMet({ most, least }: Goal, figure: number): boolean {
  return (most === undefined || figure <= most) && (least === undefined || figure >= least)
}

function startup(command: string, most: number): readonly Goal[] {
  return [
    {
      ...{ what: command, goal: `≤ ${most} ms`, unit: 'ms', most },
      reached: (result) => {
        const row = rowOf(result, 'startup', command, 0)
        return row && row.wall * 1000
      },
    },
  ]
}

function times(work: Work, hosts: number, than: string, most: number): Goal {
  return {
    ...{ what: `${words[work]}, ${hostsOf(hosts)}: wall ÷ ${than}`, goal: `≤ ${most}`, unit: '×', most },
    reached: (result) => share(result, work, hosts, names.understudy, than, 'wall'),
  }
}

function ahead(work: Work, hosts: number, of: string, least: number): Goal {
  return {
    ...{
      what: `${words[work]}, ${hostsOf(hosts)}: wall of ${of} ÷ ours`,
      goal: `≥ ${least}`,
      unit: '×',
      least,
    },
    reached: (result) => share(result, work, hosts, of, names.understudy, 'wall'),
  }
}

function share(
  result: Result,
  ...[work, hosts, who, than, figure]: [Row['work'], number, string, string, 'wall' | 'targets']
): number | undefined {
  const one = rowOf(result, work, who, hosts)?.[figure]
  const other = rowOf(result, work, than, hosts)?.[figure]
  return one === undefined || !other ? undefined : one / other
}
