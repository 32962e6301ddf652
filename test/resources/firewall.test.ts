import { describe, expect, it } from 'vitest'
import { make } from './run.ts'

const allow = [
  { ports: [80, '8000-8010'] },
  { protocol: 'vrrp', from: ['10.9.0.12'], to: ['224.0.0.18'] },
  { protocol: 'udp', ports: [8848], from: ['2001:DB8::/64'] },
  { protocol: 'tcp', from: ['10.9.0.21'], forward: true },
  { protocol: 'icmp' },
]
const wanted = (name = 'web', all: unknown = allow) => make('firewall', { name, allow: all })

it.each([
  { name: 'a b', allow: [] },
  { name: 'web', allow: [{ ports: [0] }] },
  { name: 'web', allow: [{ ports: ['90-80'] }] },
  { name: 'web', allow: [{ protocol: 'vrrp', ports: [80] }] },
  { name: 'web', allow: [{ protocol: 'ipip', from: ['2001:db8::1'] }] },
  { name: 'web', allow: [{ from: ['anywhere'] }] },
])('refuses %j', (parameters) => {
  expect(() => make('firewall', parameters)).toThrow()
})

describe('firewalld', () => {
  const zone = { target: 'default', interfaces: [], sources: [], forwards: false, richRules: [] }
  const converge = (zones: readonly object[], resource = wanted()) =>
    resource.converge(
      {
        found: {
          firewalld: { defaultZone: 'public', live: zones, kept: zones },
          iptables: [],
          nftables: { chains: [], drops: [], live: [] },
        },
      },
      { touches: () => false },
    )
  const named = (change: ReturnType<typeof converge>) =>
    change?.differences.map((one) => 'name' in one && one.name)

  it('is opened in every zone that packets come in by, and in none that only bans', () => {
    const zones = [
      { ...zone, name: 'public' },
      { ...zone, name: 'internal', interfaces: ['eth1'] },
      { ...zone, name: 'friends', sources: ['10.8.0.0/24'] },
      { ...zone, name: 'drop', target: 'DROP', sources: ['192.0.2.0/24'] },
      { ...zone, name: 'dmz' },
    ]
    expect(named(converge(zones, wanted('web', [{ ports: [80] }])))).toEqual(
      ['now', 'at boot'].flatMap((when) =>
        ['public', 'internal', 'friends'].map((name) => `firewalld ${when}, zone ${name}`),
      ),
    )
  })

  it('forwards within a zone that does so, and refuses where it would take a policy', () => {
    const passing = wanted('web', [{ from: ['10.9.0.21'], forward: true }])
    const one = { ...zone, name: 'public', interfaces: ['eth0', 'eth1'], forwards: true }
    expect(converge([one], passing)).toBeUndefined()
    const two = [one, { ...zone, name: 'internal', interfaces: ['eth2'] }]
    expect(converge(two, passing)?.script).toContain('--new-policy')
  })
})
