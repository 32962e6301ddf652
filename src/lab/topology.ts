import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Document, isMap, isNode, isPair, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { Failure, InvalidInput } from '../model/failure.ts'
import { addressed, addressProblems, type InterfaceSpec, type NetworkSpec } from './addressing.ts'
import { type ImageName, labName, type TopologyProblem, topologyFile } from './topology-file.ts'

export type { InterfaceSpec, NetworkSpec } from './addressing.ts'
export type { ImageName } from './topology-file.ts'

/** One machine of a lab, with every default filled in. */
export interface MachineSpec {
  readonly name: string
  /** The address at which this computer reaches it. */
  readonly address: string
  readonly interfaces: readonly InterfaceSpec[]
  readonly memoryMiB: number
  readonly image: ImageName
  /** Packages that its disk has from the start, sorted; their services are neither enabled nor running. */
  readonly packages: readonly string[]
}

/** A lab as its topology file describes it, with every default filled in. */
export interface Topology {
  readonly name: string
  readonly networks: readonly NetworkSpec[]
  /** The network from which this computer reaches machines; where absent it does so from each machine's own. */
  readonly controller?: string
  readonly machines: readonly MachineSpec[]
}

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
  const read = topologyFile.safeParse(document.toJS({ maxAliasCount: 20 }) ?? {})
  const wanted = name ?? read.data?.name ?? nameFromFile(path)
  const named = labName.safeParse(wanted)
  const problems: TopologyProblem[] = [
    ...(read.success ? addressProblems(read.data) : read.error.issues.flatMap(unfold)),
    ...(named.success || (read.error && !name)
      ? []
      : (named.error?.issues.map((i) => ({ path: [], message: `"${wanted}": ${i.message}` })) ?? [])),
  ]
  if (problems.length > 0 || !read.success) {
    throw new InvalidInput(
      problems.map(
        ({ path: where, message }) =>
          new Failure(
            'INVALID_INPUT',
            [asWritten(document, where).join('.'), message].filter(Boolean).join(': '),
            {
              where: { origin: at(offsetOf(document, asWritten(document, where))) },
            },
          ),
      ),
    )
  }
  const { controller, machines, image, memory: usual, packages: everywhere } = read.data
  const { networks, placeOf } = addressed(read.data)
  return {
    name: wanted,
    networks,
    ...(controller === undefined ? {} : { controller }),
    machines: Object.entries(machines).map(([machineName, spec]) => ({
      name: machineName,
      ...placeOf(machineName),
      memoryMiB: spec.memory ?? usual,
      image: spec.image ?? image,
      packages: spec.packages ?? everywhere,
    })),
  }
}

/** zod reports keys it does not know at their parent; the reader wants the key. */
function unfold(issue: z.core.$ZodIssue): TopologyProblem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'this key is not known here' }))
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => ({ path: issue.path, message: inner.message }))
  return [{ path: issue.path, message: issue.message.replace(/^Invalid input: /, '') }]
}

function nameFromFile(path: string): string {
  const stem = basename(path)
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
  return stem.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'lab'
}

/** A path without the parts that the file leaves out, where it says one thing instead of a list or a mapping of it. */
function asWritten(document: Document, path: readonly PropertyKey[]): readonly PropertyKey[] {
  const written: PropertyKey[] = []
  for (const key of path) {
    const parent = document.getIn(written, true)
    const fits = typeof key === 'number' ? isSeq(parent) : isMap(parent)
    if (fits || parent === undefined) written.push(key)
  }
  return written
}

/** The place of a value, or of the nearest thing around it that exists; keys point at the key itself. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true)
    const key = path[depth - 1]
    if (typeof key === 'number') {
      const item = document.getIn(path.slice(0, depth), true)
      if (isNode(item) && item.range) return item.range[0]
      continue
    }
    let found: number | undefined
    visit(isNode(parent) ? parent : document.contents, {
      Pair(_, pair) {
        if (found === undefined && isNode(pair.key) && isPair(pair) && String(pair.key) === String(key)) {
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
