import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { endWatch, startListening, startWatch, whatWasNoted } from '../../src/drill/watch.ts'
import { needs } from '../needs.ts'

needs('shellcheck')

it.each([
  ['noting on a director', startWatch('abc', { devices: ['eth0', 'eth0.9'], routes: true }, 60)],
  ['listening on the machine that asks', startListening('abc', '10.0.0.100', 60)],
  ['ending', endWatch('abc')],
  ['asking', whatWasNoted('abc').sensor.ask(['abc'])],
])('%s is clean for shellcheck', (_, script) => {
  // SC2016: what runs later stands in quotes. SC2164: the script ends where there is no folder.
  const found = () =>
    execFileSync('shellcheck', ['-s', 'sh', '-e', 'SC2016', '-f', 'gcc', '-'], {
      input: script,
      encoding: 'utf8',
    })
  expect(found).not.toThrow()
})

it("finds what HAProxy says of itself among a director's requests, which are hundreds a second", () => {
  const said = [
    '1796065808.1 d2 Keepalived_vrrp[1483]: (VI_77) Entering MASTER STATE',
    '1796065808.2 d2 haproxy[1464]: 10.91.10.32:52246 [30/Nov/2026:19:10:08.202] shop_80 shop_80/rs2 0/0/6/6/12 200 92 - - ---- 7/7/6/3/0 0/0 "GET / HTTP/1.1"',
    '1796065808.3 d2 haproxy[1464]: fd00::32:52258 [30/Nov/2026:19:10:08.202] mail_25 mail_25/rs1 0/6/12 92 -- 7/7/6/3/0 0/0',
    '1796065808.4 d2 haproxy[1464]: 10.91.10.32:52260 [30/Nov/2026:19:10:08.209] shop_443/1: SSL handshake failure',
    '1796065808.5 d2 haproxy[1464]: Server shop_80/rs2 is DOWN, reason: Layer4 timeout, check duration: 5001ms.',
    '1796065808.6 d2 haproxy[1464]: [NOTICE]   (1464) : New worker (1470) forked',
  ]
  const directory = mkdtempSync(join(tmpdir(), 'watch-'))
  writeFileSync(join(directory, 'said'), said.map((line) => `${line}\n`).join(''))
  writeFileSync(join(directory, 'journalctl'), `#!/bin/sh\ncat '${directory}/said'\n`, { mode: 0o755 })
  const { sensor, subject } = whatWasNoted('of-no-drill')
  const output = execFileSync('sh', ['-c', sensor.ask([subject])], {
    env: { PATH: `${directory}:${process.env.PATH}` },
    encoding: 'utf8',
  })
  const noted = sensor.read(output, [subject]).get(subject)
  rmSync(directory, { recursive: true })
  expect(noted).toMatchObject({
    log: [
      { text: 'd2 Keepalived_vrrp[1483]: (VI_77) Entering MASTER STATE' },
      {
        text: 'd2 haproxy[1464]: Server shop_80/rs2 is DOWN, reason: Layer4 timeout, check duration: 5001ms.',
      },
      { text: 'd2 haproxy[1464]: [NOTICE]   (1464) : New worker (1470) forked' },
    ],
  })
})
