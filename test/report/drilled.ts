import type { DrillReport, DrillResult, Felt, ProbedService } from '../../src/model/drill.ts'

/** What a client felt through one VIP. */
export function probed(felt: Partial<Felt> = {}): ProbedService {
  const nothing = { sent: 100, good: 90, slow: 0, wrong: 0, sorry: 0, failed: 10, outages: [] }
  return {
    url: 'http://10.0.0.100/',
    interval: 10,
    wished: 10,
    late: 0,
    clockDoubt: 0.2,
    records: [{ sent: 900, answered: 902, verdict: 'good', servedBy: 'rs1' }],
    felt: { ...nothing, longest: 0, troubled: 0, doubt: 10, servedBy: { rs1: 90 }, ...felt },
    kept: { connections: [{ opened: 0, ended: 3000, end: 'broken', answers: 7 }], stall: 412.3, doubt: 100 },
    streams: [
      {
        path: '/live',
        kind: 'websocket',
        connections: 5,
        opened: 5,
        broken: 5,
        silent: 0,
        lost: 0,
        longest: 812,
        doubt: 250,
      },
    ],
  }
}

/** A drill that is over. */
export function drilled(changes: Partial<DrillResult> = {}): DrillResult {
  return {
    name: 'realserver-hung',
    summary: 'the web server of one realserver is frozen',
    struck: ['rs1'],
    startedAt: 0,
    faultAt: 1000,
    strikeTook: 34.2,
    undoneAt: 5000,
    endedAt: 9000,
    services: [probed({ longest: 3054.4, doubt: 12.1 })],
    unasked: [],
    holders: [{ vip: '10.0.0.100', host: 'd2', from: 2500, until: 6000 }],
    homecomings: [{ vip: '10.0.0.100', before: 'd1', after: 'd1', felt: 0, doubt: 11 }],
    log: [{ at: 1500, host: 'd1', text: 'd1 keepalived[7]: something' }],
    pool: [{ at: 1800, unseen: 110, host: 'd2', service: 'tcp 10.0.0.100:80', server: 'rs1', change: 'out' }],
    routes: [],
    wire: {
      watched: ['d2'],
      without: ['d1'],
      packets: [{ at: 2600, kind: 'announcement', from: 'd2', about: '10.0.0.100', seenBy: ['d2'] }],
    },
    clocks: [
      { host: 'd1', doubt: 0.4 },
      { host: 'd2', doubt: 3.2 },
    ],
    bound: { milliseconds: 3898, why: 'so' },
    passed: true,
    reasons: [],
    ...changes,
  }
}

/** What a report shows of drills. */
export function reportWith(changes: Partial<DrillReport>): DrillReport {
  return { cluster: 'web', vips: ['10.0.0.100'], machines: [], results: [], notRun: [], ...changes }
}
