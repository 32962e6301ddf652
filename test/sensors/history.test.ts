import { expect, it } from 'vitest'
import { writtenDeed } from '../../src/model/deed.ts'
import { historyLines } from '../../src/report/history.ts'
import { lastDeeds } from '../../src/sensors/history.ts'

const { sensor, subject } = lastDeeds(5)
const read = (output: string) => sensor.read(output, [subject]).get(subject)
const deed = { run: '0123abcd', by: 'ann@desk', did: 'apply' }
const entry = (message: string, time = 1_700_000_000_123_456) =>
  JSON.stringify({ MESSAGE: message, __REALTIME_TIMESTAMP: String(time) })

it('reads what our runs told, and nothing that others say under our name', () => {
  const reading = read(
    [
      entry(`${writtenDeed(deed)} package, service`),
      entry('{"run": 1} x'),
      entry('hello'),
      '{broken',
      entry(`${writtenDeed({ ...deed, did: 'drill "x" {y}' })} `),
    ].join('\n'),
  )
  expect(reading).toEqual({
    told: true,
    deeds: [
      { ...deed, at: 1_700_000_000_123.456, kinds: 'package, service' },
      expect.objectContaining({ did: 'drill "x" {y}', kinds: '' }),
    ],
  })
})

it('says why a machine cannot tell', () => {
  expect(read('! it keeps no journal of systemd\n')).toEqual({
    told: false,
    why: 'it keeps no journal of systemd',
  })
  expect(read('No journal files were opened due to insufficient permissions.\n')).toMatchObject({
    told: false,
  })
  expect(read('')).toEqual({ told: true, deeds: [] })
})

it('is shown a line for each, whatever is in it', () => {
  const told = { ...deed, at: Date.UTC(2026, 0, 2, 3, 4, 5), kinds: 'copy', host: 'web1' }
  expect(
    historyLines([told, { ...told, host: 'w', by: 'eve\u001b[2J@x' }, { ...told, kinds: 'copy, file' }]),
  ).toEqual([
    '2026-01-02 03:04:05  web1  0123abcd  ann@desk    apply  copy, file',
    '2026-01-02 03:04:05  w     0123abcd  eve^[[2J@x  apply  copy',
  ])
})
