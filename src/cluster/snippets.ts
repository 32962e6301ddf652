import type { ClusterSettings } from './vocabulary/index.ts'
import type { ExtraSettings, PoolExtra, ServiceExtra } from './vocabulary/snippets.ts'

/** Lines of the user's for a service, verbatim; empty where there are none. */
export interface ServiceLines {
  /** Of the `server` block in nginx, of the `frontend` in HAProxy. */
  readonly frontend: string
  /** Of every `location` in which nginx asks realservers. */
  readonly location: string
  /** Of the `upstream` in nginx, of the `backend` in HAProxy, of the `virtual_server` under IPVS. */
  readonly backend: string
  /** Behind every `server`; under IPVS of every `real_server`. */
  readonly servers: string
}

/** Lines of the user's for whole programs. */
export interface ExtraLines {
  readonly keepalived: string
  readonly nginx: {
    readonly main: string
    readonly events: string
    readonly http: string
    readonly stream: string
  }
  readonly haproxy: { readonly global: string; readonly defaults: string; readonly sections: string }
  /** For who serves the pages. */
  readonly realservers: { readonly server: string; readonly http: string }
}

/** The lines of a service, with those of its pool. A text alone is of the part that most need: nginx has what clients meet there. */
export function serviceLines(
  { balancer }: Pick<ClusterSettings, 'balancer'>,
  said: ServiceExtra | undefined,
  /** It only sends clients elsewhere: there is nothing behind it. */
  isRedirect: boolean,
  ofPool?: PoolExtra,
): ServiceLines {
  const usual = balancer === 'ipvs' || (balancer === 'haproxy' && !isRedirect) ? 'backend' : 'frontend'
  const own = partsOf(said, usual)
  const pool = partsOf(ofPool, 'backend')
  const both = (word: keyof ServiceLines, between = '\n') =>
    [own[word], pool[word]].filter((one) => one !== undefined && one !== '').join(between)
  return {
    frontend: own.frontend ?? '',
    location: both('location'),
    backend: both('backend'),
    servers: both('servers', balancer === 'ipvs' ? '\n' : ' '),
  }
}

/** The lines of a cluster. */
export function extraLines({ keepalived, nginx, haproxy, realservers }: ExtraSettings): ExtraLines {
  return {
    keepalived: keepalived ?? '',
    nginx: { main: '', events: '', http: '', stream: '', ...partsOf(nginx, 'http') },
    haproxy: { global: '', defaults: '', sections: '', ...partsOf(haproxy, 'sections') },
    realservers: { server: '', http: '', ...partsOf(realservers, 'server') },
  }
}

/** A text is meant for one part alone. */
export function partsOf<Parts extends object>(
  said: string | Parts | undefined,
  usual: keyof ServiceLines | keyof ExtraLines['nginx'] | keyof ExtraLines['haproxy'] | 'server',
): Partial<Record<string, string>> {
  return typeof said === 'string' ? { [usual]: said } : { ...said }
}
