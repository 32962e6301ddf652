import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { KeyPair } from '@nats-io/nkeys'
import { type Envelope, sealed } from '../../fleet/envelope.ts'
import type { FleetFile } from '../../fleet/file.ts'
import type { Operation } from '../../fleet/names.ts'
import type { Asked, Order, Schedule, StandingOrder, Subject } from '../../fleet/order.ts'
import { Failure } from '../../model/failure.ts'
import type { MadeBundle } from './bundling.ts'
import { sealFor } from './keys.ts'
import type { Fleet, NamedCluster } from './reading.ts'

/** How long an order may wait to be begun. */
const lastsHours = 24

/** What is said to a worker of a cluster: where it stands, and what is sealed for its site. Throws INVALID_INPUT. */
export async function subjectOf(
  fleet: Fleet,
  { cluster, site, labels, inventory, playbook, limit, secrets = {} }: NamedCluster,
  bundle: Pick<MadeBundle, 'reference' | 'paths'>,
): Promise<Subject> {
  for (const path of [...inventory, ...(playbook === undefined ? [] : [playbook])])
    refuseAbsent(path, fleet, bundle)
  const box = await Promise.all(
    Object.entries(secrets).map(async ([name, source]) => {
      const key = fleet.said.sites[site]?.key
      if (key === undefined)
        throw new Failure(
          'INVALID_INPUT',
          `${fleet.file}: ${cluster} has secrets, and its site ${site} has no key`,
          {
            next: `make one at the site, understudy fleet key site FILE, and write it: sites: {${site}: {key: X…}}`,
          },
        )
      return [name, sealFor(key, await secretOf(name, source, fleet.folder))] as const
    }),
  )
  return {
    cluster,
    site,
    labels,
    bundle: bundle.reference,
    inventory: inventory.map(inBundle),
    ...(playbook === undefined ? {} : { playbook: inBundle(playbook) }),
    ...(limit === undefined ? {} : { limit }),
    ...(box.length > 0 ? { secrets: Object.fromEntries(box) } : {}),
  }
}

function inBundle(path: string): string {
  return path.replace(/^(\.\/)+/, '').replace(/\/+$/, '')
}

function refuseAbsent(path: string, { file, folder }: Fleet, { paths }: Pick<MadeBundle, 'paths'>): void {
  const name = inBundle(path)
  if ([...paths].some((one) => one === name || one.startsWith(`${name}/`))) return
  throw new Failure(
    'INVALID_INPUT',
    `${file} names ${path}, which does not travel: it is not in ${folder}, or left out`,
    {
      next: 'write paths relative to the file of the fleet, and name what travels by "files"',
    },
  )
}

/** The values of a cluster's secrets, for what is done in this process. */
export async function secretsOf(
  { secrets = {} }: NamedCluster,
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const all = Object.entries(secrets).map(
    async ([name, source]) => [name, await secretOf(name, source, folder)] as const,
  )
  return Object.fromEntries(await Promise.all(all))
}

type Source = NonNullable<FleetFile['clusters'][string]['secrets']>[string]

async function secretOf(name: string, source: Source, folder: string): Promise<string> {
  if ('env' in source) {
    const value = process.env[source.env]
    if (value !== undefined) return value
    throw new Failure(
      'INVALID_INPUT',
      `the secret ${name} is to come from $${source.env}, which is not set`,
      {
        next: `set it for this command: ${source.env}=… understudy fleet …`,
      },
    )
  }
  try {
    return (await readFile(resolve(folder, source.file), 'utf8')).replace(/\n$/, '')
  } catch (cause) {
    throw new Failure('INVALID_INPUT', `the secret ${name} cannot be read: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** What is wanted of all clusters of a run. */
export interface Wanted {
  readonly fleet: string
  readonly run: string
  readonly operation: Operation
  readonly asked: Asked
  readonly by: string
}

/** An order, signed. */
export function orderFor(wanted: Wanted, subject: Subject, key: KeyPair, now: number): Envelope {
  const body: Order = {
    is: 'order',
    ...wanted,
    subject,
    issued: new Date(now).toISOString(),
    expires: new Date(now + lastsHours * 3_600_000).toISOString(),
  }
  return sealed(body, key)
}

/** What is done to a cluster by itself, as the file of its fleet says. */
export function schedulesOf({ said }: Fleet, { schedules }: NamedCluster): StandingOrder['schedules'] {
  const { drill, ...looking } = { ...said.schedules, ...schedules }
  const looks = Object.entries(looking).flatMap(([operation, every]) =>
    every === undefined ? [] : [{ operation: operation as Schedule['operation'], every }],
  )
  if (!drill) return looks
  return [...looks, { operation: 'drill', every: drill.every, asked: { drills: drill.drills } }]
}

/** What a cluster is, and what is to be done to it by itself, signed. */
export function standingOrderFor(
  { said }: Pick<Fleet, 'said'>,
  {
    subject,
    schedules,
    by,
    key,
    now,
  }: { subject: Subject; schedules: StandingOrder['schedules']; by: string; key: KeyPair; now: number },
): Envelope {
  const body: StandingOrder = {
    is: 'standing-order',
    fleet: said.fleet,
    subject,
    schedules,
    by,
    issued: new Date(now).toISOString(),
  }
  return sealed(body, key)
}
