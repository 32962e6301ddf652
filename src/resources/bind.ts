import type { z } from 'zod'
import type { Origin } from '../model/origin.ts'
import type { Resource, ResourceKind, ResourceOptions } from '../model/resource.ts'
import type { Queries, Readings } from '../model/sensor.ts'

/** What a task says about a resource beside its desired state. */
export interface Binding {
  readonly title: string
  readonly origin: Origin
  readonly options: ResourceOptions
}

/** Closes a kind over one desired state, so that the engine needs to know neither. */
function bind<Desired, Asked extends Queries>(
  kind: ResourceKind<Desired, Asked>,
  desired: Desired,
  { title, origin, options }: Binding,
  always: boolean,
): Resource {
  const { result } = kind
  return {
    id: `${kind.name}[${kind.subject(desired)}]`,
    title,
    origin,
    options: { ...options, always: options.always || always },
    queries: kind.inspect(desired),
    converge: (found, upcoming) => kind.converge(desired, found as Readings<Asked>, upcoming),
    ...(result ? { result: (found) => result(found as Readings<Asked>) } : {}),
  }
}

/** A kind as `config/` sees it: parameters go in, a resource comes out. */
export interface Kind {
  readonly name: string
  readonly summary: string
  readonly schema: z.ZodType
  readonly shorthand?: string
  /** Throws ZodError where the parameters do not fit the schema. */
  make(parameters: unknown, binding: Binding): Resource
}

/** Forgets a kind's own types, so that all kinds can stand in one list. `always`: is it to run in every run? */
export function listed<Desired, Asked extends Queries>(
  kind: ResourceKind<Desired, Asked>,
  always: (desired: Desired) => boolean = () => false,
): Kind {
  return {
    name: kind.name,
    summary: kind.summary,
    schema: kind.schema,
    ...(kind.shorthand ? { shorthand: kind.shorthand } : {}),
    make: (parameters, binding) => {
      const desired = kind.schema.parse(parameters)
      return bind(kind, desired, binding, always(desired))
    },
  }
}
