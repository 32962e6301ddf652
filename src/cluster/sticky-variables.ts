import type { Service } from './cluster.ts'

/** How clients come back to their realserver. */
export interface StickyVariables {
  readonly cookie: string
  /** The balancer sets the cookie; otherwise the application does. */
  readonly inserted: boolean
  /** Browsers send it by TLS alone. */
  readonly secure: boolean
  /** Names a variable of nginx. */
  readonly variable: string
}

/** `pool` names the realservers among others of the balancer. */
export function stickyVariables({ sticky, tls }: Service, pool: string): StickyVariables | false {
  if (!sticky) return false
  return {
    cookie: sticky.cookie,
    inserted: sticky.by === 'balancer',
    secure: tls !== undefined,
    variable: `understudy_sticky_${pool.replaceAll(/\W/g, '_')}`,
  }
}

/** What a cookie of the application with a session of this realserver looks like, as a regular expression. */
export function routePattern(host: string): string {
  return `^[^.]*\\.${quoted(host)}$`
}

/** The last of those that nginx has asked, as it lists them, as a regular expression. */
export function lastAsked(endpoint: string): string {
  return `(^|[ ,])${quoted(endpoint)}$`
}

function quoted(text: string): string {
  return text.replaceAll(/[.[\]]/g, '\\$&')
}
