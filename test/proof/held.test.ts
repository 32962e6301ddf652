import { describe, expect, it } from 'vitest'
import { badState } from '../../src/model/failover.ts'
import { lintKeepalived } from '../../src/operations/lint-keepalived.ts'
import { forEach, HandWritten } from './hand-written.ts'

function instance(name: string, device: string, lines: string) {
  return `vrrp_instance ${name} {
    state BACKUP
    interface ${device}
    virtual_router_id ${name.length}
    priority «110|100»
${lines}
}
`
}
const vip = (address: string) => `    virtual_ipaddress {\n        ${address}/24\n    }`

/** Who holds what while all is well, and what nobody wants then. */
function atRest(text: string) {
  using hand = new HandWritten(forEach(`global_defs {\n    router_id «lb1|lb2»\n}\n${text}`))
  const proved = lintKeepalived(hand).failover?.failover
  return {
    held: proved?.vips.map(({ homes, atOnce }) => [homes, atOnce]),
    bad: proved?.bad.filter(({ mishaps }) => mishaps.length === 0).map(badState),
  }
}

describe('while all is well', () => {
  it('directors that list other addresses each hold their own, and none twice', () => {
    expect(atRest(instance('WEB', 'eth0', vip('192.0.2.«50|60»')))).toEqual({
      held: [[['lb1', 'lb2'], true]],
      bad: [],
    })
  })

  it('two that do not take the adverts of each other hold one at once', () => {
    expect(atRest(instance('WEB', 'eth0', `    version «2|3»\n${vip('192.0.2.50')}`))).toEqual({
      held: [[['lb1', 'lb2'], true]],
      bad: [expect.stringContaining('more than one hold it at once (lb1, lb2)')],
    })
  })

  it('a director that has one on two links is told by its instances, and the other one hears it on both', () => {
    const twice = instance('WEB', 'eth0', vip('192.0.2.50')) + instance('WEBS', 'eth1', vip('192.0.2.50'))
    expect(atRest(twice)).toEqual({
      held: [[['lb1'], false]],
      bad: [expect.stringContaining('more than one hold it at once (lb1 by WEB and WEBS)')],
    })
  })

  it('nobody holds it where what all of them watch is not well from the beginning', () => {
    const file = 'vrrp_track_file FLAG {\n    file /run/flag\n    weight 0\n    init_file 3\n}\n'
    expect(
      atRest(file + instance('WEB', 'eth0', `    track_file {\n        FLAG\n    }\n${vip('192.0.2.50')}`)),
    ).toEqual({ held: [[[], false]], bad: [expect.stringMatching(/while all is well nobody holds it(;|$)/)] })
  })
})
