import type { Facts } from '../model/facts.ts'
import { challengeAnswer } from './acme-variables.ts'
import type { Cluster, Service } from './cluster.ts'
import { isAsLateAs, versionOn } from './program-versions.ts'
import { type Proxy as Program, proxyOf } from './proxies.ts'
import type { FactProblem } from './rules/facts.ts'

/** A word of the inventory that a balancer knows how to keep from some version on. */
interface Need {
  readonly word: string
  readonly since: string
  /** What it takes of the program. */
  readonly by: string
  isNeeded(cluster: Cluster, service: Service): boolean
}

/** Each was tried with the version before it, which refuses the configuration or does something else. */
const needs: Readonly<Record<Program, readonly Need[]>> = {
  haproxy: [
    { word: 'balancer: haproxy', since: '1.9', by: 'log stdout format short', isNeeded: () => true },
    {
      word: 'check.host',
      since: '2.2',
      by: 'http-check send',
      isNeeded: (_, { check }) => 'host' in check && check.host !== undefined,
    },
    {
      word: 'sticky',
      since: '2.2',
      by: 'cookie … attr',
      isNeeded: (_, { sticky }) => sticky?.by === 'balancer',
    },
    {
      word: 'tls.acme',
      since: '2.2',
      by: 'http-request return',
      isNeeded: (cluster) => challengeAnswer(cluster) !== '',
    },
    {
      word: 'max_body',
      since: '2.2',
      by: 'the status 413',
      isNeeded: (_, { maxBody }) => maxBody !== undefined,
    },
    { word: 'tls.http3', since: '3.0', by: 'limited-quic', isNeeded: (_, { tls }) => tls?.http3 === true },
    {
      word: 'proxy_protocol.in',
      since: '2.5',
      by: 'tcp-request content set-src',
      isNeeded: (_, { proxyProtocol }) => proxyProtocol.in,
    },
  ],
  nginx: [
    {
      word: 'tls.http3',
      since: '1.25',
      by: 'listen … quic',
      isNeeded: (_, { tls }) => tls?.http3 === true,
    },
    {
      word: 'balancer: nginx with mode: http',
      since: '1.15.3',
      by: 'keepalive_timeout of upstream',
      isNeeded: (_, { mode }) => mode === 'http',
    },
  ],
}

const called: Readonly<Record<Program, string>> = { haproxy: 'HAProxy', nginx: 'nginx' }

/** What the balancers of directors are too old for. Directors that are not known, and versions that nobody knows, are passed over. */
export function versionProblems(cluster: Cluster, facts: ReadonlyMap<string, Facts>): readonly FactProblem[] {
  const program = proxyOf(cluster)
  if (!program) return []
  const services = cluster.vips.flatMap((vip) => vip.services)
  const asked = needs[program].filter(({ isNeeded }) => services.some((one) => isNeeded(cluster, one)))
  return cluster.directors.flatMap(({ host }): readonly FactProblem[] => {
    const known = facts.get(host)
    const found = known && versionOn(program, cluster, known)
    if (!found) return []
    const { version, installed } = found
    const whose = installed ? `${host} has` : `${known.os.name} of ${host} brings`
    return asked
      .filter(({ since }) => !isAsLateAs(version, since))
      .map(({ word, since, by }) => ({
        rule: 'facts-version',
        severity: 'error',
        message: `${whose} ${called[program]} ${version}, and ${word} needs ${since} or later (${by})`,
        next: `Leave it out, or install a later ${called[program]} on ${host} first, from a repository that has one.`,
        host,
        path: ['cluster', 'balancer'],
      }))
  })
}
