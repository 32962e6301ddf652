import { describe, expect, it } from 'vitest'
import type { FleetEvent } from '../../src/fleet/event.ts'
import { emptyOutcome, type Outcome } from '../../src/fleet/outcome.ts'
import { logLines } from '../../src/report/fleet-log.ts'
import type { Paint } from '../../src/report/paint.ts'

const plain: Paint = (_, text) => text
const marked: Paint = (colour, text) => `<${colour}>${text}</${colour}>`
const about = { v: 1, at: '2026-01-01T00:00:00.000Z', fleet: 'web', run: 'r1', cluster: 'shop' } as const

function finished(outcome: Partial<Outcome>): FleetEvent {
  return {
    ...{ ...about, is: 'job-finished', site: 'berlin', job: 'r1.shop', attempt: 1 },
    ...{ operation: 'apply', by: 'ann@desk', worker: 'w1', outcome: { ...emptyOutcome('fine'), ...outcome } },
  } as FleetEvent
}

describe('the log of a fleet', () => {
  it('marks what went wrong, what is odd, and what turned back', () => {
    const [failed] = logLines(finished({ status: 'failed' }), { paint: marked })
    expect(failed).toMatch(/^<dim>2026-01-01 00:00:00<\/dim><red> {2}shop: apply .*<\/red>$/)
    expect(logLines(finished({ status: 'drifted' }), { paint: marked })[0]).toContain('<yellow>')
    expect(logLines(finished({ status: 'changed' }), { paint: marked })[0]).not.toMatch(/red|yellow/)
    const alert = { ...about, is: 'alert', site: 'berlin', about: 'health', from: 'a', to: 'b' } as const
    expect(logLines({ ...alert, bad: true }, { paint: marked })[0]).toContain('<red>')
    expect(logLines({ ...alert, bad: false }, { paint: marked })[0]).toContain('<green>')
  })

  it('breaks lines between words where a screen ends, and what follows stands under its words', () => {
    const failures = [{ code: 'STEP_FAILED', message: `no such package: ${'x'.repeat(70)}` }]
    const lines = logLines(finished({ status: 'failed', failures }), { paint: plain, width: 80 })
    expect(lines.every((line) => line.length <= 80)).toBe(true)
    expect(lines.slice(1).every((line) => line.startsWith(' '.repeat(21)) && line[21] !== ' ')).toBe(true)
    const whole = logLines(finished({ status: 'failed', failures }), { paint: plain })
    expect(whole).toHaveLength(1)
    expect(
      lines
        .map((line) => line.trim())
        .join('')
        .replaceAll(' ', ''),
    ).toBe(whole[0]?.replaceAll(' ', ''))
  })

  it('shows with the whole of it what comes and what goes', () => {
    const change = { host: 'd1', id: 'file[/x]', summary: 'content', outcome: 'changed' as const }
    const event = finished({ changes: [{ ...change, diff: '--- /x\n+++ /x\n-old\n+new\n same' }] })
    const lines = logLines(event, { paint: marked, whole: true })
    expect(lines.slice(2)).toEqual([
      '    --- /x',
      '    +++ /x',
      '<red>    -old</red>',
      '<green>    +new</green>',
      '     same',
    ])
    expect(logLines(event, { paint: marked })).toHaveLength(1)
  })
})
