import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { boundToUs } from '../../src/lab/bound.ts'
import { cacheRoot } from '../../src/lab/paths.ts'
import { absent, contendersOf, fetchMitogen } from './contenders.ts'
import { Group, removeGroups } from './groups.ts'
import { machine } from './machine.ts'
import { type Options, type Part, parts, readOptions, usage } from './options.ts'
import { type Bench, measureAgain, measureFirst, measureFleet, measureStartup, Record } from './parts.ts'
import type { Result } from './result.ts'
import { tell } from './telling.ts'
import { targetTree } from './tree.ts'

const checkout = resolve('.')

/** In the environment of the process that measures: what the one that started it has made ready. */
const handed = 'UNDERSTUDY_BENCH'

interface Ready {
  readonly owner: number
  readonly tree: string
  readonly mitogen: string | undefined
  readonly work: string
}

/** Makes ready what the bench needs, and lets it take place in namespaces that end with this process, however that ends. */
async function outside(): Promise<number> {
  if (process.getuid?.() !== 0)
    throw new Error('the bench makes namespaces and counts processes: run it as root')
  removeGroups()
  const tree = await targetTree()
  const cache = join(dirname(cacheRoot()), 'bench')
  const mitogen = fetchMitogen(join(cache, 'mitogen'))
  // Empty for everybody else: something is mounted there that only those see who measure.
  const work = join(cache, 'run')
  mkdirSync(work, { recursive: true })
  for (const of of ['controller', 'targets'] as const) new Group(process.pid, of).make()
  try {
    const ready: Ready = { owner: process.pid, tree, mitogen, work }
    const [program = '', ...rest] = boundToUs([
      'unshare',
      '--net',
      process.execPath,
      ...process.argv.slice(1),
    ])
    const child = spawn(program, rest, {
      stdio: 'inherit',
      env: { ...process.env, [handed]: JSON.stringify(ready) },
    })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => child.kill('SIGKILL'))
    return await new Promise((done) => child.once('exit', (status) => done(status ?? 130)))
  } finally {
    removeGroups()
  }
}

/** All that is measured: this process has a network, mounts and processes of its own. */
async function inside(options: Options, { owner, tree, mitogen, work }: Ready): Promise<number> {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=0755', 'bench', work])
  const home = join(checkout, 'bench/speed')
  const setting = { checkout, plays: join(home, 'plays'), work, mitogen }
  const contenders = contendersOf(setting)
  const targets = new Group(owner, 'targets')
  const scales = { controller: new Group(owner, 'controller'), targets, output: join(work, 'output') }
  const bench: Bench = {
    options,
    ground: { work, tree, home, targets },
    scales,
    contenders,
    failures: [],
    onRun: (line) => console.error(`  ${line}`),
  }
  const record = new Record()
  const measured: Readonly<{ [part in Part]: () => Promise<void> }> = {
    startup: () => measureStartup(bench, record, checkout),
    rerun: () => measureAgain(bench, record),
    first: () => measureFirst(bench, record),
    fleet: () => measureFleet(bench, record),
  }
  for (const part of parts.filter((one) => options.only.includes(one)))
    await measured[part]().catch((error: unknown) => {
      bench.failures.push(`${part}: ${error instanceof Error ? error.message : error}`)
    })
  const now: Result = { machine: machine(), absent: [...absent(contenders)], rows: [...record.rows()] }
  tell(checkout, now, options.keep)
  for (const failure of bench.failures) console.error(`\nfailed: ${failure}`)
  return bench.failures.length === 0 ? 0 : 1
}

async function begin(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(usage)
    return 0
  }
  const ready = process.env[handed]
  if (ready === undefined) return await outside()
  return await inside(options, JSON.parse(ready))
}

try {
  process.exit(await begin())
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
