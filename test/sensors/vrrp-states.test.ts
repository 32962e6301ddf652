import { expect, it } from 'vitest'
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
