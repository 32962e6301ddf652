import { join, resolve } from 'node:path'
import { clusterVariables, type Member } from '../../src/cluster/index.ts'
import { secretReads } from '../../src/config/secret-reads.ts'
import { createTemplates } from '../../src/config/templates/render.ts'
import { textOf } from '../../src/model/marked.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'

const templates = resolve(import.meta.dirname, '../../templates')

/** What a template of ours makes of these variables. */
export function render(name: string, variables: object): string {
  const marked = createTemplates(secretReads()).render(join(templates, name), {
    has: (variable) => variable in variables,
    names: () => Object.keys(variables),
    read: (variable) => (variables as Words)[variable],
  })
  return textOf(marked)
}

const realservers = {
  rs1: factsWith('eth0 10.77.0.21/24', 'eth0 fd00::21/64'),
  rs2: factsWith('eth0 10.77.0.22/24', 'eth0 fd00::22/64'),
}

/** The keepalived.conf of a director, whose interface has this name. */
export function keepalivedConf(host: string, members: readonly Member[], name = 'eth0'): string {
  const known = knowing({
    d1: factsWith(`${name} 10.77.0.11/24`, `${name} fd00::11/64`),
    d2: factsWith(`${name} 10.77.0.12/24`, `${name} fd00::12/64`),
    ...realservers,
  })
  return render('keepalived.conf.hbs', clusterVariables([clusterOf(members)], known, host))
}

/** What a director's role of the balancer gives its template; not spread, as some variables wait for facts. */
function balancerVariables(members: readonly Member[], own: Words): object {
  const known = knowing({ d1: factsWith('eth0 10.77.0.11/24'), ...realservers })
  return Object.assign(clusterVariables([clusterOf(members)], known, 'd1'), own)
}

/** The nginx.conf of a director; streams need a module, whose path it is told. */
export function balancerNginxConf(members: readonly Member[], streamModule = ''): string {
  return render(
    'balancer.nginx.conf.hbs',
    balancerVariables(members, {
      nginx_user: 'www-data',
      stream_module: streamModule,
      brotli_module: '',
      sorry_root: '/var/www/understudy-sorry',
      ...{ inventory_hostname: 'd1', document_root: '/var/www/understudy' },
    }),
  )
}

/** The haproxy.cfg of a director. */
export function haproxyCfg(members: readonly Member[], stats: Words = { port: 0 }): string {
  return render(
    'haproxy.cfg.hbs',
    balancerVariables(members, {
      haproxy_socket: '/run/haproxy/admin.sock',
      sorry_root: '/var/www/understudy-sorry',
      stats,
    }),
  )
}

/** What HAProxy of a director asks how realservers are. */
export function answerCheck(members: readonly Member[]): string {
  return render('answer-check.hbs', balancerVariables(members, {}))
}

/** A cluster that uses every word. */
export const everything = {
  ...healthy,
  vips: [
    { address: '10.77.0.100', vrid: 77, owner: 'd2', name: 'front', label: 'web', together: 'site' },
    { address: '10.77.0.101/24', vrid: 78, services: [{ port: 25, check: { type: 'tcp' } }] },
    {
      address: 'fd00::100',
      vrid: 77,
      owner: 'd2',
      together: 'site',
      services: [
        {
          port: 80,
          check: {
            type: 'http',
            host: 'example.org',
            body: 'well\n',
            regex: '^"state":\\s*"(?:ok|up)"(?!#)',
            regex_options: ['caseless', 'multiline'],
            also: [
              { path: '/db', status: ['200-299', 304], digest: 'D41D8CD98F00B204E9800998ECF8427E' },
              { path: '/jobs', regex: 'down|late', regex_no_match: true },
            ],
          },
        },
      ],
    },
  ],
  backend: 'none',
  services: [
    {
      port: 443,
      scheduler: 'sh',
      persistence_timeout: 300,
      check: { type: 'https', path: '/up', status: 204 },
      persistence_granularity: '255.255.255.0',
      quorum: 2,
      inhibit_on_failure: true,
      sorry_page: true,
      sorry_server_inhibit: true,
      extra: '    # of whoever needs what has no word',
    },
    { port: 514, protocol: 'udp', check: { type: 'misc', program: '/bin/true' } },
    { port: 53, protocol: 'udp', check: { type: 'tcp', port: 5353, interval: 0.5 } },
    { port: 54, protocol: 'udp', one_packet: true, check: { type: 'dns', name: 'example.org', record: 'A' } },
    { port: 5060, protocol: 'udp', check: { type: 'udp', payload: 'ping', reply: true, port: 5061 } },
    { port: 587, quorum: 2, hysteresis: 1, check: { type: 'smtp', helo: 'd1.example.org' } },
  ],
  connection_sync: true,
  ipvs_timeouts: { tcp: 600, tcp_fin: 60, udp: 30 },
  vrrp: {
    advert_interval: 0.25,
    preempt: false,
    unicast: true,
    garp_refresh: 0,
    bfd: [{ neighbor: '10.77.0.1' }],
  },
}

/** The variables of nginx.conf on a realserver. */
export function nginxVariables(words: Words): object {
  // Not spread: some variables wait for facts that no template here reads.
  return Object.assign(clusterVariables([clusterOf(machines(words))], knowing(realservers), 'rs1'), {
    inventory_hostname: 'rs1',
    document_root: '/var/www/understudy',
    nginx_user: 'www-data',
  })
}
