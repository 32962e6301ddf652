import { z } from 'zod'
import type { Failure } from '../../model/failure.ts'
import { validate } from '../validate.ts'
import { attempt, type Fields } from './fields.ts'
import { variablesOf } from './mappings.ts'
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
  runOnce: false,
  notify: [],
  moduleDefaults: [],
  listen: [],
}

/** What a play, role, block or task hands on: what came from above, and what it says itself. */
export function inherit(above: Inherited, fields: Fields, problems: Failure[]): Inherited {
  const vars = variablesOf(fields, problems)
  const environment = fields.mapping('environment')
  const delegateTo = fields.raw('delegate_to')
  const diff = fields.flag('diff')
  const fatal = fields.flag('any_errors_fatal')
  const defaults = fields.mapping('module_defaults')
  refuseValues(fields, problems)
  const becomeUser = fields.raw('become_user')
  if (becomeUser) attempt(problems, () => validate(z.string(), becomeUser, 'become_user'))
  return {
    ...above,
    conditions: [...above.conditions, ...fields.several('when')],
    tags: [...new Set([...above.tags, ...fields.words('tags')])],
    vars: vars ? [...above.vars, vars] : above.vars,
    environment: environment ? [...above.environment, environment] : above.environment,
    become: fields.flag('become') ?? above.become,
    noLog: fields.flag('no_log') ?? above.noLog,
    ignoreErrors: fields.flag('ignore_errors') ?? above.ignoreErrors,
    runOnce: fields.flag('run_once') ?? above.runOnce,
    ...(fatal === undefined ? {} : { fatal }),
    ...(delegateTo ? { delegateTo } : {}),
    ...(diff === undefined ? {} : { diff }),
    moduleDefaults: defaults ? [...above.moduleDefaults, defaults] : above.moduleDefaults,
    notify: [...above.notify, ...fields.several('notify')],
    listen: [...above.listen, ...fields.several('listen')],
    ...(becomeUser ? { becomeUser } : {}),
  }
}
