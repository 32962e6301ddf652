import { describe, expect, it } from 'vitest'
import { isAnswered } from '../../src/model/datagram.ts'
import { answersTo, type DatagramReading } from '../../src/sensors/datagrams.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { datagramProofs } from '../../src/verify/proofs/datagrams.ts'
import { clusterOf, healthy, machines, type Words } from '../cluster/inventory.ts'
import { observed } from './web.ts'

const expectedWith = (service: Words) =>
  expectedOf(clusterOf(machines({ ...healthy, services: [{ port: 53, ...service }] })), new Map())
const serviceWith = (service: Words) => expectedWith(service).vips[0]?.services[0]
const dns = (check: Words = {}): Words => ({ protocol: 'udp', check: { type: 'dns', ...check } })

describe('what a client of a service of UDP asks for', () => {
  it('is the name that its check asks for, byte by byte as RFC 1035 has it', () => {
    const named = serviceWith(dns({ name: 'www.lake.example', record: 'A' }))?.datagram
    expect(named?.sent).toBe('75650100000100000000000003777777046c616b65076578616d706c650000010001')
    expect(serviceWith(dns())?.datagram?.sent).toBe('75650100000100000000000000' + '0006' + '0001')
    expect(serviceWith(dns({ name: 'a.', record: 'AAAA' }))?.datagram?.sent.slice(24)).toBe('016100001c0001')
  })

  it('is answered by what is no error, whatever else it holds', () => {
    const asked = serviceWith(dns())?.datagram
    if (!asked) throw new Error('nothing is asked')
    const answers = ['75658180000100', '75658580', '75650100', '75658183', '00008180', '7565', '', undefined]
    expect(answers.map((one) => isAnswered(asked, one))).toEqual([
      ...[true, true, false, false, false, false, false, false],
    ])
  })

  it('is what its check sends, where that has to be answered', () => {
    const udp = (check: Words) => serviceWith({ protocol: 'udp', check: { type: 'udp', ...check } })?.datagram
    expect(udp({ payload: 'ping\n', reply: true })).toEqual({ sent: '70696e670a', mask: '', value: '' })
    expect(udp({ payload: 'ping' })).toBe(undefined)
    expect(udp({ reply: true })).toBe(undefined)
    expect(serviceWith({ protocol: 'udp', check: { type: 'ping' } })?.datagram).toBe(undefined)
    expect(serviceWith(dns({ port: 5300 }))?.datagram).toBe(undefined)
    expect(serviceWith({ check: { type: 'dns' } })?.datagram).toBe(undefined)
  })

  it('is a connection of TCP under IPVS, where no page is asked for', () => {
    expect(serviceWith({ check: { type: 'tcp' } })?.connects).toBe(true)
    expect(serviceWith({ check: { type: 'smtp' } })?.connects).toBe(true)
    expect(serviceWith({ check: { type: 'http' } })?.connects).toBe(undefined)
    expect(serviceWith(dns())?.connects).toBe(undefined)
  })
})

describe('the proof that a client is answered', () => {
  const cluster = expectedWith(dns({ name: 'lake.example' }))
  const [vip] = cluster.vips
  const datagram = vip?.services[0]?.datagram
  const said = (reading: DatagramReading, observer: string | undefined = 'client') => {
    if (!vip || !datagram) throw new Error('nothing is asked')
    const query = answersTo({ address: vip.address, port: 53 }, datagram, 4)
    return datagramProofs(cluster, {
      ...{ members: new Map(), off: new Set(), atDirectors: new Map() },
      observer: observer === 'nobody' ? undefined : observer,
      outside: observed([query, reading]),
    }).map(({ subject, verdict, seen }) => [subject, verdict, seen])
  }

  it('holds where all questions are answered, and only then', () => {
    expect(said({ asked: 4, answered: 4 })).toEqual([
      [`${vip?.address} port 53/udp`, 'pass', '4 of 4 answered, asked from client'],
    ])
    expect(said({ asked: 4, answered: 2 })[0]?.[1]).toBe('fail')
    expect(said({ asked: 4, answered: 0 })[0]?.[1]).toBe('fail')
  })

  it('says what is not known', () => {
    expect(said(undefined)[0]?.slice(1)).toEqual(['unknown', 'client has no bash'])
    expect(said({ asked: 4, answered: 0 }, 'nobody')[0]?.[1]).toBe('unknown')
    expect(said({ asked: 4, answered: 1 }, 'nobody')[0]?.[1]).toBe('fail')
  })
})
