import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import ipaddr from 'ipaddr.js'
import { type Document, isNode, isPair, LineCounter, parseDocument, visit } from 'yaml'
import { z } from 'zod'
import { Failure, InvalidInput } from '../model/failure.ts'

/** What a machine of the lab can be: Debian 12, Debian 13, and the Red Hat family with Debian's binaries. */
export const IMAGES = ['bookworm', 'trixie', 'el9'] as const

/** The name of a guest image. */
export type ImageName = (typeof IMAGES)[number]

/** One machine of a lab, with every default filled in. */
export interface MachineSpec {
  readonly name: string
  readonly address: string
  readonly memoryMiB: number
  readonly image: ImageName
  /** Packages that its disk has from the start, sorted; their services are neither enabled nor running. */
  readonly packages: readonly string[]
}

/** A lab as its topology file describes it, with every default filled in. */
export interface Topology {
  readonly name: string
  /** CIDR of the one LAN. */
  readonly network: string
  /** The address this computer has on that LAN: the machines' gateway and package proxy. */
  readonly gateway: string
  readonly machines: readonly MachineSpec[]
}

const labName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/,
    'a lab name is 1 to 32 of a-z, 0-9 and "-", no "-" at its ends',
  )

const machineName = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,13}[a-z0-9])?$/, 'a machine name is 1 to 15 of a-z, 0-9 and "-", a letter first')
  .refine((name) => !['lo', 'lan', 'all', 'localhost'].includes(name), 'this machine name is reserved')

const address = z.string().refine((text) => ipaddr.IPv4.isValidFourPartDecimal(text), 'not an IPv4 address')

const memory = z
  .string()
  .regex(/^\d+[MG]$/, 'memory is a number with M or G, such as 512M')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('G') ? 1024 : 1))
  .refine((mib) => mib >= 160 && mib <= 16384, 'memory has to be between 160M and 16G')

const packages = z
  .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, 'not the name of a package'))
  .transform((names) => [...new Set(names)].sort())

const machine = z.strictObject({
  address,
  memory: memory.optional(),
  image: z.enum(IMAGES).optional(),
  packages: packages.optional(),
})

const file = z.strictObject({
  name: labName.optional(),
  network: z
    .string()
    .refine((text) => ipaddr.IPv4.isValidCIDR(text), 'not an IPv4 network such as 10.77.0.0/24')
    .default('10.77.0.0/24'),
  gateway: address.optional(),
  image: z.enum(IMAGES).default('bookworm'),
  memory: memory.default(384),
  packages: packages.default([]),
  machines: z
    .record(machineName, machine)
    .refine((machines) => Object.keys(machines).length > 0, 'a lab needs at least one machine'),
})

type Problem = { readonly path: readonly PropertyKey[]; readonly message: string }

/** Reads a topology file; all its mistakes are reported at once. */
export async function loadTopology(path: string, name?: string): Promise<Topology> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Failure('INVALID_INPUT', `cannot read the topology ${path}`, {
      next: 'Give the path of a lab topology file, such as inventories/lvs-dr/lab.yaml.',
      cause,
    })
  })
  return parseTopology(text, path, name)
}

/** Parses the text of a topology file; `name` overrides the lab's name. */
export function parseTopology(text: string, path: string, name?: string): Topology {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { file: path, line, col }
  }
  if (document.errors.length > 0) {
    throw new InvalidInput(
      document.errors.map(
        (error) =>
          new Failure(
            'INVALID_INPUT',
            error.message.split('\n')[0]?.replace(/ at line.*/, '') ?? 'not YAML',
            {
              where: { origin: at(error.pos[0]) },
            },
          ),
      ),
    )
  }
  const read = file.safeParse(document.toJS({ maxAliasCount: 20 }) ?? {})
  const wanted = name ?? read.data?.name ?? nameFromFile(path)
  const named = labName.safeParse(wanted)
  const problems: Problem[] = [
    ...(read.success ? inconsistencies(read.data) : read.error.issues.flatMap(unfold)),
    ...(named.success || (read.error && !name)
      ? []
      : (named.error?.issues.map((i) => ({ path: [], message: `"${wanted}": ${i.message}` })) ?? [])),
  ]
  if (problems.length > 0 || !read.success) {
    throw new InvalidInput(
      problems.map(
        ({ path: where, message }) =>
          new Failure('INVALID_INPUT', [where.join('.'), message].filter(Boolean).join(': '), {
            where: { origin: at(offsetOf(document, where)) },
          }),
      ),
    )
  }
  const { network, machines, image, memory: usual, packages: everywhere } = read.data
  return {
    name: wanted,
    network,
    gateway: read.data.gateway ?? firstAddress(network),
    machines: Object.entries(machines).map(([machineName, spec]) => ({
      name: machineName,
      address: spec.address,
      memoryMiB: spec.memory ?? usual,
      image: spec.image ?? image,
      packages: spec.packages ?? everywhere,
    })),
  }
}

/** zod reports keys it does not know at their parent; the reader wants the key. */
function unfold(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'this key is not known here' }))
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => ({ path: issue.path, message: inner.message }))
  return [{ path: issue.path, message: issue.message.replace(/^Invalid input: /, '') }]
}

function inconsistencies(read: z.output<typeof file>): Problem[] {
  const [base, bits] = ipaddr.IPv4.parseCIDR(read.network)
  const gateway = read.gateway ?? firstAddress(read.network)
  const problems: Problem[] = []
  if (bits > 29 || bits < 16) problems.push({ path: ['network'], message: 'use a prefix from /16 to /29' })
  const owners = new Map([[gateway, 'the gateway, which is this computer']])
  if (!usable(gateway, base, bits))
    problems.push({ path: ['gateway'], message: `not a host address of ${read.network}` })
  for (const [name, { address: own }] of Object.entries(read.machines)) {
    const path = ['machines', name, 'address']
    const owner = owners.get(own)
    if (owner) problems.push({ path, message: `${own} is already the address of ${owner}` })
    else if (!usable(own, base, bits))
      problems.push({ path, message: `${own} is not a host address of ${read.network}` })
    owners.set(own, name)
  }
  return problems
}

function usable(text: string, base: ipaddr.IPv4, bits: number): boolean {
  const cidr = `${base.toString()}/${bits}`
  const edges = [ipaddr.IPv4.networkAddressFromCIDR(cidr), ipaddr.IPv4.broadcastAddressFromCIDR(cidr)]
  return ipaddr.IPv4.parse(text).match(base, bits) && !edges.some((edge) => edge.toString() === text)
}

function firstAddress(network: string): string {
  const octets = ipaddr.IPv4.networkAddressFromCIDR(network).octets
  return [...octets.slice(0, 3), (octets[3] ?? 0) + 1].join('.')
}

function nameFromFile(path: string): string {
  const stem = basename(path)
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
  return stem.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'lab'
}

/** The place of a value, or of the nearest thing around it that exists; keys point at the key itself. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true)
    let found: number | undefined
    visit(isNode(parent) ? parent : document.contents, {
      Pair(_, pair) {
        if (
          found === undefined &&
          isNode(pair.key) &&
          isPair(pair) &&
          String(pair.key) === String(path[depth - 1])
        ) {
          const target = depth === path.length && isNode(pair.value) ? pair.value : pair.key
          found = target.range?.[0]
          return visit.BREAK
        }
        return visit.SKIP
      },
    })
    if (found !== undefined) return found
  }
  return document.contents?.range?.[0] ?? 0
}
