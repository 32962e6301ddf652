import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'
import { tellCluster } from './tls.ts'
import { understudy } from './understudy.ts'

const network = '10.90.43'

/** Debian's Prometheus on the machine `client`, told what we wrote; it asks more often than it was told, to have us wait less. */
async function startPrometheus(cluster: TestCluster): Promise<void> {
  const out = join(cluster.scratch, 'monitoring')
  // It asks no machine, and takes no word about how they are reached.
  const written = await understudy(['monitoring', '--out', out, '-i', join(cluster.scratch, 'inventory')])
  expect(written.status, written.stderr).toBe(0)
  const file = (name: string) => readFileSync(join(out, name), 'utf8').replaceAll(/(_interval: )15s/g, '$13s')
  const write = (name: string) => `cat >/root/${name} <<'END'\n${file(name)}\nEND\n`
  await cluster.on(
    'client',
    `${write('prometheus.yaml')}${write('rules.yaml')}
apt-get update -qq && apt-get install -y -qq --no-install-recommends prometheus || exit 1
systemctl disable -q --now prometheus
promtool check config /root/prometheus.yaml || exit 1
setsid nohup prometheus --config.file=/root/prometheus.yaml --storage.tsdb.path=/root/tsdb --web.listen-address=127.0.0.1:9090 >/root/prometheus.log 2>&1 &
sleep 5`,
  )
}

/** What Prometheus answers to a question: labels and values. */
async function asked(cluster: TestCluster, query: string) {
  const said = await cluster.on(
    'client',
    `curl -s -m 10 --data-urlencode 'query=${query}' http://127.0.0.1:9090/api/v1/query`,
  )
  const { data } = JSON.parse(said) as {
    data: { result: readonly { metric: Readonly<Record<string, string>>; value: [number, string] }[] }
  }
  return data.result.map(({ metric, value: [, value] }) => ({ ...metric, value }))
}

/** The alerts that fire, by their names and the machine or realserver they name. */
async function firing(cluster: TestCluster): Promise<readonly string[]> {
  const alerts = await asked(cluster, 'ALERTS{alertstate="firing",severity!="info"}')
  const all = alerts.map((one) => {
    const { alertname = '', instance, realserver } = one as Readonly<Record<string, string>>
    return [alertname.replace('Understudy', ''), realserver ?? instance].filter(Boolean).join(' ')
  })
  return [...new Set(all)].toSorted()
}

/** Waits until these fire, and no others; what fires at the end. */
async function fires(cluster: TestCluster, alerts: readonly string[]): Promise<readonly string[]> {
  for (let left = 40; ; left -= 1) {
    const found = await firing(cluster)
    if (left === 0 || JSON.stringify(found) === JSON.stringify(alerts.toSorted())) return found
    await new Promise((done) => setTimeout(done, 3000))
  }
}

describe.each(['haproxy', 'nginx', 'ipvs'] as const)(
  'a cluster that Prometheus watches, with %s',
  (balancer) => {
    let cluster: TestCluster
    beforeAll(async () => {
      cluster = await startCluster('monitoring', network, { images: { d2: 'trixie', rs2: 'trixie' } })
      tellCluster(cluster, { balancer, connection_sync: balancer === 'ipvs' })
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
      await startPrometheus(cluster)
    })
    afterAll(() => cluster?.[Symbol.asyncDispose]())

    it('answers scrapers alone, and is left as it is by the next run', async () => {
      const ask = (port: number) =>
        `curl -s -o /dev/null -m 3 -w '%{http_code}' http://${network}.11:${port}/metrics`
      const ports = balancer === 'haproxy' ? [9100, 8405] : balancer === 'nginx' ? [9100, 9113] : [9100]
      for (const port of ports) {
        expect(await cluster.on('client', ask(port))).toBe('200')
        expect(await cluster.on('rs1', ask(port))).toBe('000')
      }
      const planned = await cluster.run(['plan', '--json'])
      expect(recapsOf(planned).map(({ host, changed }) => [host, changed])).toEqual(
        ['d1', 'd2', 'rs1', 'rs2'].map((host) => [host, 0]),
      )
    })

    it('tells Prometheus who holds the VIP and who is well, and warns of nothing', async () => {
      expect(await fires(cluster, [])).toEqual([])
      expect((await asked(cluster, 'up == 0')).length).toBe(0)
      expect(await asked(cluster, 'understudy_vip_held == 1')).toMatchObject([
        { instance: 'd1', cluster: 'web', vip: `${network}.100` },
      ])
      expect(await asked(cluster, 'understudy_vrrp_state{state="BACKUP"} == 1')).toMatchObject([
        { instance: 'd2' },
      ])
      expect((await asked(cluster, 'understudy_realserver_up == 1')).length).toBe(4)
    })

    it('warns of a director without keepalived, and no more once it is back', async () => {
      await cluster.on('d1', 'systemctl kill -s KILL keepalived')
      // Nobody takes the VIP from a machine whose keepalived was killed: both have it until it is started again.
      const alerts = ['DirectorNotReady', 'KeepalivedDead d1', 'VipHeldTwice']
      expect(await fires(cluster, alerts)).toEqual(alerts)
      expect((await asked(cluster, 'understudy_vip_held == 1')).length).toBe(2)
      expect(await asked(cluster, 'ALERTS{alertname="UnderstudyVipMoved",alertstate="firing"}')).toHaveLength(
        1,
      )
      await cluster.on('d1', 'systemctl reset-failed keepalived; systemctl start keepalived')
      expect(await fires(cluster, [])).toEqual([])
    })

    it('warns of a realserver that is gone, and no more once it is back', async () => {
      await cluster.on('rs2', 'systemctl stop nginx')
      const alerts = ['ProgramDead rs2', 'RealserverDown rs2']
      const nginx = ['ExporterGone rs2']
      expect((await fires(cluster, alerts)).filter((one) => !nginx.includes(one))).toEqual(alerts)
      await cluster.on('rs2', 'systemctl start nginx')
      expect(await fires(cluster, [])).toEqual([])
    })

    it('tells what a drill showed', async () => {
      const drilled = await cluster.run(['drill', 'keepalived-killed', '--yes'])
      expect(drilled.status, drilled.stdout + drilled.stderr).toBe(0)
      await new Promise((done) => setTimeout(done, 20_000))
      const passed = await asked(cluster, 'understudy_drill_passed == 1')
      expect(passed).toMatchObject(['d1', 'd2'].map((instance) => ({ instance, drill: 'keepalived-killed' })))
    })
  },
)
