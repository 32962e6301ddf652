import { z } from 'zod'
import type { Marked } from '../../model/marked.ts'
import { showOrigin } from '../../model/origin.ts'
import type { ResourceOptions } from '../../model/resource.ts'
import { secretsIn } from '../../model/sourced.ts'
import type { Resolver } from '../expressions/resolve.ts'
import type { Scope } from '../expressions/scope.ts'
import { linesWritten } from '../inventory/own-lines.ts'
import { secretByName } from '../secrets.ts'
import { validate } from '../validate.ts'
import type { Expanding } from './expanding.ts'
import { truth } from './fields.ts'
import { amount, decided } from './flags.ts'
import type { TaskSpec } from './spec.ts'

const userName = z.string().regex(/^[a-z_][a-z0-9_.-]*\$?$/i, 'must be the name of a user')

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and underscores')
const variables = z.record(variableName, z.union([z.string(), z.number(), z.boolean()]))

const seconds = z.union([
  z.number().min(0),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number of seconds')
    .transform(Number),
])

/** Seconds to wait between two items of a loop. Throws what computing them throws. */
export function pauseOf({ loop }: TaskSpec, scope: Scope, resolver: Resolver): number | undefined {
  return loop?.pause && validate(seconds, resolver.sourced(loop.pause, scope), 'pause')
}

/** What a task says about how its resource is brought about. Throws InvalidInput, NeedsFacts, NeedsResult. */
export function resourceOptions(task: TaskSpec, scope: Scope, resolver: Resolver): ResourceOptions {
  const environment: Record<string, string> = {}
  const secrets: Marked[] = []
  for (const written of task.environment) {
    const resolved = secretByName('', resolver.sourced(written, scope))
    secrets.push(...secretsIn(resolved))
    const given = validate(variables, resolved, 'environment')
    for (const [name, value] of Object.entries(given)) environment[name] = String(value)
  }
  const runAs = runAsOf(task, scope, resolver)
  const isChecked = task.checkMode !== undefined && decided(task.checkMode, scope, resolver, 'check_mode')
  const timeout = amount(task.timeout, scope, resolver, 'timeout')
  const async = amount(task.async, scope, resolver, 'async')
  const isLeft = async !== undefined && task.poll && amount(task.poll, scope, resolver, 'poll') === undefined
  const most = amount(task.throttle, scope, resolver, 'throttle')
  return {
    noLog: decided(task.noLog, scope, resolver, 'no_log'),
    ignoreErrors: decided(task.ignoreErrors, scope, resolver, 'ignore_errors'),
    environment,
    always: false,
    secrets,
    ...(isChecked ? { checked: true } : {}),
    ...timesOf({ timeout, async, isLeft: isLeft === true }),
    ...(most === undefined ? {} : { throttle: { of: showOrigin(task.origin), most } }),
    ...(runAs === undefined || runAs === 'root' ? {} : { runAs }),
  }
}

/** Where lines of the user's own in a template's file come from, should they be refused. */
export function ownLinesFor(
  { kind }: TaskSpec,
  host: string,
  { inventory }: Pick<Expanding, 'inventory'>,
): Pick<ResourceOptions, 'ownLines'> {
  const found = kind.source === 'templates' ? inventory.hosts.get(host) : undefined
  return found ? { ownLines: () => linesWritten(found) } : {}
}

/**
 * Who runs it instead of the user of the session. As with Ansible, nobody becomes anyone where `become` is not said, and
 * the variable `ansible_become` is stronger than what tasks say.
 */
function runAsOf({ become, becomeUser }: TaskSpec, scope: Scope, resolver: Resolver): string | undefined {
  if (!becomeUser) return undefined
  const variable = truth.safeParse(scope.read('ansible_become')).data
  if (!(variable ?? decided(become, scope, resolver, 'become'))) return undefined
  const user = resolver.sourced(becomeUser, scope)
  const isNobody = 'scalar' in user && user.scalar === null
  return isNobody ? undefined : validate(userName, user, 'become_user')
}

/** What is left alone has all its time; what is waited for has the shorter one. */
function timesOf(said: {
  readonly timeout: number | undefined
  readonly async: number | undefined
  readonly isLeft: boolean
}): Pick<ResourceOptions, 'timeout' | 'left'> {
  const { timeout, async, isLeft } = said
  if (isLeft && async !== undefined) return { left: async }
  const shorter = Math.min(timeout ?? Number.POSITIVE_INFINITY, async ?? Number.POSITIVE_INFINITY)
  return Number.isFinite(shorter) ? { timeout: shorter } : {}
}
