import { fromPublic } from '@nats-io/nkeys'
import { z } from 'zod'
import { engineAddress } from './address.ts'
import { fleetName } from './names.ts'

const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** A time such as `5m` or `7d`, in seconds. */
const lasting = z
  .string()
  .regex(/^[1-9]\d{0,6}[smhd]$/, 'a time is a number with s, m, h or d, such as 5m')
  .transform((text) => Number.parseInt(text, 10) * units[text.at(-1) as keyof typeof units])

const every = lasting.refine((seconds) => seconds >= 60 && seconds <= 366 * 86_400, 'from 60s to 366d')
const path = z.string().min(1, 'an empty path').max(1000)
const some = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(item).min(1, 'an empty list'))

const schedules = z.strictObject({
  verify: every.optional(),
  drift: every.optional(),
  certificates: every.optional(),
  drill: z
    .strictObject({
      every,
      drills: z.array(z.string().min(1).max(100)).min(1, 'an empty list').max(100),
    })
    .optional(),
})

/** The public half of an nkey: of who comes to the engine, or signs. */
const userKey = z
  .string()
  .regex(/^U[A-Z2-7]{55}$/, 'a key of a user begins with U')
  .refine(isWhole, 'a letter of this key is wrong: its checksum is another one')

/** Where the value of a secret is on the computer of who orders: it is sealed there for the site. */
const secret = z.union([z.strictObject({ file: path }), z.strictObject({ env: z.string().min(1).max(200) })])

const cluster = z.strictObject({
  site: fleetName,
  inventory: some(path),
  playbook: path.optional(),
  limit: z.string().min(1).max(1000).optional(),
  labels: z
    .record(
      z
        .string()
        .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'a label is a-z, 0-9, "_" and "-", a letter first')
        .refine((name) => name !== 'site', '"site" is no label: it stands beside them'),
      z.string().min(1).max(63),
    )
    .default({}),
  secrets: z.record(z.string().regex(/^[A-Za-z_]\w*$/, 'not the name of a variable'), secret).optional(),
  schedules: schedules.optional(),
})

/** What the file of a fleet may say. */
const said = z.strictObject({
  fleet: fleetName,
  /** Where the engine is; a flag or $UNDERSTUDY_ENGINE wins. */
  engine: some(engineAddress).optional(),
  /** How many servers of the engine keep everything. */
  replicas: z.int().min(1).max(5).default(1),
  retention: z
    .strictObject({ events: lasting.default(90 * 86_400), gigabytes: z.int().min(1).max(10_000).default(10) })
    .default({ events: 90 * 86_400, gigabytes: 10 }),
  /** What travels, relative to the file; all that is beside it, where absent. */
  files: z.array(path).min(1, 'an empty list').optional(),
  sites: z
    .record(
      fleetName,
      z
        .strictObject({
          key: z
            .string()
            .regex(/^X[A-Z2-7]{55}$/, 'a key of a site begins with X')
            .optional(),
          /** With which its workers come to the engine. */
          workers: z.array(userKey).max(1000).default([]),
          /** The password of its leaf node, as nats-server keeps it. */
          leaf: z
            .string()
            .regex(
              /^\$2a\$\d\d\$[./A-Za-z0-9]{53}$/,
              'a password of a leaf node is kept as bcrypt: mkpasswd -m bcrypt-a',
            )
            .optional(),
        })
        .nullable(),
    )
    .default({}),
  /** Who else comes to the engine. */
  accounts: z
    .strictObject({
      operators: z.array(userKey).max(1000).default([]),
      readers: z.array(userKey).max(1000).default([]),
    })
    .default({ operators: [], readers: [] }),
  schedules: schedules.optional(),
  clusters: z
    .record(fleetName, cluster)
    .refine((all) => Object.keys(all).length > 0, 'a fleet has at least one cluster'),
})

function isWhole(key: string): boolean {
  try {
    fromPublic(key)
    return true
  } catch {
    return false
  }
}

/** The same; whoever comes to the engine comes as one of them. */
export const fleetFile = said.superRefine(({ accounts, sites }, context) => {
  const places = new Map<string, string>()
  const lists: readonly (readonly [readonly (string | number)[], readonly string[]])[] = [
    [['accounts', 'operators'], accounts.operators],
    [['accounts', 'readers'], accounts.readers],
    ...Object.entries(sites).map(([site, it]) => [['sites', site, 'workers'], it?.workers ?? []] as const),
  ]
  for (const [path, keys] of lists)
    for (const [index, key] of keys.entries()) {
      const other = places.get(key)
      if (other !== undefined)
        context.addIssue({
          code: 'custom',
          path: [...path, index],
          message: `this key stands in ${other}, too`,
        })
      places.set(key, path.join('.'))
    }
})

/** The same, typed. */
export type FleetFile = z.output<typeof fleetFile>

/** What it says of one cluster. */
export type FleetCluster = FleetFile['clusters'][string]

/** Clusters as selectors look at them, in the order of the file. */
export function clustersOf({ clusters }: FleetFile) {
  return Object.entries(clusters).map(([name, said]) => ({ cluster: name, ...said }))
}

/** All sites that it names, sorted. */
export function sitesOf({ sites, clusters }: Pick<FleetFile, 'sites' | 'clusters'>): readonly string[] {
  return [...new Set([...Object.keys(sites), ...Object.values(clusters).map(({ site }) => site)])].toSorted()
}
