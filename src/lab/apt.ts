import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attempt, run } from './command.ts'
import { LabFailure } from './failure.ts'

/** One archive this computer's apt takes binary packages from, whichever form its sources are written in. */
export interface AptSource {
  /** As apt names it: `http:` and `https:`, but also `mirror+file:` and others. */
  readonly uri: string
  readonly suite: string
  /** What apt calls its release file, in the folder of its lists. */
  readonly releaseList: string
}

const C_LOCALE = { LC_ALL: 'C' }
const HELPER = '/usr/lib/apt/apt-helper'
/** Nobody waits a minute to learn that a mirror is gone. */
const IMPATIENT = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10']

/** The archives of this computer, in no certain order; known also where apt never fetched a list. */
export async function aptSources(): Promise<readonly AptSource[]> {
  const listed = await attempt(['apt-get', 'update', '--print-uris'], { env: C_LOCALE })
  if (listed.exitCode !== 0)
    throw new LabFailure("apt cannot read this computer's sources", 'Mend what apt-get update says.', {
      output: listed.stderr,
    })
  return readSources(listed.stdout)
}

/** Reads what `apt-get update --print-uris` prints: `'URI' FILE SIZE`. */
export function readSources(printed: string): readonly AptSource[] {
  const found = new Map<string, AptSource>()
  for (const line of printed.split('\n')) {
    const [, uri, suite, list] =
      /^'(.+?)\/+dists\/([^']+)\/main\/binary-amd64\/Packages[^']*' (\S+?)_main_binary-amd64_/.exec(line) ??
      []
    if (uri && suite && list) found.set(`${uri} ${suite}`, { uri, suite, releaseList: `${list}_InRelease` })
  }
  return [...found.values()]
}

/** The label of an archive, where apt has its release file. */
export async function keptLabel({ releaseList }: AptSource): Promise<string | undefined> {
  const folder = (await run(['apt-config', 'shell', 'f', 'Dir::State::lists/d'])).split("'")[1] ?? ''
  return readLabel(await readFile(join(folder, releaseList), 'utf8').catch(() => ''))
}

/** The label of an archive, as it tells itself. */
export async function askLabel(uri: string, suite: string): Promise<string | undefined> {
  return readLabel((await aptFetch(`${uri}/dists/${suite}/InRelease`)) ?? '')
}

function readLabel(release: string): string | undefined {
  return /^Label: *(.*)$/m.exec(release)?.[1]?.trim()
}

/** Has apt itself fetch a text, with its own proxies, certificates and accounts; undefined where it cannot. */
export async function aptFetch(uri: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-apt-'))
  try {
    // Apt downloads as a user of its own.
    await chmod(folder, 0o777)
    const file = join(folder, 'fetched')
    const ended = await attempt([HELPER, ...IMPATIENT, 'download-file', uri, file], { timeoutSeconds: 60 })
    return ended.exitCode === 0 ? await readFile(file, 'utf8') : undefined
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The proxy through which this computer's apt reaches an address, undefined where it goes there directly. */
export async function aptProxy(uri: string): Promise<string | undefined> {
  const detected = await attempt([HELPER, 'auto-detect-proxy', uri], { env: C_LOCALE })
  if (detected.exitCode !== 0)
    throw new LabFailure(
      `apt cannot tell its proxy for ${uri}`,
      "Mend the command that Proxy-Auto-Detect names in apt's configuration.",
      { output: detected.stderr },
    )
  const dumped = await run(['apt-config', 'dump', '--format', '%f %v%n'])
  const ofHost = /^Using proxy '(.*)' for URL/.exec(detected.stdout)?.[1] ?? ''
  return chooseProxy(new URL(uri), ofHost, readSettings(dumped), process.env)
}

/** Reads `NAME VALUE` lines; apt does not distinguish case in names. */
export function readSettings(dumped: string): ReadonlyMap<string, string> {
  return new Map(
    dumped.split('\n').map((line) => {
      const space = line.indexOf(' ')
      return [line.slice(0, space).toLowerCase(), line.slice(space + 1)] as const
    }),
  )
}

/** Chooses as apt does: what is said of the host, then of all hosts, then the environment; https inherits from http. */
export function chooseProxy(
  { protocol, hostname }: URL,
  ofHost: string,
  settings: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const schemes = protocol === 'https:' ? ['https', 'http'] : ['http']
  const setting = (name: string) =>
    schemes.map((scheme) => settings.get(`acquire::${scheme}::${name}`)).find(Boolean)
  const chosen =
    ofHost ||
    setting(`proxy::${hostname}`) ||
    setting('proxy') ||
    schemes.map((scheme) => environment[`${scheme}_proxy`]).find(Boolean)
  const without = (environment.no_proxy ?? '').split(',').map((domain) => domain.trim())
  if (!chosen || chosen === 'DIRECT' || chosen === 'false') return undefined
  return without.some((domain) => domain !== '' && hostname.endsWith(domain)) ? undefined : chosen
}
