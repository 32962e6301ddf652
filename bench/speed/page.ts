import { type Goal, goals, isMet } from './goals.ts'
import { names, nothing } from './names.ts'
import { type Result, type Row, rowOf, type Work, works } from './result.ts'

const head = `# Benchmarks

Written by \`npm run bench\`, which measures, stores what it measured in \`bench/speed/results.json\`, and makes this page of that. All take turns in one run, each figure is a
median, and ratios are what counts: the machines share the processors of this computer with whoever works on them. What is done is one play of 26
items (\`bench/speed/plays\`), the same file for Ansible and for Understudy; every machine has an OpenSSH and files of its own, in namespaces.

- *plain ssh* is the least that anybody needs who opens connections by OpenSSH: one \`ssh host sh -s\` with one script for each host, all at the same time.
  For a re-run that script only looks at the 26 items; for a first apply it makes them without asking anything.
- *plain ssh, cheapest key exchange* is the same with curve25519, ed25519 and AES-GCM, where OpenSSH's own choice is one that quantum computers cannot break.
- *re-run*: everything is there already; no connection is open, but for *Understudy, connections kept*, whose \`--persist 60s\` has a command before it leave them open. *First apply*: the packages are there, nothing else.
- *fleet*: very many addresses of one machine, all of which a \`plan\` asks.
`

const titles: Readonly<Record<Work, string>> = {
  rerun: 'Re-run',
  'dry-run': 'Dry run with diff',
  first: 'First apply',
  fleet: 'Fleet',
}

/** The page that says what was measured, of which machine, and what was aimed at. */
export function benchmarksPage(result: Result): string {
  return [
    head,
    '![Wall time as multiples of plain ssh](benchmarks.svg)',
    '',
    '## Goals',
    '',
    '| | goal | reached | |',
    '| --- | --- | --- | --- |',
    ...goals.map((goal) => goalRow(goal, result)),
    '',
    '## Starting the command',
    '',
    `| command | wall, ms | processors, ms | × \`${nothing}\` | runs |`,
    '| --- | --- | --- | --- | --- |',
    ...result.rows.filter(({ work }) => work === 'startup').map((row) => startupRow(row, result)),
    ...works.flatMap((work) => section(work, result)),
    '',
    '## The computer',
    '',
    '| | |',
    '| --- | --- |',
    ...Object.entries(result.machine).map(([what, value]) => `| ${what} | ${value} |`),
    `| not there, so left out | ${result.absent.join(', ') || '–'} |`,
    '',
  ].join('\n')
}

function goalRow(goal: Goal, result: Result): string {
  const figure = goal.reached(result)
  const cells =
    figure === undefined
      ? ['not measured', '']
      : [shown(figure, goal.unit), isMet(goal, figure) ? 'met' : 'missed']
  return `| ${[goal.what, goal.goal, ...cells].join(' | ')} |`
}

/** A figure with its unit, in as many digits as it deserves. */
export function shown(figure: number, unit: Goal['unit']): string {
  if (unit === '×') return `${figure.toFixed(figure < 10 ? 2 : 0)}`
  return `${Math.round(figure)} ${unit}`.trimEnd()
}

function startupRow({ who, wall, controller, runs }: Row, result: Result): string {
  const least = rowOf(result, 'startup', nothing, 0)?.controller
  const multiple = least ? (controller / least).toFixed(1) : '–'
  return `| \`${who}\` | ${Math.round(wall * 1000)} | ${Math.round(controller * 1000)} | ${multiple} | ${runs} |`
}

function section(work: Work, result: Result): readonly string[] {
  const rows = result.rows.filter((row) => row.work === work)
  if (rows.length === 0) return []
  return [
    '',
    `## ${titles[work]}`,
    '',
    '| hosts | who | wall, s | × plain ssh | processors here, s | there, s | memory here, MB | packets for a host | connections for a host | round trips | runs | on |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => {
      // A dry run has no floor of its own: looking is all that the one of the re-run does.
      const floor = rowOf(result, work === 'dry-run' ? 'rerun' : work, names.floor, row.hosts)?.wall
      const cells = [
        ...[row.hosts, row.who, row.wall.toFixed(2), floor ? (row.wall / floor).toFixed(2) : '–'],
        ...[
          row.controller.toFixed(2),
          row.targets.toFixed(2),
          row.memory === undefined ? '–' : Math.round(row.memory),
        ],
        ...[
          Math.round(row.packets / row.hosts),
          (row.connections / row.hosts).toFixed(1),
          row.trips ?? '–',
          row.runs,
          row.at,
        ],
      ]
      return `| ${cells.join(' | ')} |`
    }),
  ]
}
