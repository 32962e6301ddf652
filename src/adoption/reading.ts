import { canonical } from '../cluster/addresses.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import type { Query } from '../model/sensor.ts'
import { facts } from '../sensors/facts.ts'
import { fileAt } from '../sensors/files.ts'
import { type IpvsReading, ipvsTable } from '../sensors/ipvs.ts'
import { keepalivedTold } from '../sensors/keepalived-told.ts'
import { proxiesTold } from '../sensors/proxies-told.ts'
import { type RouteByRouter, routesByRouter } from '../sensors/routes-by-router.ts'
import { sysctlNamed } from '../sensors/sysctls.ts'
import { writtenAt } from '../sensors/written.ts'
import { readSections } from './haproxy/sections.ts'
import { readProxyOfHaproxy } from './haproxy/services.ts'
import { readBlocks } from './keepalived/blocks.ts'
import { type KeepalivedHost, readHost } from './keepalived/host.ts'
import { readNginx } from './nginx/blocks.ts'
import { readProxyOfNginx } from './nginx/services.ts'
import type { Includes, Remark, SourceFile } from './position.ts'
import type { ProxyReading } from './proxy.ts'
import { pemsOf } from './tls.ts'

/** Asks a machine some questions in one trip. */
export type Asker = (queries: readonly Query<unknown>[]) => Promise<{
  read<Reading>(query: Query<Reading>): Reading
}>

/** What one director was told by hand. */
export interface ReadDirector {
  readonly keepalived: KeepalivedHost
  readonly proxies: readonly ProxyReading[]
  /** Certificates and keys that these speak TLS with, by their paths. */
  readonly pems: ReadonlyMap<string, string>
  readonly facts: Facts
  /** Paths of the files that were read. */
  readonly files: readonly string[]
}

/** Where `apply` writes what keepalived is told. */
const ours = '/etc/keepalived/keepalived.conf'

/** A file that includes others, which include others: nobody goes deeper. */
const mostRounds = 12

const factsOfMachine: Query<Facts> = { sensor: facts, subject: '', about: [] }

/** What a machine is, and where it leads what. Throws the failures of who asks. */
export async function realserverBy(
  ask: Asker,
): Promise<{ readonly facts: Facts; readonly routes: readonly RouteByRouter[] }> {
  const answers = await ask([factsOfMachine, routesByRouter])
  return { facts: answers.read(factsOfMachine), routes: answers.read(routesByRouter) }
}

/**
 * Reads keepalived.conf of a machine with all that it includes, and nginx or HAProxy beside it. Throws the failures of who
 * asks, and INVALID_INPUT where there is no keepalived.
 */
export async function readDirector(host: string, ask: Asker): Promise<ReadDirector> {
  const first = await ask([factsOfMachine, keepalivedTold, proxiesTold, ipvsTable])
  const known = first.read(factsOfMachine)
  const told = first.read(keepalivedTold)
  const path = told.configuration
  const main = (await filesAt([path], ask)).get(path)?.[0]
  if (!main)
    throw new Failure('INVALID_INPUT', `${path} is not there, or cannot be read`, {
      where: { host },
      next: 'name machines that run keepalived; who logs in as another user than root adds --become',
    })
  const configId = told.configId ?? known.hostname.split('.')[0] ?? ''
  const blocks = await following(ask, (includes) => readBlocks({ main, includes, configId }))
  const keepalived = readHost(blocks.read, told.unknown, told.deprecated)
  const remarks = [
    ...(told.runs ? [] : [{ message: 'keepalived does not run here' }]),
    ...(path === ours
      ? []
      : [
          {
            message: `keepalived was started with ${path}, and apply writes ${ours}: take -f out of its unit, /etc/default/keepalived or /etc/sysconfig/keepalived, and copy the file to ${ours} before you apply`,
          },
        ]),
    ...told.complaints.map((what) => ({
      message: `keepalived says: ${what} (apply refuses a configuration of which it complains)`,
    })),
    ...keepalived.remarks,
    ...(await unguarded(keepalived, ask)),
    ...madeByHand(first.read(ipvsTable), keepalived),
  ]
  const { nginx, haproxy } = first.read(proxiesTold)
  const vips = keepalived.instances.flatMap(({ addresses }) =>
    addresses.map(({ address }) => canonical(address)),
  )
  const proxies = [...(await nginxAt(nginx, vips, ask)), ...(await haproxyAt(haproxy, vips, ask))]
  const secured = await securedBy(
    proxies.map(({ reading }) => reading),
    ask,
  )
  return {
    keepalived: { ...keepalived, remarks },
    ...secured,
    facts: known,
    files: [path, ...blocks.files, ...proxies.flatMap(({ files }) => files)],
  }
}

/** Fetches what proxies speak TLS with; one whose certificate cannot be read is left alone. */
async function securedBy(
  proxies: readonly ProxyReading[],
  ask: Asker,
): Promise<Pick<ReadDirector, 'proxies' | 'pems'>> {
  const paths = proxies.flatMap(({ services }) => pemsOf(services))
  if (paths.length === 0) return { proxies, pems: new Map() }
  const found = await filesAt(paths, ask)
  const pems = new Map(
    paths.flatMap(
      (path) =>
        found
          .get(path)
          ?.slice(0, 1)
          .map(({ text }) => [path, text] as const) ?? [],
    ),
  )
  return {
    pems,
    proxies: proxies.map((one) => {
      const missing = pemsOf(one.services).find((path) => !pems.has(path))
      return missing === undefined
        ? one
        : { ...one, services: [], why: { message: `${missing} cannot be read` } }
    }),
  }
}

interface ReadProxy {
  readonly reading: ProxyReading
  readonly files: readonly string[]
}

/** Ours lies where the packages have theirs. */
const elsewhere = (program: ProxyReading['program'], paths: readonly string[]): ReadProxy => ({
  reading: {
    ...{ program, services: [], extra: [], remarks: [] },
    why: { message: `it runs with ${paths.join(', ')}` },
  },
  files: [],
})

async function nginxAt(
  paths: readonly string[],
  vips: readonly string[],
  ask: Asker,
): Promise<readonly ReadProxy[]> {
  const [path] = paths
  if (path === undefined) return []
  const main = (await filesAt([path], ask)).get(path)?.[0]
  if (path !== '/etc/nginx/nginx.conf' || paths.length > 1 || !main) return [elsewhere('nginx', paths)]
  const { read, files } = await following(ask, (includes) => readNginx(main, includes))
  return [{ reading: readProxyOfNginx(read, vips), files: [path, ...files] }]
}

async function haproxyAt(
  paths: readonly string[],
  vips: readonly string[],
  ask: Asker,
): Promise<readonly ReadProxy[]> {
  const [path] = paths
  if (path === undefined) return []
  const main = (await filesAt([path], ask)).get(path)?.[0]
  if (path !== '/etc/haproxy/haproxy.cfg' || paths.length > 1 || !main) return [elsewhere('haproxy', paths)]
  return [{ reading: readProxyOfHaproxy(readSections(main), vips), files: [path] }]
}

/** Reads again and again, until nothing that is included is missing. */
async function following<Read extends { readonly wanted: readonly string[] }>(
  ask: Asker,
  read: (includes: Includes) => Read,
): Promise<{ readonly read: Read; readonly files: readonly string[] }> {
  const includes = new Map<string, readonly SourceFile[]>()
  for (let round = 0; ; round++) {
    const found = read(includes)
    if (found.wanted.length === 0 || round === mostRounds)
      return { read: found, files: [...new Set([...includes.values()].flat().map(({ path }) => path))] }
    for (const [pattern, files] of await filesAt(found.wanted, ask)) includes.set(pattern, files)
  }
}

/** Services in the kernel's table that keepalived was not told. */
function madeByHand(table: IpvsReading, { servers }: KeepalivedHost): readonly Remark[] {
  const own = new Set(servers.map(({ statement: { values } }) => values.join(' ')))
  // Groups and marks stand for services by other names.
  if (!table.readable || servers.some(({ statement }) => /^(group|fwmark)$/.test(statement.values[0] ?? '')))
    return []
  return table.services
    .filter(({ address, port }) => !own.has(`${address} ${port}`))
    .map(({ protocol, address, port, scheduler, servers: behind }) => ({
      message: `IPVS has ${protocol} ${address}${protocol === 'fwmark' ? '' : `:${port}`} (${scheduler}) to ${behind.map((one) => `${one.address}:${one.port}`).join(', ') || 'nobody'}, of which keepalived was told nothing: nobody checks its realservers, and apply refuses it; write a virtual_server for it before you adopt, or remove it`,
    }))
}

/** IPv4 addresses that realservers have to hold, so that packets come to them as clients sent them. */
export function heldByAll(directors: readonly KeepalivedHost[]): readonly string[] {
  const adopted = directors.flatMap(({ servers }) => servers.flatMap((one) => one.adopted ?? []))
  const held = adopted.filter(
    ({ service, address }) => service.forwarding !== 'nat' && !address.includes(':'),
  )
  return [...new Set(held.map(({ address }) => address))]
}

/** How a realserver of direct routing or of tunnels stands to its VIPs. */
export async function realserverRemarks(
  host: string,
  vips: readonly string[],
  ask: Asker,
): Promise<readonly Remark[]> {
  const quiet = ['arp_ignore', 'arp_announce'].map((name) => sysctlNamed(`net.ipv4.conf.all.${name}`))
  const answers = await ask([factsOfMachine, ...quiet])
  const held = new Set(
    Object.values(answers.read(factsOfMachine).interfaces).flatMap((one) =>
      one.addresses.map(({ address }) => address),
    ),
  )
  const missing = vips.filter((vip) => !held.has(vip))
  const loud = quiet.filter((query) => Number(answers.read(query).live ?? 0) === 0)
  return [
    ...missing.map((vip) => ({
      message: `it does not hold ${vip}, which apply gives to it: until then it answers nothing that directors send it`,
      host,
    })),
    ...loud.map(({ subject }) => ({
      message: `${subject} is 0: it may answer for the VIP until apply sets it`,
      host,
    })),
  ]
}

/**
 * Programs that others than root could replace: keepalived does not run them as root once scripts are guarded, which our
 * configuration asks for.
 */
async function unguarded({ scripts }: KeepalivedHost, ask: Asker): Promise<readonly Remark[]> {
  const named = scripts.filter(({ path }) => path !== '')
  const places = [
    ...new Set(named.flatMap(({ path }) => [path, path.slice(0, path.lastIndexOf('/')) || '/'])),
  ]
  if (places.length === 0) return []
  const answers = await ask(places.map(fileAt))
  const why = (path: string): string | undefined => {
    const found = answers.read(fileAt(path))
    if (found.type === 'absent') return `${path} is not there`
    if (found.type === 'link' || (found.uid === 0 && (Number.parseInt(found.mode, 8) & 0o022) === 0))
      return undefined
    return `${path} may be written by others than root: chown root, chmod go-w, or keepalived will not run it`
  }
  return named.flatMap(({ path, statement: { at } }) => {
    const message = why(path) ?? why(path.slice(0, path.lastIndexOf('/')) || '/')
    return message === undefined ? [] : [{ message, at }]
  })
}

/** The texts of files by patterns; what cannot be read as text is none. */
async function filesAt(patterns: readonly string[], ask: Asker): Promise<Includes> {
  const queries = patterns.map((pattern) => [pattern, writtenAt(pattern)] as const)
  const answers = await ask(queries.map(([, query]) => query))
  return new Map(
    queries.map(([pattern, query]) => [
      pattern,
      answers.read(query).flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }])),
    ]),
  )
}
