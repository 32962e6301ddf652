import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Group } from './groups.ts'

/** One machine as the play knows it. */
export interface Node {
  readonly name: string
  readonly address: string
  /** The variables of the play that are its own. */
  readonly variables: Readonly<Record<string, string>>
}

/** Where machines are made of what, and who counts them. */
export interface Ground {
  /** A folder that ends with the bench. */
  readonly work: string
  readonly tree: string
  /** The folder of this bench in the checkout. */
  readonly home: string
  readonly targets: Group
}

/** Machines begin so many at a time: each is a few processes, and this computer has few cores. */
const atATime = 8

/** Machines that can be logged in to, until they are stopped. */
export class Hosts {
  readonly #ground: Ground
  #children: readonly ChildProcess[] = []
  readonly nodes: readonly Node[]

  constructor(ground: Ground, nodes: readonly Node[]) {
    this.#ground = ground
    this.nodes = nodes
  }

  get sshConfig(): string {
    return join(this.#ground.work, 'ssh_config')
  }

  get inventory(): string {
    return join(this.#ground.work, 'inventory.ini')
  }

  /** Starts them on fresh disks: the packages of the play are there, nothing else of it. */
  async start(listening: readonly Node[] = this.nodes): Promise<void> {
    this.#writeAccess()
    for (let from = 0; from < listening.length; from += atATime) {
      const some = listening.slice(from, from + atATime)
      this.#children = [...this.#children, ...some.map((node) => this.#begin(node))]
      await Promise.all(some.map(({ address, name }) => this.#answers(address, name)))
    }
  }

  /** The same machines under these names and addresses. */
  alsoCalled(nodes: readonly Node[]): Hosts {
    const others = new Hosts(this.#ground, nodes)
    others.#writeAccess()
    return others
  }

  /** Ends them with all that they run; what they wrote is gone. */
  async stop(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    this.#children = []
    await this.#ground.targets.empty()
    rmSync(join(this.#ground.work, 'hosts'), { recursive: true, force: true })
  }

  #begin({ name, address }: Node): ChildProcess {
    const { work, tree, home, targets } = this.#ground
    const place = join(work, 'hosts', name)
    mkdirSync(place, { recursive: true })
    const log = openSync(join(place, 'log'), 'w')
    const apart = ['unshare', '--mount', '--uts', '--pid', '--fork', '--kill-child=KILL']
    const machine = ['sh', join(home, 'host.sh'), tree, place, address, name, join(work, 'key.pub')]
    const enter = `for entrance in ${targets.entrances.join(' ')}; do echo 0 >"$entrance" || exit 125; done; exec "$@"`
    const child = spawn('sh', ['-c', enter, 'enter', ...apart, ...machine], { stdio: ['ignore', log, log] })
    closeSync(log)
    return child
  }

  async #answers(address: string, name: string): Promise<void> {
    for (let turn = 0; turn < 300; turn++) {
      if (await listens(address === everyAddress ? '127.0.0.1' : address)) return
      await new Promise((done) => setTimeout(done, 50))
    }
    const said = readFileSync(join(this.#ground.work, 'hosts', name, 'log'), 'utf8')
    throw new Error(`the machine ${name} cannot be logged in to after 15 s:\n${said}`)
  }

  #writeAccess(): void {
    const { work, tree } = this.#ground
    const key = join(work, 'key')
    if (!existsSync(key))
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', key])
    const [kind, text] = readFileSync(join(tree, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8').split(' ')
    const known = this.nodes.map(({ address }) => `${address} ${kind} ${text}\n`)
    writeFileSync(join(work, 'known_hosts'), known.join(''))
    const words = [
      'User root',
      `IdentityFile ${key}`,
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${join(work, 'known_hosts')}`,
      'StrictHostKeyChecking yes',
      'BatchMode yes',
    ]
    writeFileSync(this.sshConfig, `Host *\n${words.map((one) => `  ${one}\n`).join('')}`)
    const lines = this.nodes.map(({ name, address, variables }) =>
      [
        name,
        ...Object.entries({ ansible_host: address, ...variables }).map(([key, value]) => `${key}=${value}`),
      ].join(' '),
    )
    writeFileSync(this.inventory, `[nodes]\n${lines.join('\n')}\n`)
  }
}

/** What an sshd listens on that answers for all addresses of a fleet. */
export const everyAddress = '0.0.0.0'

/** So many machines of the play, each with an address of its own in this network namespace. */
export function nodesOf(count: number): readonly Node[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `n${index + 1}`
    const address = addressAt(10, index)
    const state = index === 0 ? 'MASTER' : 'BACKUP'
    const priority = String(200 - (index % 100))
    return { name, address, variables: { node_name: name, node_address: address, priority, state } }
  })
}

/** So many addresses of one machine, which is the same to the play whichever of them it is reached by. */
export function fleetOf(count: number): readonly Node[] {
  const variables = { node_name: 'fleet', node_address: '127.0.0.1', priority: '100', state: 'BACKUP' }
  return Array.from({ length: count }, (_, index) => ({
    name: `f${index + 1}`,
    address: addressAt(20, index),
    variables,
  }))
}

function addressAt(first: number, index: number): string {
  return `127.${first}.${Math.floor(index / 250)}.${(index % 250) + 1}`
}

function listens(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22 })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
