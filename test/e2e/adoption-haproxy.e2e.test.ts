import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { certificateFor } from '../certificates.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { recapsOf } from './events.ts'
import { type Ran, understudy } from './understudy.ts'

const network = '10.89.8'
const [one, two] = [`${network}.200`, `${network}.201`]
const password = 'k33pS4fe'

const instance = (address: string, vrid: number, owner: string, self: string) => `
vrrp_instance site_${vrid} {
    state ${owner === self ? 'MASTER' : 'BACKUP'}
    interface vec0
    virtual_router_id ${vrid}
    priority ${owner === self ? 120 : 80}
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass ${password}
    }
    virtual_ipaddress {
        ${address}/24 dev vec0 label vec0:${vrid}
    }
    virtual_routes {
        10.99.${vrid}.0/24 via ${network}.1 dev vec0
    }
    virtual_rules {
        from 10.99.${vrid}.0/24 table 254 priority ${1000 + vrid}
    }
    track_script {
        haproxy_lives
    }
}
`

/** Two masters, each with a VIP. */
const keepalivedByHand = (self: string) => `global_defs {
    router_id ${self}
    script_user root
    enable_script_security
}
vrrp_script haproxy_lives {
    script "/usr/bin/pgrep -x haproxy"
    interval 2
    weight -60
}
${instance(one, 41, 'd1', self)}${instance(two, 42, 'd2', self)}`

const servers = (port: number, ...hosts: readonly string[]) =>
  hosts
    .map((host) => `    server ${host} ${network}.${host.replace('rs', '2')}:${port} cookie ${host} check`)
    .join('\n')

const backend = (name: string, port: number, ...hosts: readonly string[]) => `backend ${name}
    balance leastconn
    option httpchk GET /index.html
    cookie SITE insert indirect nocache
${servers(port, ...hosts)}
`

const haproxyByHand = `global
    log /dev/log local0
    user haproxy
    group haproxy
    daemon
defaults
    mode http
    log global
    option httplog
    option dontlognull
    timeout connect 5s
    timeout client 50s
    timeout server 50s
frontend web
    bind *:80
    bind *:443 ssl crt /etc/haproxy/site.pem
    http-request redirect scheme https code 301 unless { ssl_fc }
    http-response set-header Strict-Transport-Security max-age=600
    acl shop hdr(host) -i shop.example.org
    acl api path /api.html
    acl api path_beg /api/
    use_backend programs if shop api
    use_backend shop if shop
    default_backend pages
${backend('pages', 80, 'rs1', 'rs2')}${backend('shop', 8081, 'rs1', 'rs2')}${backend('programs', 8082, 'rs2')}`

/** Pages by nginx of one's own, a port for each backend. */
const pagesByHand = `rm -f /etc/nginx/sites-enabled/default
for port in 80 8081 8082; do
  mkdir -p "/srv/$port/api"; echo "$port" | tee "/srv/$port/index.html" "/srv/$port/api.html" >"/srv/$port/api/list"
  echo "server { listen $port; root /srv/$port; }" >"/etc/nginx/conf.d/by-hand-$port.conf"
done
systemctl enable -q nginx; systemctl restart nginx`

/** What clients ask for, and which port of the realservers it comes from. */
const asked = [
  ['www.example.org', '/', 80],
  ['shop.example.org', '/', 8081],
  ['shop.example.org', '/api/list', 8082],
  ['www.example.org', '/api.html', 80],
] as const

let cluster: TestCluster
beforeAll(async () => {
  // Somebody else has installed them before we come.
  const packages = ['keepalived', 'haproxy', 'nginx', 'curl']
  cluster = await startCluster('haproxy-dual-master', network, { images: { d2: 'trixie' }, packages })
  const { certificate, key } = certificateFor({ names: ['www.example.org', 'shop.example.org'] })
  const director = (name: string) =>
    cluster.on(
      name,
      `cat >/etc/keepalived/keepalived.conf <<'CONF'
${keepalivedByHand(name)}CONF
cat >/etc/haproxy/haproxy.cfg <<'CONF'
${haproxyByHand}CONF
(umask 077; cat >/etc/haproxy/site.pem <<'PEM'
${certificate}
${key}
PEM
)
systemctl enable -q haproxy keepalived; systemctl restart haproxy keepalived`,
    )
  await Promise.all(['rs1', 'rs2'].map((name) => cluster.on(name, pagesByHand)))
  await Promise.all(['d1', 'd2'].map(director))
  for (const vip of [one, two])
    await cluster.on(
      'client',
      `for i in $(seq 60); do curl -skfm 1 https://${vip}/ && exit; sleep 1; done; exit 1`,
    )
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

it('an HAProxy by names, paths, cookies and TLS is taken over without a failed request', async () => {
  const directory = join(cluster.scratch, 'adopted')
  const ours = (...words: readonly string[]): Promise<Ran> =>
    understudy([...words, '-F', cluster.lab.sshConfigPath])
  const adopted = await ours('adopt', 'd1', 'd2', 'rs1', 'rs2', '--user', 'root', '-o', directory)
  expect(adopted.status, adopted.stdout + adopted.stderr).toBe(0)
  expect(adopted.stdout).not.toContain(password)
  const inventory = join(directory, 'hosts.yaml')
  const { cluster: written } = parse(readFileSync(inventory, 'utf8')).all.vars
  expect(written).toMatchObject({
    balancer: 'haproxy',
    vips: [
      { address: `${one}/24`, vrid: 41, owner: 'd1', routes: [{}], rules: [{}] },
      { address: `${two}/24`, vrid: 42, owner: 'd2', routes: [{}], rules: [{}] },
    ],
    vrrp: { auth_pass: password },
    services: [
      { port: 80, redirect: 'https' },
      {
        ...{ port: 443, pool: 'pages', sticky: { cookie: 'SITE' }, tls: { hsts: { max_age: 600 } } },
        routes: [
          { hosts: ['shop.example.org'], path: '/api.html', exact: true, pool: 'programs' },
          { hosts: ['shop.example.org'], path: '/api/', pool: 'programs' },
          { hosts: ['shop.example.org'], pool: 'shop' },
        ],
      },
    ],
    pools: { programs: { port: 8082, realservers: 'programs' }, shop: { port: 8081 } },
  })

  const playbook = ['-i', inventory, join(directory, 'site.yaml'), '--json']
  const planned = await ours('plan', ...playbook)
  expect(planned.status, planned.stdout + planned.stderr).toBe(2)
  expect(planned.stdout).not.toContain(password)
  // As long as nobody takes the file away, and no longer than a minute or two.
  const asking = [one, two].map((vip) =>
    cluster.on(
      'client',
      `touch asking; n=0 bad=0
while [ -e asking ] && [ "$n" -lt 1200 ]; do
${asked
  .map(
    ([host, path, port]) =>
      `  n=$((n + 1)); [ "$(curl -skm 3 --resolve ${host}:443:${vip} https://${host}${path})" = ${port} ] || { bad=$((bad + 1)); date +"%T ${host}${path}"; }`,
  )
  .join('\n')}
  n=$((n + 1)); [ "$(curl -sm 3 -o /dev/null -w '%{http_code} %{redirect_url}' --resolve www.example.org:80:${vip} http://www.example.org/a)" = '301 https://www.example.org/a' ] || bad=$((bad + 1))
  sleep 0.1
done; echo "$n asked, $bad failed"`,
    ),
  )
  const applied = await ours('apply', ...playbook, '--no-verify')
  await cluster.on('client', 'sleep 2; rm -f asking')
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
  for (const told of await Promise.all(asking)) expect(told).toMatch(/^[1-9]\d+ asked, 0 failed$/)
  const after = recapsOf(await ours('plan', ...playbook))
  expect(after.map(({ host, changed }) => [host, changed]).toSorted()).toEqual(
    ['d1', 'd2', 'rs1', 'rs2'].map((host) => [host, 0]),
  )
})
