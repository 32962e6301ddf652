import type { Facts } from '../model/facts.ts'
import type { Cluster } from './cluster.ts'
import type { Service } from './service.ts'
import type { ServiceSettings } from './vocabulary/index.ts'

/** What the balancer does to answers on their way to the client. */
export interface AnswerVariables {
  readonly compress: boolean
  /** Kinds of content that shrink. */
  readonly texts: string
  /** Seconds for which browsers keep what changes seldom; `0`: as realservers say. */
  readonly static_max_age: number
  /** Endings of its paths. */
  readonly endings: readonly string[]
  /** Headers where the realserver sends none of that name. */
  readonly headers: readonly {
    readonly name: string
    /** As nginx has it in names of variables. */
    readonly variable: string
    readonly value: string
  }[]
}

/** What is sent where nobody says otherwise: nothing that a site would have to know of. */
const usual: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
}

/** What a service sends for safety, by names. */
export function securityHeaders(
  said: ServiceSettings['security_headers'],
): Readonly<Record<string, string>> | undefined {
  if (said === false) return undefined
  const own = said === true ? {} : said
  const named = new Set(Object.keys(own).map((name) => name.toLowerCase()))
  const all = [
    ...Object.entries(usual).filter(([name]) => !named.has(name.toLowerCase())),
    ...Object.entries(own),
  ]
  return Object.fromEntries(all.flatMap(([name, value]) => (value === false ? [] : [[name, value]])))
}

/** Without text/html, which nginx compresses by itself, and names once. */
const texts = [
  ...['text/plain', 'text/css', 'text/xml', 'text/javascript'],
  ...['application/javascript', 'application/json', 'application/xml', 'application/rss+xml'],
  ...['application/manifest+json', 'application/wasm', 'image/svg+xml'],
]

const endings = [
  ...['css', 'js', 'mjs', 'map', 'png', 'jpg', 'jpeg', 'gif', 'webp', 'avif', 'svg', 'ico'],
  ...['woff', 'woff2', 'ttf', 'otf', 'mp4', 'webm', 'mp3', 'wasm'],
]

/** Is content of this kind compressed? */
export function isCompressible(kind: string): boolean {
  return kind === 'text/html' || texts.includes(kind)
}

/** Is a path one of those that browsers are to keep? */
export function changesSeldom(path: string): boolean {
  const [file = ''] = path.split('?')
  return endings.some((ending) => file.toLowerCase().endsWith(`.${ending}`))
}

export function answerVariables({ compress, staticMaxAge, headers }: Service): AnswerVariables {
  return {
    compress,
    texts: texts.join(' '),
    static_max_age: staticMaxAge ?? 0,
    endings,
    headers: Object.entries(headers ?? {}).map(([name, value]) => ({
      name,
      variable: name.toLowerCase().replaceAll('-', '_'),
      value,
    })),
  }
}

/** Does a packaged nginx compress what it balances? */
export function compressesByNginx({ balancer, source, vips }: Cluster): boolean {
  return (
    balancer === 'nginx' && !source.nginx && vips.some(({ services }) => services.some((one) => one.compress))
  )
}

/** Distributions that have nginx's module for brotli as a package, and since when. */
const withBrotli: Readonly<Record<string, number>> = { debian: 12, ubuntu: 23.04 }

export function hasBrotli({ os }: Pick<Facts, 'os'>): boolean {
  return Number.parseFloat(os.version) >= (withBrotli[os.id] ?? Number.POSITIVE_INFINITY)
}
