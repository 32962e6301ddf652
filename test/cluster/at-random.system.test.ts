import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import { needs } from '../needs.ts'
import { thorough } from '../thorough.ts'
import { clusterOf, factsWith, knowing } from './inventory.ts'
import { randomCluster } from './random-cluster.ts'
import { render } from './rendered.ts'

needs('root', 'nginx', 'haproxy', 'keepalived', 'a2enmod')

/** For more of them: `UNDERSTUDY_CLUSTERS=500 UNDERSTUDY_CLUSTERS_SEED=1000`. */
const first = Number(process.env.UNDERSTUDY_CLUSTERS_SEED ?? 1)
const count = Number(process.env.UNDERSTUDY_CLUSTERS ?? (thorough ? 200 : 3))

/** keepalived looks for the interface, so it has to be one of this computer. */
const device = Object.keys(networkInterfaces()).find((name) => name !== 'lo') ?? 'eth0'
/** nginx speaks of nothing but HTTP without it. */
const streams = ['/usr/lib/nginx/modules', '/usr/lib64/nginx/modules']
  .map((place) => `${place}/ngx_stream_module.so`)
  .find((path) => existsSync(path))

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-random-'))
  chmodSync(folder, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Program {
  readonly name: string
  readonly command: readonly string[]
  readonly template: string
}
const programs = {
  keepalived: { name: 'keepalived', command: ['keepalived', '-t', '-f'], template: 'keepalived.conf.hbs' },
  balancer: { name: 'nginx', command: ['nginx', '-t', '-q', '-c'], template: 'balancer.nginx.conf.hbs' },
  pages: { name: 'nginx', command: ['nginx', '-t', '-q', '-c'], template: 'nginx.conf.hbs' },
  haproxy: { name: 'HAProxy', command: ['haproxy', '-c', '-q', '-dW', '-f'], template: 'haproxy.cfg.hbs' },
  apache: { name: 'Apache', command: ['apache2', '-t', '-f'], template: 'apache.conf.hbs' },
  notify: { name: 'sh', command: ['sh', '-n'], template: 'notify.hbs' },
  ownCheck: { name: 'sh', command: ['sh', '-n'], template: 'check-service.hbs' },
  balancerCheck: { name: 'sh', command: ['sh', '-n'], template: 'check-balancer.hbs' },
  answers: { name: 'sh', command: ['sh', '-n'], template: 'answer-check.hbs' },
} satisfies Record<string, Program>

/** What a program says of a configuration whose files are in our folder; nothing of a good one. */
function says(command: readonly string[], text: string): string {
  const path = join(folder, 'configuration')
  const here = text
    .replaceAll(/\/etc\/(nginx|haproxy)\/understudy/g, `${folder}$&`)
    .replaceAll(/\/var\/www\/understudy-sorry\/[a-z0-9.-]*/g, '/dev/null')
    .replaceAll(/(script|notify\w*) "\/[^ "]*/g, '$1 "/bin/true')
    .replace('/run/nginx.pid', `${folder}/pid`)
  writeFileSync(path, here)
  const [program = '', ...words] = command
  const { stdout, stderr, status, signal } = spawnSync(program, [...words, path], { encoding: 'utf8' })
  // Some builds of keepalived 2.2.7 end a good test with SIGTERM.
  const isWell = status === 0 || signal === 'SIGTERM'
  const said = `${stdout}${stderr}${isWell ? '' : `status ${status ?? signal}`}`.trim()
  return said === 'Syntax OK' ? '' : said
}

/** What runs on a machine, of what is written for it here. */
function programsOn(
  host: string,
  { balancer, backend = 'nginx', notify }: Record<string, unknown>,
  { tracking, own_checks, answers_checks }: Record<string, unknown>,
): readonly Program[] {
  const isDirector = host.startsWith('d')
  const serves = host.startsWith('rs') || (isDirector && balancer === 'none')
  return [
    ...(isDirector ? [programs.keepalived] : []),
    ...(isDirector && balancer === 'nginx' ? [programs.balancer] : []),
    ...(isDirector && balancer === 'haproxy' ? [programs.haproxy] : []),
    ...(serves && backend === 'nginx' ? [programs.pages] : []),
    ...(serves && backend === 'apache' ? [programs.apache] : []),
    ...(isDirector && notify ? [programs.notify] : []),
    ...(isDirector && (own_checks as readonly { ask: unknown }[]).some(({ ask }) => ask)
      ? [programs.ownCheck]
      : []),
    ...(isDirector && tracking ? [programs.balancerCheck] : []),
    ...(isDirector && answers_checks ? [programs.answers] : []),
  ]
}

describe('a cluster made by chance in which lint finds nothing wrong', () => {
  it.each(Array.from({ length: count }, (_, index) => first + index))(
    'is accepted by its programs: %i',
    (seed) => {
      const { members, words } = randomCluster(seed, { streams: streams !== undefined })
      const cluster = clusterOf(members)
      const last = (address: string) => Number(/\d+$/.exec(address)?.[0])
      const known = knowing(
        Object.fromEntries(
          members.map(({ name, address }) => [
            name,
            factsWith(`${device} 10.77.0.${last(address)}/24`, `${device} fd00::${last(address)}/64`),
          ]),
        ),
      )
      const wrong = members.flatMap(({ name: host }) => {
        const variables = Object.assign(clusterVariables([cluster], known, host), {
          inventory_hostname: host,
          nginx_user: 'www-data',
          stream_module: streams ?? '',
          brotli_module: '',
          sorry_root: '/var/www/understudy-sorry',
          document_root: folder,
          haproxy_socket: '/run/haproxy/admin.sock',
          stats: { port: 0 },
          notify_from: `keepalived@${host}`,
          apache_user: 'www-data',
          apache_root: '/etc/apache2',
          apache_logs: '/var/log/apache2',
          apache_pid: `${folder}/apache.pid`,
          apache_modules: '/usr/lib/apache2/modules',
          apache_enabled: ['mods-enabled/*.load', 'mods-enabled/*.conf'],
        })
        for (const { path, chain, key } of variables.tls_files as readonly {
          path: string
          chain: string
          key: string
        }[]) {
          mkdirSync(join(folder, path, '..'), { recursive: true })
          writeFileSync(join(folder, path), `${chain}\n${key}\n`)
        }
        return programsOn(host, words.cluster, variables)
          .map(({ name, command, template }) => ({
            host,
            name,
            said: says(command, render(template, variables)),
          }))
          .filter(({ said }) => said !== '')
      })
      expect(wrong, JSON.stringify(words, withoutPems)).toEqual([])
    },
  )
})

function withoutPems(_: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('-----BEGIN') ? 'PEM' : value
}
