import { expect, it } from 'vitest'
import { handovers } from '../../src/sensors/handovers.ts'
import { vrrpStates } from '../../src/sensors/vrrp-states.ts'

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
