import { z } from 'zod'
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
export const fleetFile = z.strictObject({
  fleet: fleetName,
  /** Where the engine is; a flag or $UNDERSTUDY_ENGINE wins. */
  engine: some(z.string().regex(/^(nats|tls|ws|wss):\/\/\S+$/, 'an address is nats://HOST:PORT')).optional(),
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
        })
        .nullable(),
    )
    .default({}),
  schedules: schedules.optional(),
  clusters: z
    .record(fleetName, cluster)
    .refine((all) => Object.keys(all).length > 0, 'a fleet has at least one cluster'),
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
export function sitesOf({ sites, clusters }: FleetFile): readonly string[] {
  return [...new Set([...Object.keys(sites), ...Object.values(clusters).map(({ site }) => site)])].toSorted()
}
