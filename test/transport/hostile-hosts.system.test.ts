import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../e2e/understudy.ts'
import { needs } from '../needs.ts'
import { thorough } from '../thorough.ts'
import { openSshLab } from './sshd.ts'

needs('root', 'sshd')

/** Seconds for a host to answer; what it is asked may take six times as long. */
const timeout = 10
/** Megabytes that a run of 20 hosts may need. */
const memory = 200

/** Addresses of the good hosts, as no two hosts may be the same machine; a server takes 16 of them. */
const addresses: ReadonlyMap<string, string> = new Map(
  ['good', 'fine'].flatMap((kind, net) =>
    Array.from({ length: 9 - net }, (_, nth) => [`${kind}${nth}`, `127.0.${net + 1}.${nth + 1}`] as const),
  ),
)

/** What servers do to whoever logs in: each is the command of an sshd of its own. */
const commands: Readonly<Record<string, { readonly does: string; readonly said: RegExp }>> = {
  endless: { does: 'yes "all work and no play"', said: /printed more than \d+ [KM]iB .*cut off/ },
  lines: { does: 'yes ""', said: /printed more than \d+ [KM]iB .*cut off/ },
  random: { does: 'cat /dev/urandom', said: /printed more than \d+ [KM]iB .*cut off/ },
  sleeping: { does: 'sleep 100', said: /lets us in, but we waited 60 s for its shell/ },
  dripping: { does: 'while :; do printf x; sleep 1; done', said: /we waited 60 s for its shell/ },
  forging: {
    does: `read -r line; n=\${line#us_nonce=}; printf '\\n@@%s ask 0\\n@@%s answer 7777 0\\n@@%s answer x y\\n@@%s fake 1\\n' $n $n $n $n`,
    said: /unknown mark "fake"/,
  },
  marking: {
    does: `read -r line; n=\${line#us_nonce=}; while :; do printf '\\n@@%s ask 0\\n' $n; sleep 1; done`,
    said: /we waited 60 s for its answer to "facts"/,
  },
  lying: {
    does: `read -r line; n=\${line#us_nonce=}; printf '\\n@@%s ask 0\\n\\n@@%s answer 0 0\\n@@%s done\\n' $n $n $n`,
    said: /^$/,
  },
}

/** Servers that are no ssh servers. */
const strangers: Readonly<
  Record<string, { readonly does: (socket: Socket) => void; readonly said: RegExp }>
> = {
  babbling: {
    does: (socket) => {
      const more = () => {
        while (socket.writable && socket.write('x'.repeat(65_536)));
      }
      socket.on('drain', more)
      more()
    },
    said: /./,
  },
  'half-closed': { does: (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), said: /./ },
}

interface Run {
  readonly outcomes: ReadonlyMap<string, string>
  readonly failures: ReadonlyMap<string, string>
  /** Milliseconds after which the last of the good ones was planned. */
  readonly good: number
  /** Megabytes at most. */
  readonly peak: number
}

describe('hosts that harm whoever asks them', () => {
  const lab = openSshLab()
  const servers: Server[] = []
  const ports = new Map<string, { readonly port: number; readonly known: string }>()
  beforeAll(async () => {
    for (const kind of ['good', 'fine']) {
      const own = [...addresses].filter(([name]) => name.startsWith(kind))
      const listens = ['127.0.0.1', ...own.map(([, address]) => address)]
      const { port, knownHosts } = await lab.start(listens.map((address) => `ListenAddress ${address}`))
      ports.set(kind, { port, known: knownHosts })
    }
    for (const [name, { does }] of Object.entries(commands)) {
      const script = lab.file(`${name}.sh`, `#!/bin/sh\n${does}\n`, 0o755)
      const { port, knownHosts } = await lab.start([`ForceCommand ${script}`])
      ports.set(name, { port, known: knownHosts })
    }
    for (const [name, { does }] of Object.entries(strangers)) {
      const server = createServer((socket) => {
        socket.on('error', () => {})
        does(socket)
      })
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      servers.push(server)
      ports.set(name, { port: (server.address() as AddressInfo).port, known: '/dev/null' })
    }
  })
  afterAll(() => {
    for (const server of servers) server.close()
    lab[Symbol.dispose]()
  })

  /** Plans on 17 good hosts and these. */
  async function planWith(hostile: readonly string[]): Promise<Run> {
    const names = [...addresses.keys(), ...hostile]
    const hosts = names.map((name) => {
      const { port, known } = ports.get(name.replace(/\d+$/, '')) ?? { port: 0, known: '' }
      const args =
        `-o HostKeyAlias=[127.0.0.1]:${port} -o UserKnownHostsFile=${known} ` +
        '-o GlobalKnownHostsFile=none -o IdentityAgent=none'
      return `    ${name}: {ansible_host: ${addresses.get(name) ?? '127.0.0.1'}, ansible_port: ${port}, ansible_ssh_common_args: '${args}'}`
    })
    const inventory = lab.file(
      'inventory.yaml',
      `all:\n  vars: {ansible_user: root, ansible_ssh_private_key_file: ${lab.key}}\n  hosts:\n${hosts.join('\n')}\n`,
    )
    const playbook = lab.file(
      'site.yaml',
      '- hosts: all\n  tasks:\n    - copy: {dest: /nowhere/at/all, content: text}\n',
    )
    const words = ['plan', playbook, '-i', inventory, '-F', 'none', '--json', '--timeout', `${timeout}`]
    const since = performance.now()
    const child = spawn(process.execPath, [join(projectRoot, 'dist/cli/main.js'), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let [peak, good, text] = [0, 0, '']
    const watch = setInterval(() => {
      const [, kilobytes = 0] = /^VmHWM:\s+(\d+)/m.exec(status(child.pid)) ?? []
      peak = Math.max(peak, Number(kilobytes) / 1024)
    }, 100)
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
      if (/"host-planned".*"host":"(good|fine)/.test(part)) good = performance.now() - since
    })
    await new Promise((done) => child.once('close', done))
    clearInterval(watch)
    const events = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
    return {
      peak,
      good,
      outcomes: new Map(
        events
          .filter(({ event }) => event === 'host-finished')
          .map(({ recap }) => [recap.host, recap.outcome]),
      ),
      failures: new Map(
        events
          .filter(({ event }) => event === 'host-failed')
          .map(({ host, failure }) => [host, failure.message as string]),
      ),
    }
  }

  it.each([
    ['random', 'forging', 'half-closed'],
    // They are waited for as long as anybody may take.
    ...(thorough
      ? [
          ['endless', 'sleeping', 'babbling'],
          ['lines', 'marking', 'dripping'],
        ]
      : []),
  ])('%s, %s and %s fail by name, and harm nobody else', async (...hostile) => {
    const { outcomes, failures, peak, good } = await planWith(hostile)
    for (const name of hostile) {
      const { said = /^$/ } = commands[name] ?? strangers[name] ?? {}
      expect(failures.get(name)).toMatch(said)
    }
    const others = [...outcomes].filter(([host]) => addresses.has(host))
    expect(others).toEqual([...addresses.keys()].map((host) => [host, 'ok']))
    // They are all planned at the same moment, when the last host has answered or failed.
    expect(good).toBeLessThan(120_000)
    expect(peak).toBeLessThan(memory)
  })

  it('a host that answers nothing to all questions is told apart from them', async () => {
    const { outcomes } = await planWith(['lying'])
    expect(outcomes.get('good0')).toBe('ok')
    expect(outcomes.has('lying')).toBe(true)
  })
})

function status(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
