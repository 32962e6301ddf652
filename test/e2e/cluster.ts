import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Document, parseDocument } from 'yaml'
import { type Lab, parseTopology, startLab } from '../../src/lab/index.ts'
import { proofsOf, type ShownProof } from './events.ts'
import { inPlace } from './in-place.ts'
import { projectRoot, type Ran, understudy } from './understudy.ts'

/** One of the packaged inventories on machines of its own. */
export interface TestCluster extends AsyncDisposable {
  readonly lab: Lab
  /** A directory for files of the tests; `inventory` in it is a copy of the packaged one. */
  readonly scratch: string
  /** Address with which the addresses of the packaged inventory were replaced. */
  address(packaged: string): string
  /** Runs a command of ours on it. */
  run(command: readonly string[], options?: Parameters<typeof understudy>[1]): Promise<Ran>
  /** Runs a shell command on a machine as root; what it printed, failed or not. */
  on(machine: string, command: string): Promise<string>
  /** Waits until a machine has started everything that it starts at boot; nothing is asked of it meanwhile. */
  booted(machine: string): Promise<void>
  /** Verifies until all holds, for a minute or two; the proofs that did not hold at the end. */
  settled(): Promise<readonly ShownProof[]>
}

/** How the machines of a test differ from those that the packaged inventory's lab has. */
export interface ClusterOptions {
  /** Other images than Debian 12's, by machine. */
  readonly images?: Readonly<Record<string, string>>
  /** Only these machines; all unless told. */
  readonly machines?: readonly string[]
  /** Packages that the machines' disks have from the start; those of `in-place.ts` unless told. */
  readonly packages?: readonly string[]
  /** Machines whose disks have none of them. */
  readonly bare?: readonly string[]
  /** Which machines are switched on; all of them unless told. */
  readonly switchedOn?: readonly string[]
  /** What else is told of the machines, in the inventory and in the lab's topology, before any of them starts. */
  readonly edit?: (inventory: Document, topology: Document) => void
  /** A test that is given up takes its machines with it. */
  readonly signal?: AbortSignal
}

/** Elections, health checks and slow services, Java above all, take their time after a boot; in milliseconds. */
const patience = 300_000

let started = 0

/** A name that no other test has, nor another run, nor another checkout: nobody has to wait for anybody. */
export function labName(): string {
  const checkout = createHash('sha256').update(projectRoot).digest('hex').slice(0, 6)
  started += 1
  return `t-${checkout}-${process.pid}-${started}`
}

/**
 * Addresses of packaged inventories in another network: one of IPv4 is named by its first three numbers, one of IPv6 by what
 * stands before `::`.
 */
function inNetwork(text: string, network: string): string {
  if (!network.includes(':')) return text.replaceAll('10.77.0.', `${network}.`)
  return text
    .replaceAll('10.77.0.0/24', `${network}::/64`)
    .replaceAll(/10\.77\.0\.(\d+)\/32/g, `${network}::$1/128`)
    .replaceAll(/(?<=:\/\/)10\.77\.0\.(\d+)/g, `[${network}::$1]`)
    .replaceAll('10.77.0.', `${network}::`)
    .replaceAll('fd00:77::', `${network}::`)
}

/** Starts the machines of a packaged inventory, with addresses of a network of their own. */
export async function startCluster(
  inventory: string,
  network: string,
  options: ClusterOptions = {},
): Promise<TestCluster> {
  const scratch = mkdtempSync(join(tmpdir(), 'understudy-e2e-'))
  const directory = join(scratch, 'inventory')
  const packaged = join(projectRoot, 'inventories', inventory)
  cpSync(packaged, directory, { recursive: true })
  const address = (text: string) => inNetwork(text, network)
  for (const file of ['inventory.yaml', 'lab.yaml']) {
    const path = join(directory, file)
    writeFileSync(path, address(readFileSync(path, 'utf8')))
  }
  if (options.edit) editFiles(directory, options.edit)
  const lab = await startLab(parseTopology(topologyFor(directory, options), 'lab.yaml'), {
    owner: 'this-process',
    switchedOn: options.switchedOn,
  })
  const stop = async () => {
    await lab.stop()
    rmSync(scratch, { recursive: true, force: true })
  }
  options.signal?.addEventListener('abort', () => void stop(), { once: true })
  const run: TestCluster['run'] = (command, options) =>
    understudy([...command, '-i', directory, '-F', lab.sshConfigPath], {
      ...options,
      // What is remembered of drills is no business of whoever runs the tests.
      env: { XDG_STATE_HOME: join(scratch, 'state'), ...options?.env },
    })
  const on: TestCluster['on'] = async (machine, command) => {
    const { stdout, stderr } = await lab.run(machine, command)
    return `${stdout}${stderr}`.trim()
  }
  return {
    lab,
    scratch,
    address,
    run,
    on,
    booted: async (machine) => {
      await on(machine, 'timeout 120 systemctl is-system-running --wait')
    },
    settled: async () => {
      for (const deadline = Date.now() + patience; ; ) {
        const ran = await run(['verify', '--json', '--wait', '0'])
        const wrong = proofsOf(ran).filter(({ verdict }) => verdict !== 'pass')
        if (wrong.length === 0 && ran.status === 0) return wrong
        if (Date.now() > deadline || options.signal?.aborted) return wrong
        // Looking costs the machines more than waiting.
        await new Promise((done) => setTimeout(done, 3000))
      }
    },
    [Symbol.asyncDispose]: stop,
  }
}

function editFiles(directory: string, edit: NonNullable<ClusterOptions['edit']>): void {
  const paths = ['inventory.yaml', 'lab.yaml'].map((file) => join(directory, file))
  const [inventory, topology] = paths.map((path) => parseDocument(readFileSync(path, 'utf8')))
  if (!inventory || !topology) return
  edit(inventory, topology)
  for (const [index, document] of [inventory, topology].entries())
    writeFileSync(paths[index] ?? '', document.toString())
}

function topologyFor(
  directory: string,
  { images = {}, machines, packages, bare = [] }: ClusterOptions,
): string {
  const topology = parseDocument(readFileSync(join(directory, 'lab.yaml'), 'utf8'))
  topology.set('name', labName())
  const all = Object.keys(topology.toJS().machines as object)
  for (const machine of all) {
    const image = images[machine]
    if (machines && !machines.includes(machine)) topology.deleteIn(['machines', machine])
    else {
      if (image) topology.setIn(['machines', machine, 'image'], image)
      const installed = bare.includes(machine) ? [] : (packages ?? inPlace(image))
      topology.setIn(['machines', machine, 'packages'], installed)
    }
  }
  return topology.toString()
}
