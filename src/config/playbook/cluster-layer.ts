import { type Cluster, clusterVariables } from '../../cluster/index.ts'
import type { Facts } from '../../model/facts.ts'
import { InvalidInput } from '../../model/failure.ts'
import { isCommon } from '../../model/marked.ts'
import type { Sourced } from '../../model/sourced.ts'
import type { Layer, Scope } from '../expressions/scope.ts'
import { isTemplate } from '../expressions/text.ts'
import { typeName } from '../expressions/values.ts'
import type { InventoryHost } from '../inventory/index.ts'
import { linesWritten } from '../inventory/own-lines.ts'
import { problem } from '../problem.ts'
import type { SecretReads } from '../secret-reads.ts'
import { secretly } from './results.ts'

/** What variables of a cluster are made of for a host. */
interface Sources {
  readonly clusters: readonly Cluster[]
  readonly reads: SecretReads
  /** Is told when anything of a cluster is looked at. */
  clustersRead(): void
  evaluate(sourced: Sourced, scope: Scope): unknown
  /** What expressions in lines of the user's own can see. */
  scope(): Scope
}

/** What is made of the inventory: nothing in it is computed but lines of the user's own. A secret in it is known again by what it says. */
export function clusterLayer(
  sources: Sources,
  host: InventoryHost,
  facts: ReadonlyMap<string, Facts>,
): Layer {
  const { reads, clustersRead } = sources
  const clusters = sources.clusters.map((cluster) =>
    isComputed(cluster) ? (withLines(cluster, valueFor(host, sources), false) as Cluster) : cluster,
  )
  const variables = clusterVariables(clusters, { facts, registered: new Map() }, host.name)
  const isSecret = (text: string) => reads.known.has(text) && !isCommon(text)
  const origin = host.variables.get('cluster')?.value.origin
  return new Map(
    Object.keys(variables).map((name) => [
      name,
      {
        ...(origin ? { origin } : {}),
        read: () => {
          clustersRead()
          return secretly(variables[name], reads, isSecret)
        },
      },
    ]),
  )
}

/** Is anything in lines of the user's own to be computed? */
function isComputed(value: unknown, isLines = false): boolean {
  if (typeof value === 'string') return isLines && isTemplate(value)
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof Map) return [...value.values()].some((one) => isComputed(one, isLines))
  return Object.entries(value).some(([name, part]) => isComputed(part, isLines || name === 'extra'))
}

/** The same with these lines as a host has them; each is computed when it is read, as it may wait for facts. */
function withLines(value: unknown, computed: (text: string) => string, isLines: boolean): unknown {
  if (typeof value !== 'object' || value === null || !isComputed(value, isLines)) return value
  if (value instanceof Map)
    return new Map([...value].map(([name, part]) => [name, withLines(part, computed, isLines)]))
  if (Array.isArray(value)) return value.map((part) => withLines(part, computed, isLines))
  const made = {}
  for (const [name, part] of Object.entries(value)) {
    const ofLines = isLines || name === 'extra'
    const own =
      ofLines && typeof part === 'string'
        ? { get: () => (isTemplate(part) ? computed(part) : part) }
        : { value: withLines(part, computed, ofLines) }
    Object.defineProperty(made, name, { enumerable: true, ...own })
  }
  return made
}

function valueFor(host: InventoryHost, { evaluate, scope }: Sources): (text: string) => string {
  const written = linesWritten(host)
  return (text) => {
    const origin = (written.find(({ scalar }) => text.includes(scalar)) ?? host).origin
    const value = evaluate({ origin, scalar: text }, scope())
    if (typeof value === 'string') return value
    if (value === null || value === undefined) return ''
    if (typeof value === 'number') return String(value)
    throw new InvalidInput([
      problem(
        'expression-value',
        `this is ${typeName(value)}, and lines of a configuration are meant`,
        origin,
        'write a text',
      ),
    ])
  }
}
