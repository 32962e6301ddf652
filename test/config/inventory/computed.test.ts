import { describe, expect, it } from 'vitest'
import { clusterMembers, connectionOf } from '../../../src/config/inventory/index.ts'
import { withoutRuleIds } from '../../rule-ids.ts'
import { loaded } from './written.ts'

/** What is told to be wrong with this inventory; nothing of a good one. */
async function said(text: string): Promise<string> {
  const outcome = await loaded({ 'hosts.yaml': text }).catch((error: unknown) => error)
  return outcome instanceof Error ? withoutRuleIds(outcome.message).replaceAll(/\S*\/hosts/g, 'hosts') : ''
}

const hosts = `all:
  vars:
    net: 10.20.0
    vault_login: geheim
    site: { vrid: 51, ports: [80, 8080] }
    ansible_host: "{{ net }}.{{ number }}"
    ansible_password: "{{ vault_login }}"
    cluster:
      vips: [{ address: "{{ net }}.100/24", vrid: "{{ site.vrid }}", owner: "{{ groups.directors | first }}" }]
      services: "{{ services }}"
      vrrp: { auth_pass: "{{ vault_vrrp }}" }
      extra: { keepalived: "    router_id {{ facts.hostname }}" }
  children:
    directors:
      hosts:
        lb1: { number: 2, director: { priority: "{{ hostvars.lb2.number + 100 }}" } }
        lb2: { number: 3 }
    realservers: { hosts: { rs1: { number: "{{ 20 + 1 }}", vault_vrrp: others } } }
`
const vaults = {
  'group_vars/all.yaml': "services: \"{{ site.ports | map('community.general.dict_kv', 'port') | list }}\"\n",
  'group_vars/directors.yaml': 'vault_vrrp: heimlich\n',
}

describe('what an inventory computes', () => {
  it('says how hosts are reached, and what they are to become, of lists and numbers, too', async () => {
    const text = hosts.replace('vault_vrrp: others', 'vault_vrrp: heimlich')
    const { inventory } = await loaded({ 'hosts.yaml': text, ...vaults })
    const { members, valueAt } = clusterMembers(inventory)
    expect(members.map(({ address }) => address)).toEqual(['10.20.0.2', '10.20.0.3', '10.20.0.21'])
    expect(members[0]).toMatchObject({
      director: { priority: 103 },
      cluster: {
        vips: [{ address: '10.20.0.100/24', vrid: 51, owner: 'lb1' }],
        services: [{ port: 80 }, { port: 8080 }],
        vrrp: { auth_pass: 'heimlich' },
        extra: { keepalived: '    router_id {{ facts.hostname }}' },
      },
    })
    expect(members.every(({ cluster }) => cluster === members[0]?.cluster)).toBe(true)
    expect(valueAt({ host: 'lb1', path: ['cluster', 'vrrp', 'auth_pass'] })).toMatchObject({
      secret: true,
      origin: { line: 11 },
    })
    const lb1 = inventory.hosts.get('lb1')
    expect(lb1 && connectionOf(lb1).password).toBe('geheim')
  })

  it('may come to something else on another host, which is another cluster then', async () => {
    const { inventory } = await loaded({ 'hosts.yaml': hosts, ...vaults })
    const [one, , other] = clusterMembers(inventory).members.map(({ cluster }) => cluster?.vrrp)
    expect([one?.auth_pass, other?.auth_pass]).toEqual(['heimlich', 'others'])
  })

  it('is computed for hosts that come while a run goes on', async () => {
    const { inventory } = await loaded({ 'hosts.yaml': hosts, ...vaults })
    const origin = { file: 'site.yaml', line: 1, col: 1 }
    const given = (name: string, scalar: number | string) => ({
      name,
      key: origin,
      value: { origin, scalar },
    })
    const after = inventory.joined([
      { host: 'lb3', group: 'directors', parents: [], variables: [given('number', 4)], origin },
    ])
    const lb3 = after.hosts.get('lb3')
    expect(lb3 && connectionOf(lb3).address).toBe('10.20.0.4')
  })

  it.each([
    ['ansible_host: "{{ nobody }}"', /^hosts.yaml:1:37: "nobody" is not defined\n/],
    ['ansible_user: "{{ facts.hostname }}"', /^hosts.yaml:1:37: facts are not known yet where this stands\n/],
    ['director: { priority: "{{ a }}" }, a: "{{ b }}", b: "{{ a }}"', /variables go in a circle: a → b → a/],
    ['ansible_port: "{{ port }}", port: ssh', /^hosts.yaml:1:37: ansible_port: .*"ssh"/],
    ['cluster: { name: "{{ 1 +" }', /^hosts.yaml:1:40: /],
  ])('is told with its place where it cannot be: %s', async (variables, message) => {
    expect(await said(`all: { hosts: { d1: { ${variables} } } }`)).toMatch(message)
  })

  it('is told with the hosts for which it cannot be where it can be for others', async () => {
    const text = hosts.replace(', vault_vrrp: others', '')
    const outcome = await loaded({ 'hosts.yaml': text, ...vaults }).catch((error: unknown) => error)
    expect(String(outcome)).toContain('"vault_vrrp" is not defined for rs1')
  })
})
