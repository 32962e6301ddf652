import { expect, it } from 'vitest'
import { lintKeepalived } from '../../src/operations/lint-keepalived.ts'
import { forEach, HandWritten } from './hand-written.ts'

const instance = (name: string, vrid: number, priorities: string) => `vrrp_instance ${name} {
  state BACKUP
  interface eth0
  virtual_router_id ${vrid}
  priority «${priorities}»
  virtual_ipaddress {
    192.0.2.${vrid}/24
  }
}
`
const web = instance('WEB', 61, '120|110|100')
const mail = instance('MAIL', 62, '110|120|100')

/** What is told of three directors, the nth of which lacks the nth text. */
function told(all: string, ...without: readonly string[]): readonly string[] {
  const texts = forEach(`global_defs {\n  router_id «lb1|lb2|lb3»\n}\n${all}`, 3).map((text, index) =>
    text.replace(forEach(without[index] ?? '', 3)[index] ?? '', ''),
  )
  using hand = new HandWritten(texts)
  return lintKeepalived(hand).findings.map(({ rule, message }) => `${rule} ${message}`)
}

it('is told where a director lacks what the others have', () => {
  expect(told(web)).toEqual([])
  expect(told(web + mail, '', '', mail)).toEqual([
    'keepalived-instance-alone lb3 lacks the instance MAIL of 192.0.2.62, which 2 others have',
  ])
  expect(told(web, '', web)).toContain(
    'keepalived-instance-alone lb2 lacks the instance WEB of 192.0.2.61, which 2 others have',
  )
  expect(told(web + mail, '', mail, mail)).toEqual([
    'keepalived-instance-alone 192.0.2.62 stands in the configuration of lb1 alone',
  ])
})

it('is not where each two share another VIP', () => {
  const dns = instance('DNS', 63, '100|110|120')
  expect(told(web + mail + dns, dns, web, mail)).toEqual([])
})

it('is told of a director that another one does not list, also where nobody says from where it speaks', () => {
  const peers = (all: string) => web.replace('state', `unicast_peer {\n    «${all}»\n  }\n  state`)
  expect(
    told(peers('192.0.2.12\n    192.0.2.13|192.0.2.11\n    192.0.2.13|192.0.2.11\n    192.0.2.12')),
  ).toEqual([])
  expect(told(peers('192.0.2.12\n    192.0.2.13|192.0.2.11|192.0.2.11\n    192.0.2.12'))).toEqual([
    'keepalived-peer-missing WEB of lb2 does not list 192.0.2.13 of lb3 as a unicast_peer',
    expect.stringContaining('proof-doubled'),
  ])
})
