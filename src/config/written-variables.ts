import type { Failure } from '../model/failure.ts'
import type { Sourced } from '../model/sourced.ts'
import { inOrder } from './inventory/complaints.ts'
import type { Inventory } from './inventory/index.ts'
import { placeholdersIn } from './placeholders.ts'
import type { PlaySpec } from './playbook/spec.ts'
import { specsIn, tasksIn } from './playbook/tree.ts'
import { collectSecrets } from './secrets.ts'

/** Secrets among the variables that plays hold. */
export function secretsOfPlays(specs: readonly PlaySpec[]): ReadonlySet<string> {
  const secrets = new Set<string>()
  for (const mapping of variablesOfPlays(specs)) collectSecrets('', mapping, secrets)
  return secrets
}

function variablesOfPlays(specs: readonly PlaySpec[]): ReadonlySet<Sourced> {
  const mappings = specs.flatMap((play) => [
    ...play.vars,
    ...(play.files ?? []).flatMap((file) => ('alternatives' in file ? [] : [file])),
    ...allOf(play).flatMap(({ role, vars }) => [
      role?.defaults,
      role?.vars,
      role?.said,
      role?.params,
      ...vars,
    ]),
  ])
  return new Set(mappings.filter((mapping) => mapping !== undefined))
}

/** Passwords that nobody has chosen yet: what is made with them is open to everybody. */
export function placeholders({ hosts }: Inventory, specs: readonly PlaySpec[]): readonly Failure[] {
  const variables = [...hosts.values()].flatMap(({ variables }) => [...variables.values()])
  const written = new Map(variables.map(({ winner, value }) => [value, winner.name]))
  const tasks = specs.flatMap((play) => tasksIn(allOf(play)).map(({ parameters }) => parameters))
  return inOrder([
    ...[...written].flatMap(([value, name]) => placeholdersIn(name, value)),
    ...[...variablesOfPlays(specs), ...new Set(tasks)].flatMap((mapping) => placeholdersIn('', mapping)),
  ])
}

function allOf({ tasks, handlers = [] }: PlaySpec) {
  return specsIn([...tasks, ...handlers])
}
