import { mayScrape } from '../../cluster/index.ts'
import { endpointOf } from '../../model/endpoint.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { type MetricsReading, metricsAt } from '../../sensors/metrics.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { ExpectedExporter } from '../expected-monitoring.ts'
import type { Observed } from '../observe.ts'
import type { Sightings } from '../sightings.ts'
import { factsOfHost } from './holder.ts'

/** What answers those who watch, asked by its own machine, which may always ask. */
export function metricsAtHome({ monitoring }: ExpectedCluster, host: string): readonly Query<unknown>[] {
  return (monitoring?.exporters ?? [])
    .filter((one) => one.host === host)
    .map(({ port }) => metricsAt(atHome(port)))
}

/** The same from outside; and who it is that asks there. */
export function metricsFromOutside({ monitoring }: ExpectedCluster): readonly Query<unknown>[] {
  return monitoring ? [factsOfHost, ...monitoring.exporters.map((one) => metricsAt(fromOutside(one)))] : []
}

const atHome = (port: number) => `http://127.0.0.1:${port}/metrics`
const fromOutside = (one: ExpectedExporter) => `http://${endpointOf(one)}/metrics`

/** What Prometheus is told is what the kernel says, and nobody but scrapers is told. */
export function monitoringProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const { monitoring } = cluster
  if (!monitoring) return []
  return [
    ...monitoring.exporters.flatMap((exporter) => told(cluster, exporter, seen)),
    ...reached(monitoring, seen),
  ]
}

function told(cluster: ExpectedCluster, exporter: ExpectedExporter, seen: Sightings): readonly ProofResult[] {
  const { host, of, port } = exporter
  const member = seen.members.get(host)
  if (!member || member instanceof Failure) return []
  const common = { name: 'what Prometheus is told is so', subject: `${host} ${of} port ${port}` }
  const { status, samples } = member.read(metricsAt(atHome(port)))
  if (status === undefined)
    return [
      {
        ...common,
        verdict: 'unknown',
        seen: `${host} has neither curl nor wget`,
        next: `install curl on ${host}`,
      },
    ]
  const unit = of === 'haproxy' ? 'haproxy' : `prometheus-${of}-exporter`
  if (status !== 200)
    return [
      {
        ...common,
        verdict: 'fail',
        expected: 'status 200',
        seen: status === 0 ? 'no answer' : `status ${status}`,
        cause: `${unit} does not run, or has not read what it was told`,
        next: `on ${host}: systemctl status ${unit}; curl ${atHome(port)}`,
      },
    ]
  return [
    {
      ...common,
      ...(of === 'node' ? asKernel(cluster, host, member, samples) : ofProgram(exporter, samples)),
    },
  ]
}

type Told = Omit<ProofResult, 'name' | 'subject'>

/** An exporter answers also where it cannot ask what it tells of. */
function ofProgram({ host, of }: ExpectedExporter, samples: MetricsReading['samples']): Told {
  const [name, isWell] =
    of === 'nginx'
      ? ['nginx_up', samples.get('nginx_up') === '1']
      : ['haproxy_process_start_time_seconds', samples.has('haproxy_process_start_time_seconds')]
  if (isWell) return { verdict: 'pass', seen: `${name} ${samples.get(name)}` }
  return {
    verdict: 'fail',
    expected: of === 'nginx' ? 'nginx_up 1' : name,
    seen: samples.get(name) ?? `no ${name}`,
    cause:
      of === 'nginx'
        ? 'nginx does not tell its exporter how it fares (stub_status)'
        : 'something else answers there',
    next:
      of === 'nginx'
        ? `on ${host}: systemctl status nginx prometheus-nginx-exporter`
        : `on ${host}: systemctl status haproxy`,
  }
}

function asKernel(
  cluster: ExpectedCluster,
  host: string,
  member: Observed,
  samples: MetricsReading['samples'],
): Told {
  const next = `on ${host}: systemctl status understudy-metrics.timer understudy-metrics.service`
  if (![...samples.keys()].some((name) => name.startsWith('understudy_')))
    return {
      verdict: 'fail',
      expected: 'what the machine is to its cluster',
      seen: 'the machine alone',
      cause:
        'nothing wrote /var/lib/prometheus/node-exporter/understudy.prom, or the exporter reads another directory',
      next,
    }
  const isDirector = !cluster.isBehind && cluster.directors.some((one) => one.host === host)
  if (!isDirector) return { verdict: 'pass', seen: 'its units' }
  const held = heldBy(member)
  const lines = cluster.vips.map(({ address, instance }) => {
    const value = samples.get(`understudy_vip_held{vip="${address}",vrrp="${instance}"}`)
    return { address, is: held.has(address), value, agrees: value === (held.has(address) ? '1' : '0') }
  })
  const wrong = lines.find(({ agrees }) => !agrees)
  if (!wrong) {
    const own = lines.filter(({ is }) => is).map(({ address }) => address)
    return { verdict: 'pass', seen: own.length > 0 ? `it holds ${own.join(', ')}` : 'it holds no VIP' }
  }
  return {
    verdict: 'fail',
    expected: `${wrong.address} ${wrong.is ? 'held' : 'not held'}, as its kernel says`,
    seen: wrong.value === undefined ? 'nothing of it' : wrong.value === '1' ? 'held' : 'not held',
    cause: 'it moved within the last ten seconds, or nobody looks any more',
    next,
  }
}

/** As it is told: what stands on lo or at the end of a tunnel makes no holder. */
function heldBy(member: Observed): ReadonlySet<string> {
  const devices = Object.values(member.read(factsOfHost).interfaces).filter(
    ({ name }) => !['lo', 'tunl0', 'ip6tnl0'].includes(name),
  )
  return new Set(devices.flatMap(({ addresses }) => addresses.map(({ address }) => address)))
}

/** Whoever looks from outside is one of the scrapers, and is answered, or is none, and is not. */
function reached(
  monitoring: NonNullable<ExpectedCluster['monitoring']>,
  seen: Sightings,
): readonly ProofResult[] {
  const { outside, observer } = seen
  if (outside instanceof Failure) return []
  const from = observer ?? 'this computer'
  const own = Object.values(outside.read(factsOfHost).interfaces).flatMap(({ addresses }) =>
    addresses.map(({ address }) => address),
  )
  const may = own.some((address) => mayScrape(monitoring, address))
  const answers = monitoring.exporters.map((one) => ({
    one,
    status: outside.read(metricsAt(fromOutside(one))).status,
  }))
  if (answers.some(({ status }) => status === undefined)) return []
  const wrong = answers.filter(({ status }) => (status === 200) !== may)
  const common = { name: 'scrapers are answered, and nobody else', subject: `asked from ${from}` }
  const [first] = wrong
  if (!first)
    return [
      {
        ...common,
        verdict: 'pass',
        seen: `${answers.length} of ${answers.length} ${may ? 'answer it, a scraper' : 'refuse it, which is none'}`,
      },
    ]
  return [
    {
      ...common,
      // From this computer there may be no way at all.
      verdict: may && observer === undefined ? 'unknown' : 'fail',
      expected: may ? 'answers: it is a scraper' : 'no answer: it is no scraper',
      seen: `${wrong.map(({ one }) => `${one.host} ${one.of}`).join(', ')} ${may ? 'silent' : 'answering'}`,
      cause: may
        ? 'a firewall on the way does not let it in'
        : 'what answers there has not read whom it may answer, or its kernel has no filter for control groups',
      next: may
        ? `on ${from}: curl ${fromOutside(first.one)}`
        : `on ${first.one.host}: systemctl show -p IPAddressDeny prometheus-${first.one.of === 'haproxy' ? 'node' : first.one.of}-exporter`,
    },
  ]
}
