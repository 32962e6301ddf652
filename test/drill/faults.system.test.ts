import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { faults } from '../../src/drill/catalogue.ts'
import { arm, strikeArmed, undoNow } from '../../src/drill/deadman.ts'
import { responder } from '../../src/drill/faults/errors.ts'
import { keepStanding } from '../../src/drill/standing-connections.ts'
import type { Script } from '../../src/model/script.ts'
import { needs } from '../needs.ts'
import { openWorld, shells, type World } from '../resources/world.ts'
import { scripted, struck } from './struck.ts'

needs('worlds', 'shellcheck', 'perl')

it('scripts of faults are clean for shellcheck', () => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-faults-'))
  const overIpv6 = { ...struck, way: { from: '2001:db8::1', to: '2001:db8::11', port: 22 } }
  const kinds = faults.flatMap((fault) => [struck, overIpv6].map((one) => [fault, one] as const))
  const files = kinds.flatMap(([fault, struck]) => {
    if ('cutsPower' in fault) return []
    const undo = fault.undo(struck)
    const scripts = {
      strikes: strikeArmed('abc', fault.inject(struck), undo),
      armed: arm('abc', undo, 9),
      undone: undoNow('abc', undo),
    }
    return Object.entries(scripts).map(([what, script]) => {
      const file = join(folder, `${fault.name}-${what}-${struck === overIpv6 ? 6 : 4}`)
      writeFileSync(file, script)
      return file
    })
  })
  const standing = {
    from: { host: 'd1', device: 'eth0', mac: '02:00:00:00:00:01' },
    to: { host: 'd2', device: 'eth0', mac: '02:00:00:00:00:02' },
  }
  const passages = ['10.77.0.100', 'fd77::100'].map((address) => ({ address, ...standing }))
  const balanced = passages.map((one) => ({ ...one, balanced: { ports: [80, '90-99'], at: '10.77.0.11' } }))
  for (const host of ['d1', 'd2', 'd3'])
    for (const [kind, all] of Object.entries({ passages, balanced })) {
      const file = join(folder, `standing-${host}-${kind}`)
      writeFileSync(file, keepStanding(host, all))
      files.push(file)
    }
  // SC2016: what runs later stands in quotes. SC2043: a list may have one entry. SC2317: it does not follow a trap.
  const check = () =>
    execFileSync('shellcheck', ['-s', 'sh', '-e', 'SC2016,SC2043,SC2317', '-f', 'gcc', ...files], {
      encoding: 'utf8',
    })
  expect(check).not.toThrow()
  rmSync(folder, { recursive: true })
})

/** What is on a machine and not to be done to this one; each says what it was told. */
const others = `systemctl() {
  echo "systemctl $*"
  case $1 in is-active) [ "$3" = chrony ] ;; esac
}
systemd_run() { echo "systemd-run $*"; }
tc() { if [ "$1" = qdisc ] && [ "$2" = show ]; then cat /run/discipline; else echo "tc $*"; fi; }
date() {
  if [ "$1" = -s ]; then echo "$2" >/run/time
  else echo "$((1700000000 + $(cat /run/passed))).50"; fi
}
ip() { echo "$4 dev eth1 src 10.0.0.1"; }
`

describe.each(shells)('under $name', (shell) => {
  let world: World
  const open = () => {
    world = openWorld(shell)
    world.run('echo 0 >/run/passed; : >/run/discipline')
    return world
  }
  afterEach(() => world[Symbol.dispose]())

  /** Runs a script as a step of a program runs; what it said. A function cannot be called systemd-run everywhere. */
  const run = (script: Script, functions = others) => {
    const [program, ...words] = world.enter
    return execFileSync(program, words, {
      input: `set -eu\n${functions}${script.replaceAll('systemd-run', 'systemd_run')}\n`,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }
  const read = (path: string) => execFileSync('cat', [world.outside(path)], { encoding: 'utf8' }).trim()
  const ours = () =>
    execFileSync('sh', ['-c', `ls ${world.outside('/run')}`], { encoding: 'utf8' })
      .split('\n')
      .filter((name) => name.startsWith('understudy'))

  describe('a clock that jumps', () => {
    const { inject, undo } = scripted('clock-jump')

    it('comes back to where it would be, and so does who keeps it', async () => {
      open()
      expect(run(inject(struck))).toContain('systemctl stop chrony')
      expect(read('/run/time')).toBe('@1700000600.50')
      const [up = 0, real] = read('/run/understudy-drill-clock').split(' ').map(Number)
      expect(real).toBe(170_000_000_050)
      // What a time daemon might have made of it meanwhile does not matter.
      world.run('echo 4000 >/run/passed')
      await pause(300)
      expect(run(undo(struck))).toContain('systemctl start chrony')
      const since = Number(read('/proc/uptime').split(' ')[0]) - up / 100
      const back = Number(read('/run/time').slice(1)) - 1_700_000_000.5
      expect(back).toBeGreaterThan(0.28)
      expect(back).toBeLessThan(since + 0.02)
      expect(ours()).toEqual([])
    })

    it('is left alone where it never did, or was put back', () => {
      open()
      expect(run(undo(struck))).toBe('')
      run(inject(struck))
      run(undo(struck))
      world.run('rm /run/time')
      expect(run(undo(struck))).toBe('')
      expect(() => read('/run/time')).toThrow()
    })
  })

  describe('a director that is cut off', () => {
    it.each(['director-cut-from-peer', 'director-cut-from-realservers'])('%s: and is put back', (name) => {
      const { inject, undo } = scripted(name)
      open()
      const said = run(inject(struck))
      for (const device of ['eth0', 'eth1']) expect(said).toContain(`tc qdisc add dev ${device} clsact\n`)
      expect(ours()).toEqual(['understudy-drill-clsact-eth0', 'understudy-drill-clsact-eth1'])
      const undone = run(undo(struck))
      for (const device of ['eth0', 'eth1']) expect(undone).toContain(`tc qdisc del dev ${device} clsact\n`)
      expect(ours()).toEqual([])
      expect(run(undo(struck))).toBe('')
    })

    it('is left alone where traffic control of its own is in the way', () => {
      open()
      world.run("echo 'qdisc clsact ffff: parent ffff:fff1' >/run/discipline")
      const { inject, undo } = scripted('director-cut-from-peer')
      expect(() => run(inject(struck))).toThrow('eth0 has traffic control of its own')
      expect(run(undo(struck))).toBe('')
    })
  })

  describe('a web server in whose place errors are answered', () => {
    const { inject, undo } = scripted('realserver-errors')

    it('is stopped while its ports are taken, and started again', () => {
      open()
      const said = run(inject(struck))
      expect(said).toContain('systemctl stop nginx.service')
      expect(said).toMatch(/systemd-run .*perl \/run\/understudy-drill-errors\.pl 80 8080/)
      expect(ours()).toEqual(['understudy-drill-errors.pl'])
      expect(run(undo(struck))).toMatch(/stop understudy-drill-errors\.service\n.*start nginx\.service\n$/s)
      expect(ours()).toEqual([])
    })

    it('is not stopped where nobody could take its place', () => {
      open()
      const without = `${others}command() { if [ "$2" = perl ]; then return 1; fi; return 0; }\n`
      expect(() => run(inject(struck), without)).toThrow('perl is not installed')
    })
  })
})

describe('who answers with errors', () => {
  const status = (port: number, host: string) =>
    new Promise<string>((done) => {
      get({ port, host, path: '/', agent: false }, (response) => {
        response.resume()
        done(`${response.statusCode} ${response.headers['content-length']}`)
      }).once('error', (error) => done(error.message))
    })

  it('takes a port once it is free, goes into the background, and answers whoever asks', async () => {
    const server = createServer((_, response) => response.end('a page'))
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const { port } = server.address() as AddressInfo
    const child = spawn('perl', ['-e', `$0 = 'understudy-test-${port}';${responder}`, String(port)], {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    try {
      const started = once(child, 'exit')
      await pause(300)
      expect(await status(port, '127.0.0.1')).toBe('200 6')
      server.close()
      server.closeAllConnections()
      expect(await started).toEqual([0, null])
      const all = await Promise.all(Array.from({ length: 40 }, () => status(port, '127.0.0.1')))
      expect(new Set(all)).toEqual(new Set(['500 0']))
      expect(await status(port, '::1')).toBe('500 0')
    } finally {
      process.kill(-(child.pid ?? 0), 'SIGTERM')
    }
  })
})
