import { describe, expect, it } from 'vitest'
import { clusterMembers } from '../../../src/config/inventory/index.ts'
import { withoutRuleIds } from '../../rule-ids.ts'
import { loaded } from './written.ts'

const hosts = `all:
  vars:
    cluster:
      vips:
        - {address: 10.0.0.100/24, vrid: 51}
  children:
    directors: {hosts: {lb1: {ansible_host: 10.0.0.2, director: {priority: 150}}, lb2: }}
    realservers: {hosts: {rs1: {realserver: {weight: 3}}}}
`

async function said(text: string, more = {}): Promise<string> {
  const { inventory, directory } = await loaded({ 'hosts.yaml': text, ...more })
  try {
    clusterMembers(inventory)
    return ''
  } catch (error) {
    return withoutRuleIds(String(error instanceof Error ? error.message : error)).replaceAll(
      `${directory}/`,
      '',
    )
  }
}

describe('the members of a cluster', () => {
  it('carry the typed variables of the inventory, defaults filled in', async () => {
    const { inventory } = await loaded({ 'hosts.yaml': hosts })
    const { members } = clusterMembers(inventory)
    expect(members.map(({ name, address, groups }) => [name, address, groups])).toEqual([
      ['lb1', '10.0.0.2', ['all', 'directors']],
      ['lb2', 'lb2', ['all', 'directors']],
      ['rs1', 'rs1', ['all', 'realservers']],
    ])
    expect(members[0]?.director).toEqual({ priority: 150 })
    expect(members[1]?.director).toBeUndefined()
    expect(members[1]?.cluster).toMatchObject({ name: 'cluster', vips: [{ vrid: 51 }] })
    expect(members[2]?.realserver).toEqual({ weight: 3, backup: false })
  })

  it.each([
    ['vrid: 51', 'vird: 51', 'hosts.yaml:5:36: unknown key "vird" in vips[0]\n  → did you mean "vrid"?'],
    [
      'vrid: 51',
      'vrid: 256',
      'hosts.yaml:5:42: vips[0].vrid: expected a whole number from 1 to 255, found 256',
    ],
    [
      'priority: 150',
      'prio: 150',
      expect.stringMatching(/^hosts.yaml:7:66: unknown key "prio" in director\n/),
    ],
    ['{weight: 3}', '3', 'hosts.yaml:8:45: realserver: expected a mapping, found 3'],
  ])('are refused once with the place where %j became %j', async (before, after, message) => {
    expect(await said(hosts.replace(before, after))).toEqual(message)
  })

  it('are refused with the place in the vars file that wins', async () => {
    const wrong = await said(hosts, { 'host_vars/lb1.yaml': 'director:\n  priority: high\n' })
    expect(wrong).toBe(
      'host_vars/lb1.yaml:2:13: priority: expected a whole number from 1 to 254, found "high"',
    )
  })

  it('know the place of a problem found later', async () => {
    const { inventory } = await loaded({ 'hosts.yaml': hosts })
    const { originOf } = clusterMembers(inventory)
    const at = (host: string, ...path: readonly PropertyKey[]) => {
      const origin = originOf({ host, path })
      return origin && `${origin.line}:${origin.col}`
    }
    expect(at('lb2', 'cluster', 'vips', 0, 'address')).toBe('5:21')
    expect(at('lb1', 'director', 'priority')).toBe('7:76')
    expect(at('lb2', 'director', 'priority')).toBe('7:83')
    expect(at('nobody', 'cluster')).toBeUndefined()
  })
})
