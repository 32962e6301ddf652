import { describe, expect, it } from 'vitest'
import { clockTime, isOpen, nextOpening, readDrillWindow } from '../../src/cluster/drill-windows.ts'

const opens = (text: string, at: string) => {
  const window = readDrillWindow(text)
  if (!window) throw new Error(`${text} is no window`)
  return isOpen(window, Date.parse(at))
}

describe('a time in which drills may begin', () => {
  // 26 November 2026 is a Thursday.
  it.each([
    ['Mon-Fri 02:00-04:00', '2026-11-26T02:00:00Z', true],
    ['Mon-Fri 02:00-04:00', '2026-11-26T01:59:59Z', false],
    ['Mon-Fri 02:00-04:00', '2026-11-26T04:00:00Z', false],
    ['Mon-Fri 02:00-04:00', '2026-11-28T03:00:00Z', false],
    ['Mon..Fri 02:00-04:00 UTC', '2026-11-26T03:59:59Z', true],
    ['thursday 2:00 - 4:00', '2026-11-26T03:00:00Z', true],
    ['Mon,Wed,Sat-Sun 02:00-04:00', '2026-11-29T03:00:00Z', true],
    ['Mon,Wed,Sat-Sun 02:00-04:00', '2026-11-26T03:00:00Z', false],
    ['Fri-Mon 00:00-24:00', '2026-11-29T23:59:00Z', true],
    ['02:00-04:00', '2026-11-29T03:00:00Z', true],
    // Berlin is an hour ahead in winter, and two in summer.
    ['Thu 02:00-04:00 Europe/Berlin', '2026-11-26T01:00:00Z', true],
    ['Thu 02:00-04:00 Europe/Berlin', '2026-11-26T03:00:00Z', false],
    ['Thu 02:00-04:00 Europe/Berlin', '2026-07-23T00:00:00Z', true],
    ['Wed 20:00-22:00 America/New_York', '2026-11-26T02:00:00Z', true],
    ['22:00-02:00 Asia/Kathmandu', '2026-11-26T16:15:00Z', true],
    // The night of the day on which it begins.
    ['Sat 22:00-02:00', '2026-11-29T01:59:00Z', true],
    ['Sat 22:00-02:00', '2026-11-28T01:59:00Z', false],
    ['Sat 22:00-02:00', '2026-11-28T22:00:00Z', true],
  ])('%s, at %s: %s', (text, at, open) => {
    expect(opens(text, at)).toBe(open)
  })

  it.each([
    'Mon-Fri',
    '02:00',
    'Mon-Fri 02:00-25:00',
    'Mon-Fri 02:60-04:00',
    '24:00-04:00',
    'Mo-Fr 02:00-04:00',
    'Mon-Fry 02:00-04:00',
    'Mon-Tue-Wed 02:00-04:00',
    'Mon-Fri 02:00-04:00 Europe/Berlim',
    'Mon-Fri 02:00-04:00 --zone',
    '*-*-* 02:00',
    '',
  ])('is not %j', (text) => {
    expect(readDrillWindow(text)).toBe(undefined)
  })

  it('is waited for', () => {
    const windows = ['Mon-Fri 02:00-04:00 Europe/Berlin', 'Sat 12:00-13:00'].flatMap(
      (text) => readDrillWindow(text) ?? [],
    )
    const next = (at: string) => new Date(nextOpening(windows, Date.parse(at)) ?? 0).toISOString()
    expect(next('2026-11-26T19:58:30Z')).toBe('2026-11-27T01:00:00.000Z')
    expect(next('2026-11-27T10:00:00Z')).toBe('2026-11-28T12:00:00.000Z')
    expect(next('2026-11-28T13:00:00Z')).toBe('2026-11-30T01:00:00.000Z')
    expect(clockTime(Date.parse('2026-11-27T01:00:00Z'), 'Europe/Berlin')).toBe('Fri 02:00')
  })
})
