import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chart } from './chart.ts'
import { goals, isMet } from './goals.ts'
import { hostsOf } from './names.ts'
import { benchmarksPage, shown } from './page.ts'
import { joined, type Result, readResult, rowOf, writeResult } from './result.ts'

/** Prints what was measured beside the goals and what was stored last, and stores it, with the page and the chart. */
export function tell(checkout: string, now: Result, keep: boolean): void {
  const path = join(checkout, 'bench/speed/results.json')
  const last = readResult(path)
  printGoals(now)
  if (last) printComparison(last, now)
  if (now.absent.length > 0) console.log(`\nleft out, as not there: ${now.absent.join(', ')}`)
  if (!keep) return
  const whole = joined(last, now)
  writeResult(path, whole)
  writeFileSync(join(checkout, 'docs/benchmarks.md'), benchmarksPage(whole))
  writeFileSync(join(checkout, 'docs/benchmarks.svg'), chart(whole))
  console.log('\nwritten: bench/speed/results.json, docs/benchmarks.md, docs/benchmarks.svg')
}

function printGoals(now: Result): void {
  const lines = goals.flatMap((goal) => {
    const figure = goal.reached(now)
    if (figure === undefined) return []
    return [[goal.what, goal.goal, shown(figure, goal.unit), isMet(goal, figure) ? 'met' : 'missed']]
  })
  printTable(['what', 'goal', 'reached', ''], lines)
}

/** How many times as long, and as much, as what was stored: 1 is the same. */
function printComparison(last: Result, now: Result): void {
  const lines = now.rows.flatMap((row) => {
    const before = rowOf(last, row.work, row.who, row.hosts)
    if (!before) return []
    const times = (a: number, b: number) => (b > 0 ? (a / b).toFixed(2) : '–')
    return [
      [
        `${row.work}${row.hosts > 0 ? `, ${hostsOf(row.hosts)}` : ''}`,
        row.who,
        times(row.wall, before.wall),
        times(row.controller, before.controller),
        times(row.targets, before.targets),
        times(row.memory ?? 0, before.memory ?? 0),
      ],
    ]
  })
  if (lines.length === 0) return
  console.log(`\nnow ÷ what was stored (${[...new Set(last.rows.map(({ at }) => at))].join(', ')}):\n`)
  printTable(['work', 'who', 'wall', 'processors here', 'there', 'memory'], lines)
}

function printTable(header: readonly string[], lines: readonly (readonly string[])[]): void {
  const all = [header, ...lines]
  const widths = header.map((_, column) => Math.max(...all.map((line) => [...(line[column] ?? '')].length)))
  for (const line of all) {
    const cells = line.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
    console.log(cells.join('  ').trimEnd())
  }
}
