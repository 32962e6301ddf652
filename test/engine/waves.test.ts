import { describe, expect, it } from 'vitest'
import { wavesAsPlanned } from '../../src/engine/waves.ts'
import type { Change } from '../../src/model/change.ts'
import type { Plan, Verdict } from '../../src/model/plan.ts'
import type { ResourceId } from '../../src/model/resource.ts'
import type { Play } from '../../src/model/task.ts'
import { sh } from '../../src/shell/quote.ts'

const play: Play = {
  name: 'Directors',
  origin: { file: 'site.yaml', line: 1, col: 1 },
  waves: [['d2'], ['d1']],
  wavesOnceRuns: ['keepalived'],
  tasks: new Map(),
}

function change(summary: string, impact: Change['impact'] = 'none'): Verdict {
  return { is: 'change', change: { summary, impact, differences: [], script: sh`:`, disturbs: [] } }
}

function plan(
  verdicts: Readonly<Record<string, Verdict>>,
  more: { id?: ResourceId; play?: string } = {},
): Plan {
  const { id = 'service[keepalived]', play: name = play.name } = more
  const hosts = Object.entries(verdicts).map(([host, verdict]) => ({
    host,
    steps: [{ id, title: 'Run it', play: name, verdict }],
  }))
  return { hosts, complete: true }
}

const start = change('enable, start')

describe('waves of a play', () => {
  it('are one where its service is yet to start on each host', () => {
    expect(wavesAsPlanned(play, plan({ d1: start, d2: start }))).toEqual([['d2', 'd1']])
    const expected: Verdict = {
      is: 'provisional',
      expected: start.is === 'change' ? start.change : undefined,
      after: 'package[keepalived]',
    }
    expect(wavesAsPlanned(play, plan({ d1: expected, d2: change('start, it had failed') }))).toEqual([
      ['d2', 'd1'],
    ])
  })

  it.each([
    ['runs somewhere', plan({ d1: start, d2: { is: 'converged' } })],
    ['is to restart somewhere', plan({ d1: start, d2: change('restart', 'restart') })],
    ['takes the place of another', plan({ d1: start, d2: change('start in the place of x', 'restart') })],
    ['is unknown somewhere', plan({ d1: start, d2: { is: 'unknown', after: 'x' } })],
    ['has no step on one of them', plan({ d1: start })],
    ['starts in another play', plan({ d1: start, d2: start }, { play: 'Others' })],
    ['is another one', plan({ d1: start, d2: start }, { id: 'service[haproxy]' })],
  ])('stay as they are where it %s', (_, made) => {
    expect(wavesAsPlanned(play, made)).toEqual(play.waves)
  })

  it('stay as they are where the play names no service', () => {
    const { wavesOnceRuns: _, ...plain } = play
    expect(wavesAsPlanned(plain, plan({ d1: start, d2: start }))).toEqual(play.waves)
  })
})
