import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AdoptedDirector,
  combine,
  heldByAll,
  inventoryText,
  type KnownMachine,
  type ReadDirector,
  readDirector,
  realserverBy,
  realserverRemarks,
  said,
} from '../adoption/index.ts'
import { isPlaceholder, loadIntent, loadMachines } from '../config/index.ts'
import type { Facts } from '../model/facts.ts'
import { explain, Failure, InvalidInput } from '../model/failure.ts'
import type { Host } from '../model/host.ts'
import { warningText } from '../model/rule.ts'
import type { Session } from '../model/session.ts'
import { observe } from '../verify/observe.ts'
import { connector } from './connector.ts'
import { makeFolder } from './folders.ts'
import { endedBy, uninterrupted } from './interruption.ts'
import { type ConnectionOptions, type InventoryOptions, secretTeller } from './options.ts'
import { packageRoot } from './places.ts'
import { schemaLine } from './schema-line.ts'
import { sessionPool } from './sessions.ts'

/** Which machines are read, and where their inventory is written. */
export type AdoptOptions = ConnectionOptions &
  Omit<InventoryOptions, 'inventory' | 'limit'> & {
    /** Names of an inventory, addresses, or names that ssh knows: all directors, and realservers as far as they have names. */
    readonly hosts: readonly string[]
    /** Inventories in which names are looked for first. */
    readonly inventory?: readonly string[]
    /** Where `hosts.yaml` and `site.yaml` are written. */
    readonly directory: string
    /** Name of the cluster. */
    readonly name?: string
    /** User to log in as, where the inventory does not say one. */
    readonly user?: string
    /** Ends the reading: it throws INTERRUPTED then. */
    readonly signal?: AbortSignal
  }

/** What was written, and what there is to say of it. */
export interface AdoptResult {
  readonly inventory: string
  readonly playbook: string
  /** Files by the machines on which they were read. */
  readonly files: ReadonlyMap<string, readonly string[]>
  /** Each with its place, `host:file:line`. */
  readonly contradictions: readonly string[]
  readonly remarks: readonly string[]
  /** What lint has against the inventory. */
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Reads what machines were told by hand and writes it as an inventory; changes nothing on any of them, and overwrites nothing
 * here. Throws `Failure` on bad input and where a machine that was named cannot be read.
 */
export async function adopt(options: AdoptOptions): Promise<AdoptResult> {
  const { directory, name = 'web' } = options
  const inventory = join(directory, 'hosts.yaml')
  const playbook = join(directory, 'site.yaml')
  for (const path of [inventory, playbook])
    if (existsSync(path))
      throw new Failure('INVALID_INPUT', `${path} exists already`, { next: 'name another directory' })
  const read = await machinesRead(options)
  if (!read.directors.some(({ keepalived }) => keepalived.instances.length > 0))
    throw new Failure('INVALID_INPUT', 'no keepalived.conf of these machines has a vrrp_instance', {
      next: 'name the directors of a cluster: they have the VIPs',
    })
  const adoption = combine(name, read.directors, read.machines, isPlaceholder)
  const text = inventoryText(
    { ...adoption, remarks: [...read.remarks, ...adoption.remarks] },
    {
      files: read.files,
      connections: read.connections,
      vars: options.user ? { ansible_user: options.user } : {},
    },
  )
  await makeFolder(directory)
  // Passwords of VRRP are in it.
  await writeFile(inventory, schemaLine('inventory') + text, { mode: 0o600, flag: 'wx' })
  // Private keys, as they are on the machines.
  if (adoption.files.size > 0) await mkdir(join(directory, 'tls'), { mode: 0o700 })
  for (const [file, pem] of adoption.files)
    await writeFile(join(directory, file), pem, { mode: 0o600, flag: 'wx' })
  await writeFile(
    playbook,
    schemaLine('playbook') + (await readFile(join(packageRoot, 'playbooks/site.yaml'), 'utf8')),
  )
  return {
    ...{ inventory, playbook, files: read.files },
    contradictions: adoption.contradictions.map(said),
    remarks: [...read.remarks, ...adoption.remarks].map(said),
    ...(await judged(inventory, playbook, options)),
  }
}

/** What lint says of it. */
async function judged(inventory: string, playbook: string, { settings, ...options }: AdoptOptions) {
  try {
    const { warnings } = await loadIntent({
      ...{ inventory: [inventory], playbook, tags: [], skipTags: [], extraVars: options.extraVars ?? [] },
      ...{ packageRoot, settings, onSecret: secretTeller(options) },
    })
    return { problems: [], warnings: warnings.map(warningText) }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return { problems: error.problems.map((problem) => explain(problem)), warnings: [] }
  }
}

interface Read {
  readonly directors: readonly AdoptedDirector[]
  readonly machines: readonly KnownMachine[]
  readonly files: ReadonlyMap<string, readonly string[]>
  readonly connections: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  readonly remarks: readonly { readonly message: string; readonly host?: string }[]
}

/** Reads the machines that were named, and asks those that they forward to who they are, as far as they answer. */
async function machinesRead(options: AdoptOptions): Promise<Read> {
  const { signal = uninterrupted } = options
  const named = await hostsNamed(options)
  const { open } = await connector(options)
  await using pool = sessionPool(named, open, signal)
  const asking = (session: Session) => (queries: Parameters<typeof observe>[1]) =>
    observe(session, queries, signal)
  const found = await Promise.all(
    [...named.values()].map(async (host) => {
      const ask = asking(await pool.session(host.name))
      const read = await readDirector(host.name, ask).catch(async (error) => {
        // A realserver has no keepalived.
        if (error instanceof Failure && error.code === 'INVALID_INPUT')
          return { ...(await realserverBy(ask)), error }
        throw error
      })
      return { host, read }
    }),
  ).catch((error) => {
    throw endedBy(error, signal)
  })
  const taken = new Set<string>()
  const machines = found.map(({ host, read }) => ({
    ...machineOf(host, read.facts, taken),
    ...('routes' in read ? { routes: read.routes } : {}),
    read,
    host,
  }))
  const directors = machines.flatMap(({ name, connection, addresses, read }) =>
    'error' in read
      ? []
      : [
          {
            name,
            connection,
            addresses,
            networks: networksOf(read.facts),
            keepalived: read.keepalived,
            proxies: read.proxies,
            pems: read.pems,
            hasScriptUser: 'keepalived_script' in read.facts.homes,
          },
        ],
  )
  const [first] = machines
  if (directors.length === 0 && first && 'error' in first.read) throw first.read.error
  const vips = heldByAll(directors.map(({ keepalived }) => keepalived))
  const remarks = await Promise.all(
    machines
      .filter(({ read }) => 'error' in read && vips.length > 0)
      .map(async ({ name, host }) => realserverRemarks(name, vips, asking(await pool.session(host.name)))),
  )
  return {
    directors,
    machines,
    files: new Map(
      machines.flatMap(({ name, read }) =>
        'error' in read ? [] : [[name, (read as ReadDirector).files] as const],
      ),
    ),
    connections: new Map(),
    remarks: remarks.flat(),
  }
}

/** The machine by the name that it has in an inventory: its own, where an address was named. */
function machineOf(
  { name, address }: Host,
  { hostname, interfaces }: Facts,
  taken: Set<string>,
): KnownMachine {
  const own = hostname.split('.')[0] ?? ''
  const isAddress = /^[\d.]+$|:/.test(name)
  const called =
    isAddress && /^[A-Za-z][A-Za-z0-9-]*$/.test(own) && own !== 'localhost' && !taken.has(own) ? own : name
  taken.add(called)
  const addresses = Object.values(interfaces)
    .filter(({ name: device }) => device !== 'lo')
    .flatMap((device) => device.addresses.map((one) => one.address))
  return { name: called, connection: address, addresses }
}

function networksOf({ interfaces }: Facts): readonly string[] {
  return Object.values(interfaces).flatMap((device) =>
    device.addresses.map(({ address, prefix }) => `${address}/${prefix}`),
  )
}

/** Connections to what was named, by the inventory or as ssh knows it. */
async function hostsNamed(options: AdoptOptions): Promise<ReadonlyMap<string, Host>> {
  const { hosts, inventory = [], extraVars = [], vaultPasswords, become, settings, user } = options
  const said = {
    extraVars: [...(user ? [`ansible_user=${user}`] : []), ...extraVars],
    vaultPasswords,
    become,
    settings,
  }
  const request = { ...said, onSecret: secretTeller(options) }
  const known =
    inventory.length > 0 ? (await loadMachines({ ...request, inventory })).machines : new Map<string, Host>()
  const others = hosts.filter((name) => !known.has(name))
  const plain =
    others.length > 0
      ? (await loadMachines({ ...request, inventory: [`${others.join(',')},`] })).machines
      : new Map<string, Host>()
  return new Map(
    hosts
      .map((name) => [name, known.get(name) ?? plain.get(name)] as const)
      .filter((one): one is readonly [string, Host] => one[1] !== undefined),
  )
}
