import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { handovers } from '../../src/sensors/handovers.ts'
import { peers } from '../../src/sensors/peers.ts'
import { versions } from '../../src/sensors/versions.ts'
import { vrrpStates } from '../../src/sensors/vrrp-states.ts'
import { ask, shells } from './ask.ts'

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

it('knows of each VRRP instance what was said last', () => {
  const said = 'VI_77 BACKUP\nVI_78 MASTER\nVI_77 MASTER\nweb site FAULT\n'
  expect(vrrpStates.read(said, ['']).get('')).toEqual(
    new Map([
      ['VI_77', 'MASTER'],
      ['VI_78', 'MASTER'],
      ['web site', 'FAULT'],
    ]),
  )
})

it('knows a standing handover by its file', () => {
  expect(handovers.read('raised VI_77\nraised web site\n', ['']).get('')).toEqual(['VI_77', 'web site'])
})
