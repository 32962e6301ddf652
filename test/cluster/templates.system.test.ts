import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { healthy, machines, type Words } from './inventory.ts'
import { everything, keepalivedConf, nginxVariables, render } from './rendered.ts'

needs('root', 'keepalived', 'nginx')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-templates-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** keepalived looks for the interface, so it has to be one of this computer. */
const device = Object.keys(networkInterfaces()).find((name) => name !== 'lo') ?? 'eth0'

/** What `keepalived -t` says of a configuration; it says nothing of a good one. */
function keepalivedSays(text: string): string {
  const path = join(folder, 'keepalived.conf')
  writeFileSync(path, text)
  try {
    return execFileSync('keepalived', ['-t', '-f', path], { encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr ?? error)
  }
}

describe('keepalived.conf', () => {
  it.each<readonly [string, string, Words]>([
    ['a master', 'd1', healthy],
    ['a backup', 'd2', healthy],
    ['a director that waits before it takes back', 'd1', { ...healthy, vrrp: { preempt_delay: 4.5 } }],
    ['version 2', 'd1', { ...healthy, vrrp: { version: 2, advert_interval: 2 } }],
    ['the fast profile', 'd1', { ...healthy, balancer: 'nginx', vrrp: { profile: 'fast' } }],
    ['every word', 'd2', everything],
    ...['rr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'mh', 'sed', 'nq', 'fo', 'ovf'].map(
      (scheduler) => [scheduler, 'd1', { ...healthy, services: [{ port: 80, scheduler }] }] as const,
    ),
  ])('is accepted by keepalived: %s', (_, host, words) => {
    expect(keepalivedSays(keepalivedConf(host, machines(words), device))).toBe('')
  })

  it('is refused by keepalived with a word it does not know', () => {
    const broken = keepalivedConf('d1', machines(), device).replace('lb_kind', 'lb_knd')
    expect(keepalivedSays(broken)).toContain("Unknown keyword 'lb_knd'")
  })
})

describe('nginx.conf', () => {
  it.each([
    ['one port', healthy],
    ['PHP', { ...healthy, balancer: 'haproxy', php: true }],
    ['several ports', { ...healthy, services: [{ port: 80 }, { port: 8080 }] }],
  ])('is accepted by nginx: %s', (_, words) => {
    const path = join(folder, 'nginx.conf')
    // Ports and files of this computer stay untouched, and no other user than ours is needed.
    writeFileSync(
      path,
      render('nginx.conf.hbs', nginxVariables(words)).replace('/run/nginx.pid', `${folder}/pid`),
    )
    expect(execFileSync('nginx', ['-t', '-q', '-c', path], { encoding: 'utf8', stdio: 'pipe' })).toBe('')
  })
})
