import { parseArgs } from 'node:util'

/** What can be measured. */
export const parts = ['startup', 'rerun', 'first', 'fleet'] as const

/** One of the parts of the bench. */
export type Part = (typeof parts)[number]

/** What a run of the bench is asked for. */
export interface Options {
  readonly only: readonly Part[]
  /** Numbers of machines, each with files of its own. */
  readonly hosts: readonly number[]
  /** Numbers of addresses of one machine. */
  readonly fleet: readonly number[]
  readonly rounds: number
  readonly peerRounds: number
  /** Beyond so many machines the peers are not asked: they would take minutes for each run. */
  readonly peersUpTo: number
  readonly keep: boolean
}

/** What `--help` prints. */
export const usage = `Usage: npm run bench -- [options]

  --only PARTS         of ${parts.join(', ')} (default: all)
  --hosts NUMBERS      machines for rerun and first (default: 1,4,20)
  --fleet NUMBERS      addresses for fleet (default: 100,300)
  --rounds NUMBER      times that all take turns (default: 3)
  --peer-rounds NUMBER of these, those in which Ansible and its like take part (default: 1)
  --peers-up-to NUMBER machines with which they take part (default: 4)
  --no-write           leave bench/speed/results.json, docs/benchmarks.md and docs/benchmarks.svg as they are

Needs root and Debian's packages, which it installs. What it measures takes place in namespaces that end with it.`

/** Bounds of what may be asked: 127.0.0.0/8 has room for more, this computer has not. */
const mostHosts = 500
const mostAddresses = 5000
const mostRounds = 50

/** The options of a command line; throws an Error that says what is wrong with them. */
export function readOptions(words: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string', default: parts.join() },
      hosts: { type: 'string', default: '1,4,20' },
      fleet: { type: 'string', default: '100,300' },
      rounds: { type: 'string', default: '3' },
      'peer-rounds': { type: 'string', default: '1' },
      'peers-up-to': { type: 'string', default: '4' },
      'no-write': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    only: values.only.split(',').map((word) => partCalled(word)),
    hosts: numbers('--hosts', values.hosts, mostHosts),
    fleet: numbers('--fleet', values.fleet, mostAddresses),
    rounds: number('--rounds', values.rounds, 1, mostRounds),
    peerRounds: number('--peer-rounds', values['peer-rounds'], 0, mostRounds),
    peersUpTo: number('--peers-up-to', values['peers-up-to'], 0, mostHosts),
    keep: !values['no-write'],
  }
}

function partCalled(word: string): Part {
  const part = parts.find((one) => one === word)
  if (part === undefined) throw new Error(`--only takes ${parts.join(', ')}, not "${word}"`)
  return part
}

function numbers(option: string, words: string, most: number): readonly number[] {
  return words.split(',').map((word) => number(option, word, 1, most))
}

function number(option: string, word: string, least: number, most: number): number {
  const value = /^\d{1,6}$/.test(word) ? Number(word) : Number.NaN
  if (!(value >= least && value <= most))
    throw new Error(`${option} takes whole numbers from ${least} to ${most}, not "${word}"`)
  return value
}
