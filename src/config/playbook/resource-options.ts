import { z } from 'zod'
import type { ResourceOptions } from '../../model/resource.ts'
import type { Resolver } from '../expressions/resolve.ts'
import type { Scope } from '../expressions/scope.ts'
import { validate } from '../validate.ts'
import type { TaskSpec } from './spec.ts'

const userName = z.string().regex(/^[a-z_][a-z0-9_.-]*\$?$/i, 'must be the name of a user')

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and underscores')
const variables = z.record(variableName, z.union([z.string(), z.number(), z.boolean()]))

/** What a task says about how its resource is brought about. Throws InvalidInput, NeedsFacts, NeedsResult. */
export function resourceOptions(task: TaskSpec, scope: Scope, resolver: Resolver): ResourceOptions {
  const environment: Record<string, string> = {}
  for (const written of task.environment) {
    const given = validate(variables, resolver.sourced(written, scope), 'environment')
    for (const [name, value] of Object.entries(given)) environment[name] = String(value)
  }
  const { becomeUser, register } = task
  const runAs = becomeUser && validate(userName, resolver.sourced(becomeUser, scope), 'become_user')
  return {
    noLog: task.noLog,
    ignoreErrors: task.ignoreErrors,
    environment,
    always: false,
    ...(register === undefined ? {} : { register }),
    ...(runAs === undefined || runAs === 'root' ? {} : { runAs }),
  }
}
