import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { vocabulary } from '../../src/cluster/index.ts'
import { complaintsAbout } from '../schemas/judge.ts'

/** Where a value is wrong. What editors are told is never stricter. */
const wrong = (value: unknown, part: keyof typeof vocabulary = 'cluster') => {
  const paths = vocabulary[part].safeParse(value).error?.issues.map(({ path }) => path.join('.')) ?? []
  if (paths.length === 0) expect(complaintsAbout('variables', { [part]: value })).toEqual([])
  return paths
}

const cluster = (changes: object) => ({
  vips: [{ address: '10.0.0.100', vrid: 1 }],
  services: [{ port: 80 }],
  ...changes,
})

describe('the vocabulary', () => {
  it('fills in every default', () => {
    expect(vocabulary.cluster.parse(cluster({}))).toEqual({
      name: 'cluster',
      balancer: 'ipvs',
      backend: 'nginx',
      directors: 'directors',
      realservers: 'realservers',
      clients: 'clients',
      vips: [{ address: '10.0.0.100', vrid: 1, also: [], vmac: false, routes: [], rules: [] }],
      applications: [],
      connection_sync: false,
      hosts_entries: false,
      ssh_trust: false,
      ipvsadm_rules: false,
      extra: {},
      source: {},
      pools: {},
      services: [
        {
          port: 80,
          also: [],
          protocol: 'tcp',
          mode: 'http',
          routes: [],
          one_packet: false,
          quorum: 1,
          hysteresis: 0,
          inhibit_on_failure: false,
          sorry_page: false,
          sorry_server_inhibit: false,
          tunnel_timeout: 3600,
          streams: [],
          compress: false,
          security_headers: false,
          forwarding: 'dr',
          scheduler: 'wrr',
          check: {
            type: 'http',
            path: '/',
            also: [],
            status: 200,
            regex_no_match: false,
            interval: 2,
            timeout: 2,
            retries: 2,
            retry_delay: 1,
          },
        },
      ],
      vrrp: {
        version: 3,
        profile: 'default',
        preempt: true,
        preempt_delay: 0,
        unicast: false,
        bfd: [],
        peers: [],
        garp_refresh: 10,
        track: { interval: 2, fall: 2, rise: 2 },
      },
    })
  })

  it.each([
    ['vip', cluster({ vip: '10.0.0.100' }), ''],
    ['a vrid of 256', cluster({ vips: [{ address: '10.0.0.100', vrid: 256 }] }), 'vips.0.vrid'],
    ['an address of three parts', cluster({ vips: [{ address: '10.0.100', vrid: 1 }] }), 'vips.0.address'],
    ['a prefix of 33', cluster({ vips: [{ address: '10.0.0.1/33', vrid: 1 }] }), 'vips.0.address'],
    ['masquerading', cluster({ services: [{ port: 80, forwarding: 'masq' }] }), 'services.0.forwarding'],
    [
      'a check of another type',
      cluster({ services: [{ port: 80, check: { type: 'icmp' } }] }),
      'services.0.check.type',
    ],
    [
      'a status of a tcp check',
      cluster({ services: [{ port: 80, check: { type: 'tcp', status: 200 } }] }),
      'services.0.check',
    ],
    ['version 4', cluster({ vrrp: { version: 4 } }), 'vrrp.version'],
    ['no VIPs', cluster({ vips: [] }), 'vips'],
  ])('refuses %s', (_, value, path) => {
    expect(wrong(value)).toEqual([path])
  })

  it('lets nothing into a configuration file that could end a line or a word', () => {
    const nasty = fc.constantFrom('\n', ' ', '"', "'", '{', '}', ';', '#', '$(reboot)', '\\')
    const around = fc.tuple(fc.string({ maxLength: 3 }), nasty, fc.string({ maxLength: 3 }))
    fc.assert(
      fc.property(around, (parts) => {
        const text = parts.join('')
        expect(wrong(cluster({ name: text }))).toEqual(['name'])
        expect(wrong({ router_id: text }, 'director')).toEqual(['router_id'])
        expect(wrong({ interface: text }, 'director')).toEqual(['interface'])
        expect(wrong({ address: text }, 'realserver')).toEqual(['address'])
        expect(wrong(cluster({ vips: [{ address: text, vrid: 1 }] }))).toEqual(['vips.0.address'])
        const host = cluster({ services: [{ port: 80, check: { type: 'http', host: text } }] })
        expect(wrong(host)).toEqual(['services.0.check.host'])
      }),
    )
  })

  it.each(['/a b', '/a"b', '/a\nb', '/a\\b', '/a#b', '/a!b', '/{', '/$a', 'a', ''])(
    'refuses %j as the path of a page',
    (path) => {
      expect(wrong(cluster({ services: [{ port: 80, check: { type: 'http', path } }] }))).toEqual([
        'services.0.check.path',
      ])
    },
  )
})
