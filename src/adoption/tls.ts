import type { ProxiedService } from './proxy.ts'

/** How clients are spoken with over TLS, in the words of the inventory; certificates by their paths on the machine. */
export interface TlsWords {
  readonly certificates: readonly { readonly certificate: string; readonly key?: string }[]
  readonly minimum?: '1.3'
  readonly hsts?: {
    readonly max_age: number
    readonly include_subdomains?: true
    readonly preload?: true
  }
}

const tlsOf = ({ words }: ProxiedService) => words.tls as TlsWords | undefined

/** Files of the machine that services need: certificates and their keys. */
export function pemsOf(services: readonly ProxiedService[]): readonly string[] {
  const all = services.flatMap((one) => tlsOf(one)?.certificates ?? [])
  return [
    ...new Set(all.flatMap(({ certificate, key }) => [certificate, ...(key === undefined ? [] : [key])])),
  ]
}

/** Where each of these files is kept beside the inventory, by the last parts of its path. */
export function keptAs(paths: readonly string[]): ReadonlyMap<string, string> {
  const kept = new Map<string, string>()
  for (const path of paths) {
    const parts = path.split('/').filter((part) => part !== '')
    const name = (count: number) =>
      `tls/${parts
        .slice(-count)
        .join('-')
        .replaceAll(/[^A-Za-z0-9._-]+/g, '_')}`
    let count = 1
    // All of /etc/letsencrypt/live are called the same.
    const isTaken = () =>
      [...kept.values()].includes(name(count)) ||
      /^tls\/(?:fullchain|privkey|cert|chain)\.pem$/.test(name(count))
    while (isTaken() && count < parts.length) count += 1
    kept.set(path, name(count))
  }
  return kept
}

/** The service with its files where they are kept. */
export function withKept(one: ProxiedService, kept: ReadonlyMap<string, string>): ProxiedService {
  const tls = tlsOf(one)
  if (!tls) return one
  const at = (path: string) => kept.get(path) ?? path
  const certificates = tls.certificates.map(({ certificate, key }) => ({
    certificate: at(certificate),
    ...(key === undefined ? {} : { key: at(key) }),
  }))
  return { ...one, words: { ...one.words, tls: { ...tls, certificates } } }
}

/** `max-age=31536000; includeSubDomains`; `undefined` where it says anything else. */
export function hstsIn(value: string): TlsWords['hsts'] {
  const parts = value.split(';').map((part) => part.trim().toLowerCase())
  const [, seconds] = /^max-age="?(\d+)"?$/.exec(parts[0] ?? '') ?? []
  const rest = parts.slice(1).filter((part) => part !== '')
  if (seconds === undefined || rest.some((part) => part !== 'includesubdomains' && part !== 'preload'))
    return undefined
  return {
    max_age: Number(seconds),
    ...(rest.includes('includesubdomains') ? { include_subdomains: true } : {}),
    ...(rest.includes('preload') ? { preload: true } : {}),
  }
}

/** Those who are sent to TLS without a port come to 443: where nobody speaks it there, who sends them stays as it is. */
export function withoutIdleRedirects(services: readonly ProxiedService[]): readonly ProxiedService[] {
  const speaks = services.some((one) => tlsOf(one) && one.words.port === 443)
  return speaks ? services : services.filter(({ words }) => words.redirect === undefined)
}
