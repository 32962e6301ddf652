import { expect, it } from 'vitest'
import { dropOf } from '../../src/resources/firewall-drops.ts'
import { openingsOf } from '../../src/resources/firewall-openings.ts'
import { readNftables } from '../../src/sensors/nftables-text.ts'

const nothing = { ports: [], from: [], to: [], forward: false }
const openings = openingsOf([
  { ...nothing, protocol: 'tcp', ports: ['80'], to: ['10.9.0.100'] },
  { ...nothing, protocol: 'vrrp', from: ['10.9.0.12'], to: ['224.0.0.18'] },
])

/** What is in the way with these rules in a chain on a hook. */
function drop(hook: string, rules: readonly string[], policy = 'accept'): string | undefined {
  const lines = [
    'table inet mine {',
    '\tchain some {',
    `\t\ttype filter hook ${hook} priority filter; policy ${policy};`,
    ...rules.map((rule, index) => `\t\t${rule} # handle ${index + 5}`),
    '\t}',
    '\tchain others {',
    '\t\tmeta l4proto 112 counter packets 3 bytes 120 drop # handle 20',
    '\t}',
    '}',
  ]
  return dropOf(openings, readNftables(lines.map((line) => `live ${line}`)).drops)
}

it.each([
  ['output', ['ip protocol 112 drop'], 'ip protocol 112 drop'],
  ['output', ['ip protocol vrrp counter packets 0 bytes 0 drop'], 'vrrp'],
  ['output', ['tcp sport 80 reject with tcp reset'], 'tcp sport 80'],
  ['prerouting', ['tcp dport { 22, 80-90 } drop'], '80-90'],
  ['postrouting', ['drop'], '"drop"'],
  ['output', ['counter packets 0 bytes 0 drop'], 'counter'],
  ['output', ['jump others'], 'meta l4proto 112'],
  ['input', ['ip saddr 10.9.0.12 drop'], 'ip saddr 10.9.0.12'],
  ['input', ['ip saddr { 192.0.2.1, 10.9.0.12 } drop'], '192.0.2.1'],
])('on %s, %j is in the way', (hook, rules, words) => {
  expect(drop(hook, rules)).toContain(words)
})

it('a policy of other hooks is in the way', () => {
  expect(drop('output', [], 'drop')).toContain('policy drop')
})

it.each([
  // An entry of ours at the head of the chain lets in what it drops after that.
  ['input', ['ip protocol 112 drop']],
  ['input', ['tcp dport 80 drop']],
  ['input', ['ip saddr 192.0.2.1 drop']],
  ['output', ['ct state invalid drop']],
  ['output', ['oifname "lo" drop']],
  ['output', ['tcp dport 25 drop']],
  ['output', ['udp sport 80 drop']],
  ['output', ['ip daddr 192.0.2.1 drop']],
  ['output', ['accept']],
])('on %s, %j is not', (hook, rules) => {
  expect(drop(hook, rules)).toBeUndefined()
})
