import { partsOf } from '../snippets.ts'
import { listedServices, type Subject } from './subject.ts'

/** Lines with the place where they are written, and the part that they are of. */
export interface Written {
  readonly path: readonly PropertyKey[]
  readonly part: string
  readonly text: string
}

/** Lines that stand as one text, or by the parts of their program. */
export function linesAt(path: readonly PropertyKey[], said: string | object | undefined, usual: Part) {
  const isText = typeof said === 'string'
  return Object.entries(partsOf(said, usual)).flatMap(([part, text]): readonly Written[] =>
    text === undefined ? [] : [{ path: isText ? path : [...path, part], part, text }],
  )
}

type Part = Parameters<typeof partsOf>[1]

/** Where lines of services and pools come to stand that say no part themselves. */
function usualPart({ balancer }: Subject['cluster'], isRedirect: boolean): 'backend' | 'frontend' {
  return balancer === 'ipvs' || (balancer === 'haproxy' && !isRedirect) ? 'backend' : 'frontend'
}

/** Lines of each service. */
export function ofServices(subject: Subject) {
  return listedServices(subject).map(({ path, service }) => ({
    service,
    lines: linesAt(
      [...path, 'extra'],
      service.extra,
      usualPart(subject.cluster, service.redirect !== undefined),
    ),
  }))
}

/** Lines of each pool. */
export function ofPools({ settings }: Subject): readonly Written[] {
  return Object.entries(settings.pools).flatMap(([name, { extra }]) =>
    linesAt(['pools', name, 'extra'], extra, 'backend'),
  )
}

/** All lines for what balances. */
export function linesOfBalancer(subject: Subject): readonly Written[] {
  return [...ofServices(subject).flatMap(({ lines }) => lines), ...ofPools(subject)]
}

/** Lines that nginx reads, on directors or on realservers. */
export function ofNginx(subject: Subject): readonly Written[] {
  const { balancer, backend } = subject.cluster
  const { extra } = subject.settings
  return [
    ...(balancer === 'nginx' ? linesOfBalancer(subject) : []),
    ...linesAt(['extra', 'nginx'], extra.nginx, 'http'),
    ...(backend === 'nginx' ? linesAt(['extra', 'realservers'], extra.realservers, 'server') : []),
  ]
}

/** Lines of the whole haproxy.cfg, on directors. */
export function ofHaproxy({ cluster, settings }: Subject): readonly Written[] {
  return cluster.balancer === 'haproxy'
    ? linesAt(['extra', 'haproxy'], settings.extra.haproxy, 'sections')
    : []
}
