import { z } from 'zod'
import { isAddress, isRange } from './ranges.ts'

/** What a machine of the lab can be: Debian 12, Debian 13, and the Red Hat family with Debian's binaries. */
export const IMAGES = ['bookworm', 'trixie', 'el9'] as const

/** The name of a guest image. */
export type ImageName = (typeof IMAGES)[number]

/** The name of a lab. */
export const labName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/,
    'a lab name is 1 to 32 of a-z, 0-9 and "-", no "-" at its ends',
  )

const linkName = (what: string, ...reserved: readonly string[]) =>
  z
    .string()
    .regex(
      /^[a-z]([a-z0-9-]{0,13}[a-z0-9])?$/,
      `a ${what} name is 1 to 15 of a-z, 0-9 and "-", a letter first`,
    )
    .refine((name) => !reserved.includes(name), `this ${what} name is reserved`)

const address = z.string().refine(isAddress, 'not an IP address')

const range = z.string().refine(isRange, 'not a network such as 10.77.0.0/24 or fd00:77::/64')

const memory = z
  .string()
  .regex(/^\d+[MG]$/, 'memory is a number with M or G, such as 512M')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('G') ? 1024 : 1))
  .refine((mib) => mib >= 160 && mib <= 16384, 'memory has to be between 160M and 16G')

const packages = z
  .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, 'not the name of a package'))
  .transform((names) => [...new Set(names)].sort())

/** One of something, or a list of them. */
const some = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(item).min(1, 'an empty list'))

const network = z.strictObject({
  network: some(range),
  gateway: some(address).optional(),
  mtu: z.int().min(576).max(9000).optional(),
  routed: z.boolean().default(true),
})

const machine = z.strictObject({
  address: address.optional(),
  addresses: z.array(address).min(1, 'an empty list').optional(),
  memory: memory.optional(),
  image: z.enum(IMAGES).optional(),
  packages: packages.optional(),
})

/** What a topology file may say. */
export const topologyFile = z.strictObject({
  name: labName.optional(),
  network: some(range).optional(),
  gateway: some(address).optional(),
  networks: z
    .record(
      linkName('network', 'lo', 'all', 'default'),
      z.preprocess(
        (given) => (typeof given === 'string' || Array.isArray(given) ? { network: given } : given),
        network,
      ),
    )
    .refine((networks) => Object.keys(networks).length > 0, 'name a network, or leave this out')
    .optional(),
  controller: z.string().optional(),
  image: z.enum(IMAGES).default('bookworm'),
  memory: memory.default(384),
  packages: packages.default([]),
  machines: z
    .record(linkName('machine', 'lo', 'lan', 'all', 'default', 'localhost'), machine)
    .refine((machines) => Object.keys(machines).length > 0, 'a lab needs at least one machine'),
})

/** A topology file as it is read, before anybody asked whether its addresses fit. */
export type TopologyFile = z.output<typeof topologyFile>

/** Something that is wrong, and with which value. */
export type TopologyProblem = { readonly path: readonly PropertyKey[]; readonly message: string }
