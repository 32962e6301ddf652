import { join } from 'node:path'
import type { Failure } from '../model/failure.ts'
import { ForeignModules } from './foreign/foreign-modules.ts'
import type { IntentRequest } from './intent-request.ts'
import { Packaged } from './packaged.ts'
import { nothingRead, type Reading } from './playbook/reading.ts'
import { anyName } from './playbook/results.ts'
import type { Warn } from './problem.ts'
import type { SecretSources } from './secret-sources.ts'
import { noSettings } from './settings/effects.ts'

/** What surrounds the reading of one playbook. */
interface Around {
  readonly problems: Failure[]
  readonly warn: Warn
  readonly secrets: SecretSources
  readonly given: Set<string>
  /** Names that `-e` gives a value. */
  readonly extra: readonly string[]
}

/** What shows only when all of a playbook was read: which of its modules can be run that are none of ours. */
export function endReading({
  foreign,
  problems,
  warn,
  given,
}: Pick<Reading, 'foreign' | 'problems' | 'warn' | 'given'>): void {
  for (const name of foreign?.settle(problems, warn) ?? []) given.add(`${anyName}${name}`)
}

/** Everything a playbook is read with, before any of it was. */
export function readingFor(
  { packageRoot, settings = noSettings, become = false, foreign }: IntentRequest,
  { extra, ...around }: Around,
): Omit<Reading, 'playbookDirectory' | 'chain' | 'play' | 'foreseen' | 'collections'> {
  return {
    ...around,
    ownRoles: join(packageRoot, 'playbooks/roles'),
    packaged: new Packaged(packageRoot),
    read: nothingRead(),
    looked: [],
    prompts: [],
    settings,
    becomes: become,
    extra: new Set(extra),
    ...(foreign ? { foreign: new ForeignModules(foreign) } : {}),
  }
}
