import type { Sourced } from '../../model/sourced.ts'
import type { Role } from './spec.ts'

type Mappings = readonly (Sourced | undefined)[]

/** Defaults that tasks of a role see, weakest first: of the roles it depends on, of those that brought it in, its own. */
export function defaultsOf({ defaults, parents, dependencies }: Role): Mappings {
  return [...dependencies, ...parents].map((one) => one.defaults).concat(defaults)
}

/** Variables that tasks of a role see in the same way. */
export function variablesOf(role: Role): Mappings {
  const { parents, dependencies } = role
  return [...parents, ...dependencies, role].flatMap(({ said, vars }) => [said, vars])
}

/** What is given to a role and to those that brought it in, its own last. */
export function paramsOf({ params, parents }: Role): Mappings {
  return parents.map((one) => one.params).concat(params)
}

/** The same roles as the rest of the play sees them: who brought them in does not count. */
export function aloneOf(role: Role): Role {
  return role.parents.length === 0 ? role : { ...role, parents: [] }
}
