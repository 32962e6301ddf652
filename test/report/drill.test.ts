import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { DrillReport } from '../../src/model/drill.ts'
import { junit } from '../../src/report/drill/junit.ts'
import { drillPage } from '../../src/report/drill/page.ts'
import { type DrillView, openDrillView } from '../../src/report/drill/view.ts'
import { resultLines } from '../../src/report/drill/words.ts'
import { drilled, probed, reportWith } from './drilled.ts'

const notRun = [
  {
    name: 'realserver-hung',
    on: 'rs2',
    summary: 'frozen',
    reason: 'no drill on a degraded cluster: <x>\n  → mend it',
  },
  { name: 'power-lost', summary: 'no power', reason: 'no drill on a degraded cluster: <x>\n  → mend it' },
]

/** Everything on a page that is a figure of time, but for those of the chart's axes. */
function figures(page: string): readonly string[] {
  const text = page.replace(/<svg.*?<\/svg>/gs, '').replace(/<[^>]*>/g, ' ')
  return text.match(/\d[\d.]*( ± \d+)? (ms|s)\b( ± \d+ ms)?/g) ?? []
}

function printed(json: boolean, show: (view: DrillView) => void): string {
  const stdout = Object.assign(new PassThrough(), { isTTY: false })
  let text = ''
  stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more
  })
  show(openDrillView({ json, stdout: stdout as unknown as NodeJS.WriteStream, secrets: new Set() }))
  return text
}

function summed(report: DrillReport, json: boolean): string {
  return printed(json, (view) => view.summary(report))
}

describe('what drills showed', () => {
  it('has no figure on its page without what that may be wrong by', () => {
    const bare = figures(drillPage(reportWith({ results: [drilled()] }))).filter((one) => !one.includes('±'))
    // A bound is reckoned; how long striking took, and how well requests are placed, are doubts themselves.
    expect(new Set(bare)).toEqual(new Set(['3898 ms', '35 ms', '1 ms']))
  })

  it('says beside every instant what the clock of the machine may be wrong by', () => {
    const page = drillPage(reportWith({ results: [drilled()] }))
    expect(page).toContain('1.500 s ± 4 ms</td><td>d2 holds 10.0.0.100')
    expect(page).toContain('0.800 s ± 114 ms</td><td>d2 drops rs1')
    expect(page).toContain('1.600 s ± 4 ms</td><td>d2 announces')
    expect(page).toContain('0.500 s ± 1 ms</td><td>d1</td>')
    expect(page).toContain('Requests are placed with ± 1 ms.')
  })

  it('says so on a terminal and to programs', () => {
    const lines = resultLines(drilled(), (_, text) => text).join('\n')
    expect(lines).toContain('3054 ± 13 ms without an answer')
    expect(lines).toContain('  1.500 s ± 4 ms  d2 holds 10.0.0.100')
    expect(lines).toContain('longest wait 412 ± 100 ms')
    expect(lines).toContain('returned to d1 without an outage of more than 11 ms')
    const calm = resultLines(drilled({ services: [probed()] }), (_, text) => text).join('\n')
    expect(calm).toContain('no outage of more than 10 ms')
    expect(junit(reportWith({ results: [drilled()] }))).toContain('3054 ± 13 ms without an answer')
    expect(summed(reportWith({ results: [drilled()] }), false)).toMatch(
      /✔ realserver-hung {4}3054 ± 13 ms {2}bound 3898 ms/,
    )
  })

  it('names the VIPs for which nobody asked', () => {
    const result = drilled({ unasked: ['10.0.0.101', '10.0.0.102'] })
    const said = 'not asked for: 10.0.0.101, 10.0.0.102'
    expect(resultLines(result, (_, text) => text).join('\n')).toContain(said)
    expect(drillPage(reportWith({ results: [result] }))).toContain(said)
    expect(junit(reportWith({ results: [result] }))).toContain(said)
    expect(resultLines(drilled(), (_, text) => text).join('\n')).not.toContain('not asked for')
  })

  it('tells drills of one name apart that struck different machines', () => {
    const results = ['rs1', 'rs2'].map((on) => drilled({ on, struck: [on] }))
    const page = drillPage(reportWith({ results }))
    expect(page).toContain('<a href="#realserver-hung-rs2">realserver-hung on rs2</a>')
    expect(page.match(/id="realserver-hung-rs[12]"/g)).toHaveLength(2)
    expect(junit(reportWith({ results }))).toContain('name="realserver-hung on rs2"')
  })
})

it('says once what is waited for where lines cannot be taken back, and nothing to programs', () => {
  const waiting = {
    is: 'drill-waiting',
    seconds: 12.3,
    failing: [{ name: 'the VIP is held once', subject: '10.0.0.9', verdict: 'fail' }],
  } as const
  const shown = (json: boolean) =>
    printed(json, (view) => {
      view.take(waiting)
      view.take(waiting)
    })
  expect(shown(false)).toBe('  waiting up to 13 s until the VIP is held once: 10.0.0.9\n')
  expect(shown(true)).toBe('')
})

describe('drills that were not carried out', () => {
  const report = reportWith({ results: [drilled()], notRun })

  it('stand in every report with the reason, beside everything that was seen', () => {
    const page = drillPage(report)
    expect(page).toContain('1 of 1 passed, 2 not carried out')
    expect(page).toContain('id="realserver-hung"')
    expect(page).toContain('<td>realserver-hung on rs2</td>')
    expect(page).toContain('no drill on a degraded cluster: &lt;x&gt;\n  → mend it')
    const xml = junit(report)
    expect(xml).toContain('tests="3" failures="0" errors="2"')
    expect(xml).toContain('name="power-lost" time="0">')
    expect(xml).toContain('<error message="not carried out: no drill on a degraded cluster: &lt;x&gt;">')
  })

  it('are told on a terminal and to programs', () => {
    const text = summed(report, false)
    expect(text).toContain(
      '– realserver-hung on rs2, power-lost  not carried out: no drill on a degraded cluster: <x>\n',
    )
    expect(text).toContain('1 of 1 drills passed; 2 of 3 were not carried out.')
    expect(summed(reportWith({ notRun }), false)).toContain('No drill was carried out.')
    expect(JSON.parse(summed(report, true))).toMatchObject({ event: 'drill-finished', drills: 1, notRun })
  })

  it('leave a page also where there is nothing else', () => {
    expect(drillPage(reportWith({ notRun }))).toContain('0 of 0 passed, 2 not carried out')
  })
})
