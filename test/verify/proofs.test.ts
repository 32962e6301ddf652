import { describe, expect, it } from 'vitest'
import type { ProofResult } from '../../src/model/event.ts'
import { Failure } from '../../src/model/failure.ts'
import { ipvsSynchronization, ipvsTimeouts } from '../../src/sensors/ipvs.ts'
import { prove } from '../../src/verify/proofs/index.ts'
import { rememberingProofs } from '../../src/verify/proofs/remembering.ts'
import { director, expected, observed, page, realserver, sightings, vip } from './web.ts'

/** What fails of the cluster with one thing changed. */
const failing = (change: Parameters<typeof sightings>[0]) =>
  prove(expected(), sightings(change)).filter(({ verdict }) => verdict === 'fail')
const named = (results: readonly ProofResult[]) => results.map(({ name, subject }) => `${name}: ${subject}`)

describe('the proofs', () => {
  it('all hold for a healthy cluster', () => {
    const results = prove(expected(), sightings())
    expect(results.map(({ verdict }) => verdict)).toEqual(results.map(() => 'pass'))
    expect(results).toHaveLength(16)
  })

  it('see split brain, and say what causes it', () => {
    const [first] = failing({ members: { d2: director(12, { holds: true }) } })
    expect(first).toMatchObject({ name: 'the elected director alone holds the VIP', seen: 'd1, d2' })
    expect(first?.cause).toContain('split brain')
  })

  it('see a keepalived that speaks to others than the inventory says', () => {
    const name = 'keepalived runs with what the inventory says'
    const found = (adverts: 'multicast' | readonly string[], unicast?: readonly string[]) => {
      const to = adverts === 'multicast' ? adverts : new Map([['d2', adverts]])
      const change = { members: { d2: director(12, unicast ? { unicast } : {}) } }
      return prove(expected({}, { adverts: to }), sightings(change))
        .filter((one) => one.name === name && one.subject === 'd2' && one.verdict === 'fail')
        .map(({ expected: wanted }) => wanted)
    }
    expect(found('multicast')).toEqual([])
    expect(found(['10.0.0.11'], ['10.0.0.11'])).toEqual([])
    expect(found(['10.0.0.11'], ['10.0.0.99'])).toEqual(['VI_77 unicast_peer 10.0.0.11'])
    expect(found(['10.0.0.11'])).toEqual(['VI_77 unicast_peer 10.0.0.11'])
    expect(found('multicast', ['10.0.0.11'])).toEqual(['VI_77 by multicast'])
  })

  it('see a VIP that somebody gave to lo of a director', () => {
    for (const [host, last, holds] of [
      ['d1', 11, true],
      ['d2', 12, false],
    ] as const)
      expect(failing({ members: { [host]: director(last, { holds, strays: true }) } })).toMatchObject([
        { name: 'the elected director alone holds the VIP', seen: `d1, ${host} on lo` },
      ])
  })

  it('see that nobody holds the VIP', () => {
    expect(failing({ members: { d1: director(11) } })[0]).toMatchObject({ seen: 'none' })
  })

  it('see a realserver that gets nothing to do', () => {
    const [first] = failing({ client: { through: () => page('rs1') } })
    expect(first).toMatchObject({ name: 'every realserver serves its share', seen: 'rs1 22, rs2 0' })
  })

  it('see a kernel table that is not the configured one, on the backup too', () => {
    const found = failing({ members: { d2: director(12, { table: {} }) } })
    expect(named(found)).toEqual(['the kernel balances as configured: d2'])
    expect(found[0]?.cause).toContain('somebody emptied it')
    const [stopped] = failing({ members: { d2: director(12, { table: {}, keepalived: 'inactive' }) } })
    expect(stopped?.cause).toContain('keepalived does not run')
  })

  it('see a realserver that has the weight 0 because its check fails', () => {
    const [first] = failing({ members: { d2: director(12, { table: { '10.0.0.21': 1, '10.0.0.22': 0 } }) } })
    expect(first?.cause).toBe(
      'keepalived gives 10.0.0.22:80 no new connections: its health check fails from d2',
    )
  })

  it('want a sorry server that waits in the table', () => {
    const cluster = expected({
      sorryPage: true,
      sorryServer: { address: '127.0.0.1', port: 80, forwarding: 'dr' },
    })
    const waiting = { '10.0.0.21': 1, '10.0.0.22': 1, '127.0.0.1': 0 }
    const tables = (table: Readonly<Record<string, number>>) =>
      prove(
        cluster,
        sightings({ members: { d1: director(11, { holds: true, table }), d2: director(12, { table }) } }),
      )
        .filter(({ name }) => name === 'the kernel balances as configured')
        .map(({ verdict }) => verdict)
    expect(tables(waiting)).toEqual(['pass', 'pass'])
    expect(tables({ '10.0.0.21': 1, '10.0.0.22': 1 })).toEqual(['fail', 'fail'])
  })

  it('see a kernel that forgets connections too late, or tells nobody of them', () => {
    const cluster = expected({}, {}, { timeouts: { tcp: 600 }, tellsConnections: true })
    const there = { interface: 'eth0', id: 77 }
    const about = (remembers: object, told: object) =>
      rememberingProofs(cluster, {
        ...sightings(),
        members: new Map([['d1', observed([ipvsTimeouts, remembers], [ipvsSynchronization, told])]]),
      }).map(({ verdict, seen }) => `${verdict}: ${seen}`)
    expect(about({ tcp: 600, tcp_fin: 120, udp: 300 }, { tells: there, hears: there })).toEqual([
      'pass: tcp 600',
      'pass: told on eth0, heard on eth0',
    ])
    expect(about({ tcp: 900, tcp_fin: 120, udp: 300 }, { hears: there })).toEqual([
      'fail: tcp 900',
      'fail: it only hears',
    ])
  })

  it('see a realserver that answers ARP, by name', () => {
    const found = failing({ client: { macs: ['11', '21'] } })
    expect(found[0]).toMatchObject({ seen: 'd1, rs1', cause: expect.stringContaining('rs1 answers') })
  })

  it('see a machine of nobody that answers ARP, by its MAC address', () => {
    const found = failing({ client: { macs: ['11', '99'] } })
    expect(found[0]).toMatchObject({
      seen: 'd1, 02:00:00:00:00:99',
      cause: '02:00:00:00:00:99 is no machine of the cluster and has the address',
      next: expect.stringContaining('by its MAC address'),
    })
  })

  it('see what a reboot would lose', () => {
    expect(named(failing({ members: { rs1: realserver(21, '0') } }))).toEqual([
      'the realserver keeps silent about the VIP, also after a reboot: rs1',
    ])
    expect(named(failing({ members: { rs2: realserver(22, '1', []) } }))).toEqual([
      `the realserver holds the VIP on lo, also after a reboot: rs2 ${vip}`,
    ])
  })

  it('see a director whose keepalived is not ready', () => {
    const found = failing({ members: { d2: director(12, { keepalived: 'failed' }) } })
    expect(named(found)).toEqual(['keepalived runs, also after a reboot: d2'])
  })

  it('count a machine that cannot be asked as a failure', () => {
    const down = new Failure('UNREACHABLE', 'no route to host')
    expect(named(failing({ members: { d2: down } }))).toEqual(['the machine can be asked: d2'])
  })

  it('tell what could not be seen from what is wrong', () => {
    const outside = new Failure('UNREACHABLE', 'no')
    const blind = prove(expected(), { ...sightings(), observer: undefined, outside })
    expect(blind.filter(({ verdict }) => verdict === 'unknown')).toHaveLength(2)
    expect(blind.filter(({ verdict }) => verdict === 'fail')).toEqual([])
  })
})
