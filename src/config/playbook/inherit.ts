import { z } from 'zod'
import type { Failure } from '../../model/failure.ts'
import type { Sourced } from '../../model/sourced.ts'
import { validate } from '../validate.ts'
import { attempt, type Fields } from './fields.ts'
import { amountOf, flagOf, isComputed } from './flags.ts'
import { variablesOf } from './mappings.ts'
import { reachingOf } from './reaching.ts'
import { refuseValues } from './refused-values.ts'
import type { Inherited } from './spec.ts'

/** What tasks of a play inherit before the play says anything. */
export const nothingInherited: Inherited = {
  conditions: [],
  tags: [],
  vars: [],
  params: [],
  environment: [],
  become: false,
  noLog: false,
  ignoreErrors: false,
  reaching: new Map(),
  ignoreUnreachable: false,
  runOnce: false,
  notify: [],
  moduleDefaults: [],
  listen: [],
  collections: [],
}

/** What a play, role, block or task hands on: what came from above, and what it says itself. */
export function inherit(above: Inherited, fields: Fields, problems: Failure[]): Inherited {
  const vars = variablesOf(fields, problems)
  const environment = environmentOf(fields)
  const delegateTo = fields.raw('delegate_to')
  const delegateFacts = flagOf(fields, 'delegate_facts')
  const diff = flagOf(fields, 'diff')
  const fatal = flagOf(fields, 'any_errors_fatal')
  const checkMode = flagOf(fields, 'check_mode')
  const timeout = amountOf(fields, 'timeout', problems)
  const throttle = amountOf(fields, 'throttle', problems)
  const defaults = fields.mapping('module_defaults')
  refuseValues(fields, problems)
  const becomeUser = fields.raw('become_user')
  if (becomeUser) attempt(problems, () => validate(z.string(), becomeUser, 'become_user'))
  return {
    ...above,
    conditions: [...above.conditions, ...fields.several('when')],
    tags: [...new Set([...above.tags, ...fields.words('tags')])],
    vars: vars ? [...above.vars, vars] : above.vars,
    environment: [...above.environment, ...environment],
    become: flagOf(fields, 'become') ?? above.become,
    noLog: flagOf(fields, 'no_log') ?? above.noLog,
    reaching: new Map([...above.reaching, ...reachingOf(fields)]),
    ignoreErrors: flagOf(fields, 'ignore_errors') ?? above.ignoreErrors,
    ignoreUnreachable: flagOf(fields, 'ignore_unreachable') ?? above.ignoreUnreachable,
    runOnce: flagOf(fields, 'run_once') ?? above.runOnce,
    ...(fatal === undefined ? {} : { fatal }),
    ...(delegateTo ? { delegateTo } : {}),
    ...(delegateFacts === undefined ? {} : { delegateFacts }),
    ...(diff === undefined ? {} : { diff }),
    ...(checkMode === undefined ? {} : { checkMode }),
    ...(timeout ? { timeout } : {}),
    ...(throttle ? { throttle } : {}),
    moduleDefaults: defaults ? [...above.moduleDefaults, defaults] : above.moduleDefaults,
    notify: [...above.notify, ...fields.several('notify')],
    listen: [...above.listen, ...fields.several('listen')],
    ...(becomeUser ? { becomeUser } : {}),
    collections: fields.raw('collections') ? fields.words('collections') : above.collections,
  }
}

/** Environment variables: a mapping, an expression that gives one, or a list of these. */
function environmentOf(fields: Fields): readonly Sourced[] {
  const written = fields.raw('environment')
  if (!written) return []
  if ('items' in written || isComputed(written)) return 'items' in written ? written.items : [written]
  const mapping = fields.mapping('environment')
  return mapping ? [mapping] : []
}
