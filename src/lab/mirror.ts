import { readFile } from 'node:fs/promises'
import { type AptSource, aptFetch, aptProxy, aptSources, askLabel, keptLabel } from './apt.ts'
import { LabFailure } from './failure.ts'

/** Where this computer gets Debian's packages from, without a slash at the end. */
export interface Mirrors {
  readonly debian: string
  readonly security: string
  /** The proxies through which this computer reaches them; undefined where it needs none. */
  readonly proxies: { readonly debian: string | undefined; readonly security: string | undefined }
}

/** What each of them calls itself in its release files. */
const LABELS = { debian: 'Debian', security: 'Debian-Security' } as const

/** What to do where apt's sources have none. */
export const MIRROR_REMEDY =
  'add to /etc/apt/sources.list: "deb MIRROR/debian stable main" and "deb MIRROR/debian-security stable-security main", with the address of a mirror near you for MIRROR'
const HINT = `To mend that, ${MIRROR_REMEDY}.`

/** Whether a source is one that can be passed on to the machines: on the web, not on a disc or in a folder. */
export function isServed({ uri }: AptSource): boolean {
  return /^(https?|mirror)[:+]/.test(uri)
}

/** The mirrors that this computer's own apt uses: other releases than its own are there too. */
export async function findMirrors(): Promise<Mirrors> {
  const addresses = await addressesOf(await aptSources())
  const debian = await choose(addresses, LABELS.debian)
  if (!debian)
    throw new LabFailure("no Debian mirror that answers over http or https is in apt's sources here", HINT)
  const security = (await choose(addresses, LABELS.security)) ?? (await siblingOf(debian))
  if (!security)
    throw new LabFailure(
      `apt's sources here have Debian (${debian}), but no mirror of its security updates`,
      HINT,
    )
  return {
    debian,
    security,
    proxies: { debian: await aptProxy(debian), security: await aptProxy(security) },
  }
}

/** Apt's own words for the proxies that were found, so that an apt with another configuration uses them too. */
export function proxySettings({ debian, security, proxies }: Mirrors): string {
  const settings = [
    [debian, proxies.debian],
    [security, proxies.security],
  ].map(([uri = '', proxy = 'DIRECT']) => {
    const { protocol, hostname } = new URL(uri)
    return `Acquire::${protocol}:Proxy::${hostname} "${proxy}";`
  })
  return [...new Set(settings)].join(' ')
}

interface Address {
  readonly uri: string
  readonly suite: string
  /** Undefined where apt never fetched a list from there. */
  readonly label: string | undefined
}

/** Every address that this computer's sources stand for. */
async function addressesOf(sources: readonly AptSource[]): Promise<readonly Address[]> {
  const all = await Promise.all(
    sources.filter(isServed).map(async (source) => {
      const { suite } = source
      const [label, uris] = await Promise.all([keptLabel(source), expand(source.uri)])
      return uris.map((uri) => ({ uri, suite, label }))
    }),
  )
  return all.flat().filter(({ uri }) => /^https?:/.test(uri))
}

/** Behind a mirror list stand several mirrors; any other source is its own address. */
async function expand(uri: string): Promise<readonly string[]> {
  const [, scheme, rest = ''] = /^mirror(?:\+([a-z]+))?:(.*)$/.exec(uri) ?? []
  if (rest === '') return [uri.replace(/\/+$/, '')]
  const list =
    scheme === 'file'
      ? await readFile(rest.replace(/^\/+/, '/'), 'utf8').catch(() => '')
      : await aptFetch(`${scheme ?? 'http'}:${rest}`)
  return readMirrorList(list ?? '')
}

/** Reads a mirror list: an address a line, behind it what is said of it; the most wanted first. */
export function readMirrorList(list: string): readonly string[] {
  return list
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({
      uri: (line.split(/\s/)[0] ?? '').replace(/\/+$/, ''),
      priority: Number(/\bpriority:(\d+)/.exec(line)?.[1] ?? Number.MAX_SAFE_INTEGER),
    }))
    .toSorted((a, b) => a.priority - b.priority)
    .map(({ uri }) => uri)
}

/** The address of what has this label; where there is a choice, one that is gone is not taken. */
async function choose(addresses: readonly Address[], wanted: string): Promise<string | undefined> {
  const known = new Map(
    addresses.flatMap((address) => (address.label === wanted ? [[address.uri, address]] : [])),
  )
  if (known.size === 1) return [...known.keys()][0]
  const unknown = addresses.filter(({ label }) => label === undefined)
  for (const { uri, suite } of [...known.values(), ...unknown])
    if ((await askLabel(uri, suite)) === wanted) return uri
  return undefined
}

/** Most mirrors keep the security updates beside the rest. */
async function siblingOf(debian: string): Promise<string | undefined> {
  const uri = `${debian}-security`
  return (await askLabel(uri, 'stable-security')) === LABELS.security ? uri : undefined
}
