import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parseDocument } from 'yaml'
import type { TestCluster } from './cluster.ts'
import { proofsOf, wantedOf } from './events.ts'
import { tryingAll } from './in-place.ts'
import { clientsAreKnown, sessionsOutlive } from './who-asks.ts'

/** What an architecture has beside directors and realservers, and how one sees that it works. */
interface Extra {
  /** By which name clients ask, where an address is none of its sites. */
  readonly host?: string
  /** On bare machines. */
  readonly before?: (cluster: TestCluster) => Promise<void>
  /** When the cluster stands. */
  readonly after?: (cluster: TestCluster) => Promise<void>
  /** When d1 has lost its power. */
  readonly withoutD1?: (cluster: TestCluster) => Promise<void>
}

/** Asks again until a text holds what it should, for half a minute. */
async function eventually(ask: () => Promise<string>, pattern: RegExp): Promise<void> {
  for (let round = 0; round < 15 && !pattern.test(await ask()); round++)
    await new Promise((done) => setTimeout(done, 2000))
  expect(await ask()).toMatch(pattern)
}

/** Of HAProxy's page, in this run. */
const pagePassword = randomBytes(8).toString('hex')

const mails = (cluster: TestCluster) =>
  cluster.on('client', 'cat /home/ops/Maildir/new/* 2>/dev/null | grep -E "^(Subject|From|To):"')

/** By the name of the inventory. */
export const extras: Readonly<Record<string, Extra>> = {
  'names-and-paths': { host: 'shop.example.org' },
  vlan: {
    before: async (cluster) => {
      const links = join(cluster.scratch, 'inventory/playbooks/links.yaml')
      const made = await cluster.run(['apply', links, '--json', '--no-verify'])
      expect(made.status, made.stdout + made.stderr).toBe(0)
      const again = await cluster.run(['plan', links, '--json'])
      expect(again.status, again.stdout).toBe(0)
    },
    after: async (cluster) => {
      // The trunk alone: VRRP goes on being heard, and the VIP must go all the same.
      await cluster.lab.cut('d1', 'trunk')
      await eventually(() => cluster.on('d2', 'ip -o -4 address show'), /192\.168\.10\.100\//)
      await eventually(
        () => cluster.on('d1', 'ip -o -4 address show; echo seen'),
        /^(?!.*168\.10\.100\/).*seen$/s,
      )
      await cluster.lab.join('d1', 'trunk')
      expect(await cluster.settled()).toEqual([])
    },
  },
  // Mails go to a real mail server, and a service of the test's own follows the VIP.
  'hot-standby': {
    before: async (cluster) => {
      await cluster.on(
        'client',
        `command -v smtpd >/dev/null || apt-get -qq -y install opensmtpd >/dev/null 2>&1
cat >/etc/smtpd.conf <<'END'
listen on 0.0.0.0
action "keep" maildir "/home/ops/Maildir"
match from any for domain "client" action "keep"
END
echo client.lab >/etc/mailname
systemctl restart opensmtpd`,
      )
      for (const director of ['d1', 'd2'])
        await cluster.on(
          director,
          "printf '[Service]\\nExecStart=sleep infinity\\n' >/etc/systemd/system/stage.service; systemctl daemon-reload",
        )
      const path = join(cluster.scratch, 'inventory/inventory.yaml')
      const inventory = parseDocument(readFileSync(path, 'utf8'))
      inventory.setIn(['all', 'vars', 'cluster', 'notify'], {
        mail: ['ops@client'],
        smtp: `${cluster.address('10.77.0.31')}:25`,
        services: ['stage'],
      })
      writeFileSync(path, inventory.toString())
    },
    after: async (cluster) => {
      const director = async () =>
        (await cluster.on('d1', 'systemctl is-active stage')) === 'active' ? 'd1' : 'd2'
      const holder = await director()
      const other = holder === 'd1' ? 'd2' : 'd1'
      const mail = `From: keepalived@${holder}\nTo: ops@client\nSubject: ${holder} is now master of`
      await eventually(() => mails(cluster), new RegExp(mail))
      expect(await cluster.on(other, 'systemctl is-active stage')).toBe('inactive')
      expect(await cluster.on(other, '/usr/local/lib/understudy/notify --help')).toContain('-m mm|mb')
      // A director whose keepalived is stopped hears nothing any more, and serves nothing any more.
      await cluster.on(holder, 'systemctl stop keepalived')
      await eventually(() => cluster.on(other, 'systemctl is-active stage'), /^active$/)
      await eventually(() => cluster.on(holder, 'systemctl is-active stage'), /^inactive$/)
      await cluster.on(holder, 'systemctl start keepalived')
      await eventually(() => mails(cluster), new RegExp(`Subject: ${holder} is now backup of`))
      // Nobody takes it back as long as the other one is there.
      await cluster.on(other, 'systemctl restart keepalived')
      await eventually(() => cluster.on(holder, 'systemctl is-active stage'), /^active$/)
      await eventually(() => cluster.on(other, 'systemctl is-active stage'), /^inactive$/)
    },
    withoutD1: async (cluster) => {
      await eventually(() => mails(cluster), /Subject: d2 is now master of/)
      await eventually(() => cluster.on('d2', 'systemctl is-active stage'), /^active$/)
    },
  },
  // Names, logins, clocks, and HAProxy's page about itself.
  'haproxy-dual-master': {
    // As it comes along, its page has no password, and is for the machine itself.
    before: async (cluster) => {
      const path = join(cluster.scratch, 'inventory/inventory.yaml')
      const inventory = parseDocument(readFileSync(path, 'utf8'))
      inventory.setIn(['all', 'children', 'directors', 'vars', 'stats'], {
        port: 8404,
        user: 'admin',
        password: pagePassword,
      })
      writeFileSync(path, inventory.toString())
    },
    after: async (cluster) => {
      for (const [from, to] of [
        ['d1', 'd2'],
        ['d2', 'd1'],
      ] as const) {
        expect(await cluster.on(from, `ssh -o BatchMode=yes ${to} uname -n`)).toBe(to)
        expect(await cluster.on(from, 'getent hosts rs2')).toContain(cluster.address('10.77.0.22'))
        await eventually(() => cluster.on(from, 'chronyc -n sources'), /^=/m)
      }
      const page = cluster.address('http://10.77.0.11:8404/')
      const status = (login: string) =>
        cluster.on('client', `curl -s -m 5 -o /dev/null -w '%{http_code}' ${login} ${page}`)
      expect(await status('')).toBe('401')
      expect(await status('-u admin:wrong')).toBe('401')
      expect(await status(`-u admin:${pagePassword}`)).toBe('200')
      // It is there on the machine's own address alone.
      const through = cluster.address('http://10.77.0.100:8404/')
      expect(await cluster.on('client', `curl -s -m 5 -o /dev/null -w '%{http_code}' ${through}`)).toBe('000')
      // What nobody wrote down: one realserver is out by hand, and has another weight.
      await cluster.on(
        'd2',
        `command -v socat >/dev/null || apt-get -qq -y install socat >/dev/null 2>&1
for said in 'set server web_80/rs1 state maint' 'set server web_80/rs2 weight 7'; do echo "$said" | socat - /run/haproxy/admin.sock; done`,
      )
      expect(wantedOf(await cluster.run(['plan', '--json']), 'd2')).toEqual([
        'haproxy_servers[/run/haproxy/admin.sock]',
      ])
      expect(proofsOf(await cluster.run(['verify', '--json', '--wait', '0']))).toContainEqual(
        expect.objectContaining({
          name: 'HAProxy balances as configured',
          subject: 'd2',
          verdict: 'fail',
          seen: 'web_80/rs1 is set to maintenance; web_80/rs2 has the weight 7 instead of 1',
        }),
      )
      expect((await cluster.run(['apply', '--json'])).status).toBe(0)
      await clientsAreKnown(cluster, '/var/log/nginx/access.log')
    },
  },
  // Its manager is for the machine itself, whoever else says that he is it.
  'dual-master-tomcat': {
    after: async (cluster) => {
      const status = (from: string, url: string, header = '') =>
        cluster.on(from, `curl -s -m 20 -o /dev/null -w '%{http_code}' ${header} ${url}/manager/html`)
      const forged = "-H 'X-Forwarded-For: 127.0.0.1'"
      const realserver = cluster.address('http://10.77.0.21:8080')
      expect(await status('rs1', 'http://127.0.0.1:8080')).toBe('401')
      expect(await status('client', realserver, forged)).toBe('403')
      expect(await status('client', cluster.address('http://10.77.0.100'), forged)).toBe('403')
      await clientsAreKnown(cluster, '/var/log/tomcat10/localhost_access_log.*')
      if (tryingAll) await sessionsOutlive(cluster)
    },
  },
  // A page is put on one machine and served by all; nobody but the realservers may mount it.
  'nfs-web': {
    after: async (cluster) => {
      await cluster.on('nfs1', 'echo fresh >/srv/www/fresh.html')
      const page = cluster.address('http://10.77.0.100/fresh.html')
      await eventually(() => cluster.on('client', `curl -s -m 5 ${page}`), /^fresh$/)
      expect(await cluster.on('nfs1', 'exportfs -s | cut -d"(" -f1')).toMatch(/21\n.*22$/)
    },
  },
}
