import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { peers } from '../../src/sensors/peers.ts'
import { versions } from '../../src/sensors/versions.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox', 'dpkg-query', 'keepalived', 'nginx', 'ss')

describe.each(shells)('%s', (shell) => {
  it('tells the versions of what is installed, and nothing of the rest', async () => {
    const [found] = await ask(shell, versions, [''])
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own
    const version = execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'keepalived'], { encoding: 'utf8' })
    expect(version.replace(/^\d+:/, '')).toContain(found?.get('keepalived') ?? 'no keepalived')
    expect(found?.get('nginx')).toMatch(/^\d+\.\d+/)
    expect([...(found?.keys() ?? [])].every((name) => /^\w+$/.test(name))).toBe(true)
  })

  it('counts connections where ss is there', async () => {
    const [found] = await ask(shell, peers, [''])
    for (const [peer, count] of found ?? [])
      expect([peer, count > 0]).toEqual([expect.stringMatching(/:\d+$/), true])
  })
})
