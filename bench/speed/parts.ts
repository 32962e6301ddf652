import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender } from './contenders.ts'
import { everyAddress, fleetOf, type Ground, Hosts, nodesOf } from './hosts.ts'
import { type Command, measure, type Sample, type Scales } from './measure.ts'
import { names, nothing } from './names.ts'
import type { Options } from './options.ts'
import type { Row, Work } from './result.ts'

/** What the parts of the bench share. */
export interface Bench {
  readonly options: Options
  readonly ground: Ground
  readonly scales: Scales
  readonly contenders: readonly Contender[]
  /** What went wrong; the others go on without it. */
  readonly failures: string[]
  /** Told of each run as soon as it has ended. */
  readonly onRun: (line: string) => void
}

/** What is known of one kind of run so far. */
interface Runs {
  readonly work: Row['work']
  readonly who: string
  readonly hosts: number
  readonly samples: Sample[]
}

/** Collects runs, and makes of each kind one row of medians. */
export class Record {
  readonly #runs = new Map<string, Runs>()

  add(work: Row['work'], who: string, hosts: number, sample: Sample): void {
    const key = `${work} ${who} ${hosts}`
    const known = this.#runs.get(key) ?? { work, who, hosts, samples: [] }
    known.samples.push(sample)
    this.#runs.set(key, known)
  }

  rows(): readonly Row[] {
    const at = new Date().toISOString().slice(0, 10)
    return [...this.#runs.values()].map(({ work, who, hosts, samples }) => {
      const of = (figure: (sample: Sample) => number) => rounded(median(samples.map(figure)))
      const memory = samples.every((sample) => sample.memory !== undefined)
        ? { memory: of((sample) => sample.memory ?? 0) }
        : {}
      return {
        ...{ work, who, hosts, runs: samples.length },
        wall: of(({ wall }) => wall),
        controller: of(({ controller }) => controller),
        targets: of(({ targets }) => targets),
        ...memory,
        packets: of(({ packets }) => packets),
        connections: of(({ connections }) => connections),
        ...(samples.every(({ trips }) => trips !== undefined) ? { trips: of(({ trips = 0 }) => trips) } : {}),
        at,
      }
    })
  }
}

/** The same play on machines where all of it is there: as it is, and as a dry run. Contenders take turns. */
export async function measureAgain(bench: Bench, record: Record): Promise<void> {
  for (const count of bench.options.hosts) {
    const hosts = new Hosts(bench.ground, nodesOf(count))
    await hosts.start()
    try {
      await converge(bench, hosts)
      for (let round = 1; round <= bench.options.rounds; round++)
        for (const work of ['rerun', 'dry-run'] as const)
          for (const one of taking(bench, round, count)) await run(bench, record, one, work, hosts)
      await check(bench, hosts)
    } finally {
      await hosts.stop()
    }
  }
}

/** The play on machines that have its packages and nothing else of it, new ones for each run. */
export async function measureFirst(bench: Bench, record: Record): Promise<void> {
  for (const count of bench.options.hosts)
    for (let round = 1; round <= bench.options.rounds; round++)
      for (const one of taking(bench, round, count)) {
        const hosts = new Hosts(bench.ground, nodesOf(count))
        await hosts.start()
        try {
          if (await run(bench, record, one, 'first', hosts)) await check(bench, hosts)
        } finally {
          await hosts.stop()
        }
      }
}

/** Very many addresses of one machine: what the controller itself takes for them. */
export async function measureFleet(bench: Bench, record: Record): Promise<void> {
  for (const count of bench.options.fleet) {
    const nodes = fleetOf(count)
    const machine = new Hosts(bench.ground, nodes.slice(0, 1))
    const listening = { name: 'fleet', address: everyAddress, variables: {} }
    await machine.start([listening])
    try {
      await converge(bench, machine)
      const hosts = machine.alsoCalled(nodes)
      for (let round = 1; round <= bench.options.rounds; round++)
        for (const one of bench.contenders.filter(({ peer }) => !peer))
          await run(bench, record, one, 'fleet', hosts)
    } finally {
      await machine.stop()
    }
  }
}

/** Commands that reach no machine, a dozen times each. */
export async function measureStartup(bench: Bench, record: Record, checkout: string): Promise<void> {
  const main = join(checkout, 'dist/cli/main.js')
  const example = join(checkout, 'inventories/lvs-dr')
  const commands: readonly (readonly [string, Command])[] = [
    [nothing, { words: ['node', '-e', '0'] }],
    ['--version', { words: ['node', main, '--version'] }],
    ['--help', { words: ['node', main, '--help'] }],
    ['plan, no such inventory', { words: ['node', main, 'plan', '-i', 'no-such-inventory'], well: [5] }],
    ['lint of an example', { words: ['node', main, 'lint', '-i', example] }],
  ]
  for (let turn = 0; turn < 4 * bench.options.rounds; turn++)
    for (const [name, command] of commands)
      record.add('startup', name, 0, await measure(command, bench.scales))
}

function taking({ contenders, options }: Bench, round: number, count: number): readonly Contender[] {
  const peers = round <= options.peerRounds && count <= options.peersUpTo
  return contenders.filter(({ peer }) => peers || !peer)
}

/** Whether it has done it; what it has no way for, and what goes wrong, is left out. */
async function run(bench: Bench, record: Record, one: Contender, work: Work, hosts: Hosts): Promise<boolean> {
  const command = one.command(work, hosts)
  if (command === undefined) return false
  const what = `${work}, ${hosts.nodes.length} hosts, ${one.name}`
  const first = one.before?.(hosts)
  const measuring = first
    ? measure(first, bench.scales).then(() => measure(command, bench.scales))
    : measure(command, bench.scales)
  const sample = await measuring.catch((error: unknown) => {
    bench.failures.push(`${what}: ${error instanceof Error ? error.message : error}`)
    bench.onRun(`${what}: failed`)
  })
  // Whatever it left for a next run would help that one.
  await bench.scales.controller.empty()
  if (!sample) return false
  record.add(work, one.name, hosts.nodes.length, sample)
  const memory = sample.memory === undefined ? '' : `, ${Math.round(sample.memory)} MB`
  bench.onRun(
    `${what}: ${sample.wall.toFixed(2)} s, processors ${sample.controller.toFixed(2)} s here and ${sample.targets.toFixed(2)} s there${memory}`,
  )
  return true
}

async function converge(bench: Bench, hosts: Hosts): Promise<void> {
  const understudy = bench.contenders.find(({ name }) => name === names.understudy)
  const command = understudy?.command('first', hosts)
  if (command) await measure(command, bench.scales)
  await check(bench, hosts)
}

/** Throws unless every machine has all that the play makes. */
async function check(bench: Bench, hosts: Hosts): Promise<void> {
  const floor = bench.contenders.find(({ name }) => name === names.floor)
  const command = floor?.command('rerun', hosts)
  if (command === undefined) return
  await measure(command, bench.scales).catch((cause: unknown) => {
    const last = hosts.nodes.map(({ name, address }) => {
      const said = readFileSync(join(bench.ground.work, 'floor', `${address}.out`), 'utf8')
      return `${name}: ${said.trimEnd().split('\n').at(-1)}`
    })
    throw new Error(`not all that the play asks for is there: ${last.join(', ')}`, { cause })
  })
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
