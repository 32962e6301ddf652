import { describe, expect, it } from 'vitest'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, healthy, machines, member } from './inventory.ts'

describe('the words of a check', () => {
  const checking = (balancer: string, check: object, backend = 'none') =>
    machines({ ...healthy, balancer, backend, services: [{ port: 80, check }] })
  const at = (word: string) => `d1 cluster.services.0.check.${word}`

  it.each([
    ['nginx', { type: 'https' }],
    ['nginx', { type: 'misc', program: '/bin/true' }],
    ['nginx', { type: 'smtp' }],
    ['haproxy', { type: 'udp' }],
    ['haproxy', { type: 'dns' }],
  ])('are of a kind the balancer has, unlike in %s: %o', (balancer, check) => {
    expect(complaint(checking(balancer, check))).toMatchObject({
      severity: 'error',
      message: `${balancer} has no check of the type ${check.type}`,
      at: 'd1 cluster.services.0.check',
    })
  })

  it.each(['ipvs', 'haproxy', 'nginx'])('notice within minutes who is gone, with %s', (balancer) => {
    const said = (check: object) => complaints(checking(balancer, { type: 'tcp', ...check }))
    expect(said({ interval: 60, retries: 3 })).toEqual([])
    expect(said({ interval: 3600 })).toMatchObject([{ severity: 'warning', at: at('interval') }])
    expect(said({ interval: 5, timeout: 5, retries: 9, retry_delay: 30 })).toEqual([
      {
        severity: 'warning',
        message:
          'clients are sent for up to 325 s to a realserver that is gone: interval 5 s + 10 × timeout 5 s + 9 × retry_delay 30 s',
        at: at('retries'),
      },
    ])
  })

  it('give a connection of HAProxy no more than the interval', () => {
    expect(complaint(checking('haproxy', { type: 'tcp', interval: 1, timeout: 2 }))).toEqual({
      severity: 'error',
      message:
        'HAProxy gives the connection of a check no longer than its interval, 1 s, so the timeout of 2 s cannot be kept',
      at: at('timeout'),
    })
    expect(complaints(checking('haproxy', { type: 'tcp', interval: 1, timeout: 1 }))).toEqual([])
    expect(complaints(checking('ipvs', { type: 'tcp', interval: 1, timeout: 2 }))).toEqual([])
  })

  it.each([
    [{ type: 'tcp' }, 2],
    [{ type: 'http', interval: 1 }, 1],
    [{ type: 'ping', interval: 0.5 }, 0.5],
    [{ type: 'tcp', interval: 10 }, 2],
    [{ type: 'tcp', interval: 1, timeout: 3 }, 3],
    [{ type: 'misc', program: '/bin/true', interval: 1.5 }, 1],
    [{ type: 'misc', program: '/bin/true', interval: 0.5 }, 1],
  ])('give an answer no longer than the interval where nobody says how long: %o', (check, timeout) => {
    const [first] = clusterOf(checking('ipvs', check)).vips.flatMap(({ services }) => services)
    expect(first?.check.timeout).toBe(timeout)
  })

  it('give a program of keepalived whole seconds', () => {
    const check = { type: 'misc', program: '/bin/true', timeout: 1.5 }
    expect(complaint(checking('ipvs', check))).toMatchObject({ severity: 'error', at: at('timeout') })
    expect(complaints(checking('ipvs', { ...check, timeout: 3 }))).toEqual([])
  })

  it.each([
    [{ type: 'misc', program: '/bin/true', timeout: 1.5 }, 'timeout'],
    [{ type: 'http', path: '/', digest: 'd41d8cd98f00b204e9800998ecf8427e', body: 'x' }, 'digest'],
    [{ type: 'http', path: '/', regex: '(' }, 'regex'],
  ])('are the same of further ports that are one with a service: %o', (check, word) => {
    const services = [{ port: 80, check: { type: 'tcp' }, also: [{ port: 8443, check }] }]
    expect(complaints(machines({ ...healthy, backend: 'none', services }))).toContainEqual(
      expect.objectContaining({ severity: 'error', at: `d1 cluster.services.0.also.0.check.${word}` }),
    )
  })

  it.each([
    ['digest', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['body', 'well'],
    ['regex', 'well'],
    ['also', [{ path: '/db' }]],
  ])('are kept by keepalived alone: %s', (word, value) => {
    const check = { type: 'http', [word]: value }
    for (const balancer of ['nginx', 'haproxy'])
      expect(complaint(checking(balancer, check))).toMatchObject({ severity: 'error', at: at(word) })
    expect(complaints(checking('ipvs', check))).toEqual([])
  })

  it.each([
    [{ regex: '(well' }, 'error', 'regex', 'this ( is not closed (at its beginning)'],
    [
      { also: [{ path: '/db', regex: 'a**' }] },
      'error',
      'also.0.regex',
      'nothing that * could repeat (after 2 signs)',
    ],
    [{ regex: 'well$' }, 'warning', 'regex', 'does not know where a page ends'],
    [{ regex_no_match: true }, 'error', 'regex_no_match', 'there is no regex'],
    [
      { also: [{ path: '/db', regex_options: ['dotall'] }] },
      'error',
      'also.0.regex_options',
      'there is no regex',
    ],
  ])('are patterns that keepalived can read: %o', (words, severity, word, message) => {
    const found = complaint(checking('ipvs', { type: 'http', ...words }))
    expect(found).toMatchObject({ severity, at: at(word), message: expect.stringContaining(message) })
  })

  it('need a keepalived that was built with regular expressions', () => {
    const built = (configure: readonly string[]) =>
      machines({
        ...healthy,
        services: [{ port: 80, check: { type: 'http', regex: 'well' } }],
        source: { keepalived: { archive: 'keepalived.tar.gz', sha256: '0'.repeat(64), configure } },
      })
    expect(complaint(built([]))).toMatchObject({ severity: 'error', at: 'd1 cluster.source.keepalived' })
    expect(complaints(built(['--enable-regex']))).toEqual([])
  })

  it.each([
    ['digest', (page: object) => page],
    ['also.0.digest', (page: object) => ({ also: [{ path: '/a', ...page }] })],
  ])('say what a page holds once: %s', (place, check) => {
    const twice = { body: 'well', digest: 'd41d8cd98f00b204e9800998ecf8427e' }
    expect(complaint(checking('ipvs', { type: 'http', ...check(twice) }))).toMatchObject({
      severity: 'error',
      at: at(place),
    })
  })

  it('tell verify where the pages of an own server are', () => {
    const own = { type: 'http', path: '/health', status: 204 }
    expect(complaints(checking('nginx', own))).toEqual([])
    expect(complaints(checking('nginx', { ...own, host: 'example.org' }))).toHaveLength(1)
  })

  it.each([
    ['path', '/health'],
    ['status', 204],
    ['host', 'example.org'],
    ['port', 81],
  ])('are doubted where nginx cannot keep them: %s', (word, value) => {
    const check = { type: 'http', [word]: value }
    const found = complaints(checking('nginx', check, 'nginx')).find((one) => one.at === at(word))
    expect(found).toMatchObject({ severity: 'warning' })
    expect(found?.message).toContain('nginx asks realservers for nothing by itself')
    expect(complaints(checking('haproxy', check))).toEqual([])
  })

  it('are not doubted where they are as without them', () => {
    expect(complaints(checking('nginx', { type: 'http', path: '/', status: 200, retry_delay: 3 }))).toEqual(
      [],
    )
    expect(complaints(checking('nginx', { type: 'tcp' }))).toEqual([])
  })

  it('have nginx leave a realserver alone at some time', () => {
    const cluster = { ...healthy, balancer: 'nginx', services: [{ port: 80 }] }
    const never = member('rs1', '10.77.0.21', ['realservers'], { cluster, realserver: { max_fails: 0 } })
    expect(complaint(machines(cluster, [never]))).toEqual({
      severity: 'warning',
      message:
        'nginx never leaves rs1 alone, whatever fails there: while it hangs, each request that falls to it waits for 10 s',
      at: 'rs1 realserver.max_fails',
    })
  })
})
