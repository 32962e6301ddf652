import { describe, expect, it } from 'vitest'
import { complaints } from './complaints.ts'
import { healthy, machines, type Words } from './inventory.ts'
import { keepalivedConf } from './rendered.ts'

const told = ({ vip = {}, service = {}, ...words }: { vip?: Words; service?: Words } & Words) =>
  machines({
    ...healthy,
    vips: [{ address: '10.0.0.100', vrid: 51, ...vip }],
    services: [{ port: 80, check: { type: 'tcp' }, ...service }],
    ...words,
  })

const twice = (members: ReturnType<typeof told>) =>
  complaints(members).filter(({ message }) => message.includes('is written already'))

describe('lines of keepalived.conf that repeat what is written already', () => {
  it.each<[string, Words?]>([
    ['priority 120'],
    ['state MASTER'],
    ['version 3'],
    ['virtual_ipaddress {\n  10.0.0.101\n}'],
    ['nopreempt'],
    ['nopreempt', { vrrp: { preempt: false } }],
    ['preempt_delay 30'],
    ['preempt_delay 30', { vrrp: { preempt_delay: 20 } }],
    ['unicast_peer {\n  10.0.0.13\n}'],
    ['unicast_peer {\n  10.0.0.13\n}', { vrrp: { unicast: true } }],
    ['authentication {\n  auth_type PASS\n  auth_pass other\n}'],
    [
      'authentication {\n  auth_type PASS\n  auth_pass other\n}',
      { vrrp: { version: 2, auth_pass: 's3cret' } },
    ],
    ['use_vmac'],
    ['use_vmac', { vip: { vmac: true } }],
    ['garp_master_delay 5'],
  ])('in an instance: %s with %j', (lines, words = {}) => {
    const [word = ''] = lines.split(/\s/)
    const vip = { ...(words.vip as Words | undefined) }
    const isWritten = new RegExp(`^ +${word}\\b`, 'm').test(keepalivedConf('d1', told({ ...words, vip })))
    expect(twice(told({ ...words, vip: { ...vip, extra: lines } }))).toHaveLength(isWritten ? 1 : 0)
  })

  it.each<[string, Words?]>([
    ['lvs_sched rr'],
    ['lb_kind NAT'],
    ['delay_loop 9'],
    ['protocol UDP'],
    ['persistence_timeout 60'],
    ['persistence_timeout 60', { persistence_timeout: 300 }],
    ['quorum 2'],
    ['quorum 2', { quorum: 2 }],
    ['hysteresis 1', { quorum: 2 }],
    ['hysteresis 1', { quorum: 2, hysteresis: 1 }],
    ['sorry_server 10.0.0.9 80'],
    ['sorry_server 10.0.0.9 80', { sorry_page: true }],
    ['real_server 10.0.0.9 80 {\n}'],
    ['alpha'],
  ])('in a virtual_server: %s with %j', (lines, service = {}) => {
    const [word = ''] = lines.split(/\s/)
    const pattern = new RegExp(`^ {4}(${word === 'lvs_sched' ? 'lb_algo' : word})\\b`, 'm')
    const isWritten = pattern.test(keepalivedConf('d1', told({ service })))
    expect(twice(told({ service: { ...service, extra: lines } }))).toHaveLength(isWritten ? 1 : 0)
  })

  it('in each real_server, where a method of its own is none of ours', () => {
    const servers = (lines: string) => twice(told({ service: { extra: { servers: lines } } }))
    expect(servers('lvs_method TUN')).toEqual([])
    expect(servers('weight 3')).toHaveLength(1)
  })
})
