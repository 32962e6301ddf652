/** An edit of an inventory as it was first applied. */
type Edit = (text: string) => string

/** A change of which a client may feel something: of the inventory, and of a playbook of its own where it has one. */
export interface MeasuredChange {
  readonly is: string
  readonly edit: Edit
  readonly playbook?: string
}

/** A cluster that is changed while somebody asks it. */
export interface MeasuredCluster {
  readonly is: string
  readonly inventory: string
  readonly network: string
  /** How it differs from the packaged one. */
  readonly first: Edit
  /** The last numbers of the VIPs that are asked. */
  readonly vips: readonly number[]
  readonly changes: readonly MeasuredChange[]
}

const same: Edit = (text) => text
const change = (is: string, edit: Edit, playbook?: string): MeasuredChange => ({
  is,
  edit,
  ...(playbook === undefined ? {} : { playbook }),
})

/** Words of the cluster, of its only service, and of a service more. */
const told = (words: string) => (text: string) =>
  text.replace('      name: web\n', `      name: web\n      ${words}\n`)
const vrrp = (words: string) => told(`vrrp: ${words}`)
const service = (words: string) => (text: string) =>
  text.replace(/( {10}scheduler: .*\n)/, `$1          ${words}\n`)
const port = (words: string) => (text: string) =>
  text.replace('      services:\n', `      services:\n        - ${words}\n`)
const tls = (name: string) =>
  `{ port: 443, backend_port: 80, check: { type: http, path: /health }, tls: { certificates: [{ certificate: tls/${name}.pem, key: tls/${name}.key }] } }`

/** What is as well with each balancer, of two VIPs of which each director owns one. */
const owners = [
  change('an owner that is another', (text) => text.replace('vrid: 52, owner: d2', 'vrid: 52, owner: d1')),
  change('an owner that is the first again', same),
]
const spoken = [
  change('another VRID', (text) => text.replace('vrid: 52', 'vrid: 62')),
  change('the VRID it had', same),
  change('another interval', vrrp('{ advert_interval: 0.5 }')),
  change('a password', vrrp('{ version: 2, auth_type: PASS, auth_pass: hunter22 }')),
  change('another password', vrrp('{ version: 2, auth_type: PASS, auth_pass: hunter33 }')),
  change('VRRP 3 without a password', same),
  change('unicast', vrrp('{ unicast: true }')),
  change('multicast', same),
  change('nobody who preempts', vrrp('{ preempt: false }')),
  change('another time of announcing VIPs again', vrrp('{ garp_refresh: 20 }')),
]
const tracked = [
  change('a track script that asks at other times', vrrp('{ track: { interval: 1, fall: 3 } }')),
  change('a process that is tracked instead of a script', vrrp('{ track: { by: process } }')),
  change('a script that is tracked again', same),
]
const moreVips = (network: string) => [
  change('a VIP more', (text) =>
    text.replace(
      /( *)- \{ address: .*owner: d2 \}\n/,
      `$&$1- { address: ${network}.102, vrid: 53, owner: d1 }\n`,
    ),
  ),
  change('a VIP less', same),
]
const realservers = [
  change('a realserver less', (text) => text.replace(/ {8}rs2: .*\n/, '')),
  change('a realserver more', same),
  change('another weight', (text) => text.replace(/(rs2: \{.*) \}/, '$1, realserver: { weight: 3 } }')),
]
const ports = (words = 'check: { type: http, path: /health }') => [
  change('a port more', port(`{ port: 8080, backend_port: 80, ${words} }`)),
  change('a port less', same),
]
const ofRealservers = [
  change(
    'a site of nginx on realservers',
    told('extra: { realservers: { server: "add_header X-Site two;" } }'),
  ),
  change(
    'a sysctl, of a playbook',
    same,
    '- hosts: directors\n  tasks:\n    - sysctl: { name: net.core.somaxconn, value: 2048 }\n',
  ),
]
const withTls = [change('TLS', port(tls('www'))), change('another certificate', port(tls('shop')))]
const otherTimes: Edit = (text) =>
  text.replace('interval: 1, timeout: 1, retries: 1', 'interval: 2, timeout: 2, retries: 3')
const ofRestarts = (...programs: readonly string[]) =>
  programs.map((program) =>
    change(
      `${program} of the directors restarted, by a playbook`,
      same,
      `- hosts: directors\n  serial: 1\n  tasks:\n    - shell: { command: systemctl restart ${program}, always: true }\n`,
    ),
  )

const haproxy: MeasuredCluster = {
  is: 'HAProxy',
  inventory: 'haproxy-dual-master',
  network: '10.94.0',
  first: same,
  vips: [100, 101],
  changes: [
    ...owners,
    ...spoken,
    ...tracked,
    ...moreVips('10.94.0'),
    ...realservers,
    change('another scheduler', (text) => text.replace('scheduler: wrr', 'scheduler: lc')),
    change('another check', otherTimes),
    change('options of the balancer', service('answer_timeout: 20')),
    change('headers and compression', service('compress: true\n          security_headers: true')),
    change('lines of haproxy.cfg by hand', told('extra: { haproxy: { defaults: "option dontlognull" } }')),
    ...ports(),
    ...withTls,
    ...ofRealservers,
  ],
}

/** Only HAProxy has a page about itself. */
const withoutStats: Edit = (text) => text.replace(/ {6}vars:\n(?: {8}.*\n)+/, '')

const nginx: MeasuredCluster = {
  is: 'nginx',
  inventory: 'haproxy-dual-master',
  network: '10.94.2',
  first: (text) =>
    withoutStats(text).replace('balancer: haproxy', 'balancer: nginx').replace('path: /health, ', ''),
  vips: [100, 101],
  changes: [
    ...owners,
    ...spoken,
    ...tracked,
    ...moreVips('10.94.2'),
    ...realservers,
    change('another scheduler', (text) => text.replace('scheduler: wrr', 'scheduler: lc')),
    change('another check', otherTimes),
    change('options of the balancer', service('answer_timeout: 20\n          max_body: 20m')),
    change('a cookie by which clients come back', service('sticky: {}')),
    change('what one client may take', service('limits: { requests: 500 }')),
    change('headers and compression', service('compress: true\n          security_headers: true')),
    change('lines of nginx.conf by hand', told('extra: { nginx: { http: "server_tokens off;" } }')),
    change('no page of its own', (text) => text.replace(/ {10}sorry_page: .*\n/, '')),
    ...ports('check: { type: http }'),
    ...withTls.map((one) => ({
      ...one,
      edit: (text: string) => one.edit(text).replace(', path: /health }, tls', ' }, tls'),
    })),
    ...ofRealservers,
    ...ofRestarts('nginx', 'keepalived'),
  ],
}

const ofTable = [
  change('another scheduler', (text) => text.replace(/scheduler: w?rr/, 'scheduler: lc')),
  change('persistence', service('persistence_timeout: 60')),
  change(
    'persistence of networks',
    service('persistence_timeout: 60\n          persistence_granularity: 255.255.255.0'),
  ),
  change('who is not well stays in the table', service('inhibit_on_failure: true')),
  change('a quorum', service('quorum: 2')),
  change('connections told to the other director', (text) =>
    text.includes('connection_sync')
      ? text.replace('connection_sync: true', 'connection_sync: false')
      : told('connection_sync: true')(text),
  ),
  change('connections told as before', same),
  change('another time of forgetting connections', told('ipvs_timeouts: { tcp: 600 }')),
]

const ipvs: MeasuredCluster = {
  is: 'IPVS, direct routing',
  inventory: 'haproxy-dual-master',
  network: '10.94.3',
  first: (text) => withoutStats(text).replace('      balancer: haproxy\n', ''),
  vips: [100, 101],
  changes: [
    ...owners,
    ...spoken,
    ...moreVips('10.94.3'),
    ...realservers,
    ...ofTable,
    change('another check', otherTimes),
    change('a check of connections alone', (text) => text.replace('type: http, path: /health', 'type: tcp')),
    change('no page of its own', (text) => text.replace(/ {10}sorry_page: .*\n/, '')),
    change('a page of its own', same),
    change('two ports that are one service', service('also: [8080]')),
    change('one port again', same),
    change('tunnels', service('forwarding: tun')),
    change('direct routing', same),
    ...ports().map((one) => ({
      ...one,
      edit: (text: string) => one.edit(text).replace('port: 8080, backend_port: 80', 'port: 81'),
    })),
    ...ofRealservers,
    ...ofRestarts('keepalived'),
  ],
}

const nat: MeasuredCluster = {
  is: 'IPVS, address translation',
  inventory: 'lvs-nat',
  network: '10.94.4',
  // Whoever asks is a neighbour of the realservers, at the lab's gateway.
  first: (text) =>
    text
      .replace('clients: [', 'clients: [10.94.4.1/32, ')
      .replace('path: /health }', 'path: /health, interval: 1, timeout: 1, retries: 1 }'),
  vips: [100],
  changes: [
    change('an owner that is another', (text) => text.replace('owner: d1', 'owner: d2')),
    change('an owner that is the first again', same),
    ...spoken.map((one) => ({
      ...one,
      edit: (text: string) =>
        one.edit(text).replace('vrid: 77', one.is === 'another VRID' ? 'vrid: 78' : 'vrid: 77'),
    })),
    ...realservers,
    ...ofTable,
    change('another check', otherTimes),
    change('more clients', (text) => text.replace('clients: [', 'clients: [10.94.4.9/32, ')),
    change('the clients it had', same),
    ...ports().map((one) => ({
      ...one,
      edit: (text: string) =>
        one
          .edit(text)
          .replace('port: 8080, backend_port: 80,', 'port: 81, backend_port: 8080, forwarding: nat,'),
    })),
    change('another gateway', (text) => text.replace('gateway: 10.94.4.99', 'gateway: 10.94.4.98')),
    change('the gateway it had', same),
    change('another port of realservers', (text) => text.replace('backend_port: 8080', 'backend_port: 8081')),
    change('the port they had', same),
    ...ofRealservers,
    ...ofRestarts('keepalived'),
  ],
}

const alone: MeasuredCluster = {
  is: 'machines that serve themselves',
  inventory: 'two-machines',
  network: '10.94.5',
  // The second VIP is the other machine's.
  first: (text) =>
    text.replace(/owner: d1 #.*\n/, '$&        - { address: 10.94.5.101, vrid: 52, owner: d2 }\n'),
  vips: [100, 101],
  changes: [
    ...owners,
    ...spoken,
    ...moreVips('10.94.5'),
    change('another check', (text) =>
      text.replace('path: /health }', 'path: /health, interval: 1, timeout: 1 }'),
    ),
    change('a check of connections alone', (text) => text.replace('type: http, path: /health', 'type: tcp')),
    change('a check of a program', (text) =>
      text.replace('type: http, path: /health', 'type: misc, program: /bin/true'),
    ),
    change('the check it had', same),
    change('a port more', port('{ port: 8080, check: { type: tcp } }')),
    change('a port less', same),
    ...withTls.map((one) => ({
      ...one,
      edit: (text: string) =>
        one.edit(text).replace('backend_port: 80, check: { type: http,', 'check: { type: https,'),
    })),
    change('no TLS', same),
    change('names of each other', told('hosts_entries: true')),
    change('PHP', told('php: true')),
    change('no PHP', same),
    change('a site of nginx', told('extra: { realservers: { server: "add_header X-Site two;" } }')),
    change('Apache instead of nginx', (text) => text.replace('backend: nginx', 'backend: apache')),
    change('nginx again', same),
    change('a server of the user', (text) => text.replace('backend: nginx', 'backend: none')),
    ...ofRestarts('nginx', 'keepalived'),
  ],
}

/** Each kind of balancer, with what is changed of it. */
export const measured: readonly MeasuredCluster[] = [haproxy, ipvs, nat, nginx, alone]
