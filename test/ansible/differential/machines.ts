import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Lab, parseTopology, startLab } from '../../../src/lab/index.ts'
import { labName } from '../../e2e/cluster.ts'
import { understudy } from '../../e2e/understudy.ts'
import { manifestScript } from './manifest.ts'

/** How a run of a playbook went. */
export interface Went {
  readonly seconds: number
  /** Whether the tool called it a success. */
  readonly well: boolean
  /** Names of what was changed, one for each task or item of a loop. */
  readonly changed: readonly string[]
  /** What was printed, where it did not go well. */
  readonly said: string
}

export type Tool = 'ansible' | 'understudy'

/** A machine on which one tool works after the other, each on a fresh disk: what they make is compared to the byte. */
export interface Machine {
  /** Gives it a fresh disk, and runs a program as root there. */
  fresh(before: string): Promise<void>
  apply(tool: Tool, playbook: string): Promise<Went>
  manifest(): Promise<string>
}

/** Machines of one lab, so that two playbooks can be tried at a time. */
export interface Machines extends AsyncDisposable {
  /** Waits for a machine that nobody uses, and has it for the time of `use`. */
  with(use: (machine: Machine) => Promise<void>): Promise<void>
}

/** All bear one name, whichever of them a playbook meets. */
const sameName = `hostname box
echo box >/etc/hostname
printf '%s\\n' '127.0.0.1 localhost' '127.0.1.1 box' '::1 localhost ip6-localhost ip6-loopback' >/etc/hosts`

/** Switches on so many machines that have Python, for Ansible. */
export async function startMachines(
  network: string,
  { machines, packages }: { readonly machines: number; readonly packages: readonly string[] },
): Promise<Machines> {
  const names = Array.from({ length: machines }, (_, index) => `box${index + 1}`)
  const scratch = mkdtempSync(join(tmpdir(), 'understudy-ansible-'))
  const topology = [
    `name: ${labName()}`,
    `network: ${network}.0/24`,
    `packages: [${['python3', 'python3-apt', ...packages].join(', ')}]`,
    'machines:',
    ...names.map((name, index) => `  ${name}: { address: ${network}.${11 + index} }`),
  ].join('\n')
  const lab = await startLab(parseTopology(topology, 'lab.yaml'), { owner: 'this-process' })
  writeFileSync(join(scratch, 'ansible.cfg'), '')
  const free: Machine[] = names.map((name) => machineOf(lab, name, scratch))
  const waiting: ((machine: Machine) => void)[] = []
  const give = (machine: Machine) => {
    const next = waiting.shift()
    if (next) next(machine)
    else free.push(machine)
  }
  return {
    with: async (use) => {
      const machine = free.pop() ?? (await new Promise<Machine>((take) => waiting.push(take)))
      try {
        await use(machine)
      } finally {
        give(machine)
      }
    },
    [Symbol.asyncDispose]: async () => {
      await lab.stop()
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

function machineOf(lab: Lab, name: string, scratch: string): Machine {
  const inventory = join(scratch, `${name}.ini`)
  writeFileSync(inventory, `[web]\nbox ansible_host=${name}\n[db]\nbox\n[lb]\nbox\n`)
  // A connection that is kept open would lead to a machine that is gone.
  let disks = 0
  return {
    fresh: async (before) => {
      disks += 1
      await lab.reset(name)
      await prepared(lab, name, `${sameName}\n${before}`)
    },
    apply: (tool, playbook) =>
      tool === 'ansible'
        ? byAnsible(lab.sshConfigPath, scratch, `${name}-${disks}`, ['-i', inventory, playbook])
        : byUnderstudy(lab.sshConfigPath, scratch, ['-i', inventory, playbook]),
    manifest: async () => (await lab.run(name, manifestScript)).stdout,
  }
}

async function prepared(lab: Lab, machine: string, program: string): Promise<void> {
  const { stdout, stderr, exitCode } = await lab.run(machine, `set -e\n${program}`)
  if (exitCode !== 0) throw new Error(`${machine} could not be prepared:\n${stdout}${stderr}`)
}

async function byAnsible(
  config: string,
  scratch: string,
  connection: string,
  words: readonly string[],
): Promise<Went> {
  const began = performance.now()
  const { status, stdout, stderr } = await run('ansible-playbook', words, {
    ANSIBLE_CONFIG: join(scratch, 'ansible.cfg'),
    ANSIBLE_HOME: join(scratch, 'ansible'),
    // What Ansible does unless told, and where the machines are.
    ANSIBLE_SSH_ARGS: `-C -o ControlMaster=auto -o ControlPersist=60s -F ${config}`,
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(scratch, connection),
    // Not the default, but what those who want it quick set first.
    ANSIBLE_PIPELINING: '1',
    ANSIBLE_STDOUT_CALLBACK: 'json',
    ANSIBLE_DEPRECATION_WARNINGS: '0',
    LC_ALL: 'C.UTF-8',
  })
  const seconds = (performance.now() - began) / 1000
  const plays = playsIn(stdout)
  const results = plays.flatMap(({ tasks }) =>
    tasks.flatMap(({ task, hosts }) => Object.values(hosts).map((result) => ({ task: task.name, result }))),
  )
  return {
    seconds,
    well: status === 0,
    changed: results.filter(({ result }) => result.changed === true).map(({ task }) => task),
    said:
      status === 0
        ? ''
        : `${stderr}${
            results
              .filter(({ result }) => result.failed === true || result.unreachable === true)
              .map(({ task, result }) => `${task}: ${JSON.stringify(result)}`)
              .join('\n') || stdout.slice(0, 4000)
          }`,
  }
}

interface Play {
  readonly tasks: readonly {
    readonly task: { readonly name: string }
    readonly hosts: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }[]
}

/** Ansible prints its JSON after whatever else it has to say. */
function playsIn(stdout: string): readonly Play[] {
  const start = stdout.indexOf('{\n')
  if (start < 0) return []
  try {
    return (JSON.parse(stdout.slice(start)) as { plays: readonly Play[] }).plays
  } catch {
    return []
  }
}

async function byUnderstudy(config: string, scratch: string, words: readonly string[]): Promise<Went> {
  const began = performance.now()
  const { status, stdout, stderr, events } = await understudy(
    ['apply', '--no-verify', '--json', '-F', config, ...words],
    { env: { XDG_STATE_HOME: join(scratch, 'state') } },
  )
  const seconds = (performance.now() - began) / 1000
  const finished = events.filter(({ event }) => event === 'step-finished')
  return {
    seconds,
    well: status === 0,
    changed: finished
      .filter(({ outcome }) => outcome === 'changed')
      .map(({ step, title }) => `${title}: ${step}`),
    said: status === 0 ? '' : `${stderr}${stdout.slice(-4000)}`,
  }
}

async function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(program, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const status = await new Promise<number>((done) => child.once('close', (code) => done(code ?? 255)))
  return { status, stdout, stderr }
}
