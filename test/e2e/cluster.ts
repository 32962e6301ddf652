import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { type Lab, parseTopology, startLab, stopLab } from '../../src/lab/index.ts'
import { proofsOf, type ShownProof } from './events.ts'
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
  /** Verifies until all holds, for a minute or two; the proofs that did not hold at the end. */
  settled(): Promise<readonly ShownProof[]>
}

/** Elections, health checks and slow services take their time after a boot. */
const rounds = 25

/** Starts the machines of a packaged inventory, with addresses that no other lab here has; `images` other than Debian 12's, by machine. */
export async function startCluster(
  inventory: string,
  network: string,
  images: Readonly<Record<string, string>> = {},
): Promise<TestCluster> {
  const scratch = mkdtempSync(join(tmpdir(), 'understudy-e2e-'))
  const directory = join(scratch, 'inventory')
  const packaged = join(projectRoot, 'inventories', inventory)
  cpSync(packaged, directory, { recursive: true })
  const address = (text: string) => text.replaceAll('10.77.0.', `${network}.`)
  for (const file of ['inventory.yaml', 'lab.yaml']) {
    const path = join(directory, file)
    writeFileSync(path, address(readFileSync(path, 'utf8')))
  }
  const name = `e2e-${network.replaceAll('.', '-')}`
  // What an earlier run that was cut off may have left.
  await stopLab(name)
  const topology = parseDocument(readFileSync(join(directory, 'lab.yaml'), 'utf8'))
  topology.set('name', name)
  for (const [machine, image] of Object.entries(images)) topology.setIn(['machines', machine, 'image'], image)
  const lab = await startLab(parseTopology(topology.toString(), 'lab.yaml'))
  const run: TestCluster['run'] = (command, options) =>
    understudy([...command, '-i', directory, '-F', lab.sshConfigPath], {
      ...options,
      // What is remembered of drills is no business of whoever runs the tests.
      env: { XDG_STATE_HOME: join(scratch, 'state'), ...options?.env },
    })
  return {
    lab,
    scratch,
    address,
    run,
    settled: async () => {
      for (let round = 0; ; round++) {
        const proofs = proofsOf(await run(['verify', '--json']))
        const wrong = proofs.filter(({ verdict }) => verdict !== 'pass')
        if (wrong.length === 0 || round === rounds) return wrong
        await new Promise((done) => setTimeout(done, 2000))
      }
    },
    on: async (machine, command) => {
      const { stdout, stderr } = await lab.run(machine, command)
      return `${stdout}${stderr}`.trim()
    },
    async [Symbol.asyncDispose]() {
      await lab.stop()
      rmSync(scratch, { recursive: true })
    },
  }
}
