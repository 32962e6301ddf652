import { join } from 'node:path'
import { Failure, InvalidInput } from '../model/failure.ts'
import type { Intent } from '../model/task.ts'
import { createLanguage } from './expressions/language.ts'
import { type LoadedIntent, loadIntent } from './intent.ts'
import type { IntentRequest } from './intent-request.ts'
import { collectingWarnings, sourcesFor } from './machines.ts'
import { createContents } from './playbook/contents.ts'
import { readPlaybook } from './playbook/read.ts'
import { staticProblems } from './playbook/static-check.ts'
import { specsIn } from './playbook/tree.ts'
import { readingFor } from './reading-for.ts'
import { secretReads } from './secret-reads.ts'
import { noSettings } from './settings/effects.ts'
import { templatesOf } from './templates/jinja.ts'
import { createTemplates } from './templates/render.ts'

/** What was found in a playbook. */
export interface Linted {
  readonly problems: readonly Failure[]
  readonly warnings: Intent['warnings']
  /** What it comes to on the hosts of its inventory, where there is one and nothing is wrong. */
  readonly intent?: LoadedIntent
  readonly plays: number
  readonly tasks: number
}

/**
 * Looks for everything that is wrong in a playbook and the files around it, without stopping at the first. Without an
 * inventory hosts and their variables are unknown, and what needs them is left unsaid.
 */
export async function lintPlaybook(request: IntentRequest): Promise<Linted> {
  const alone = await lintAlone(request)
  if (request.inventory.length === 0) return alone
  try {
    const intent = await loadIntent(request)
    return { ...alone, warnings: intent.warnings, intent }
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'INVALID_INPUT') throw error
    const found = error instanceof InvalidInput ? error.problems : [error]
    const all = new Map(
      [...found, ...alone.problems].map((one) => [JSON.stringify([one.message, one.where]), one]),
    )
    return { ...alone, problems: [...all.values()] }
  }
}

async function lintAlone(request: IntentRequest): Promise<Linted> {
  const { settings = noSettings, extraVars } = request
  const { warn, warnings } = collectingWarnings()
  for (const { message, origin } of settings.notes) warn(message, origin)
  const problems: Failure[] = []
  const reads = secretReads(request.onSecret)
  const secrets = await sourcesFor(request, reads.learn)
  const extra = extraVars.flatMap((text) => /^\s*(\w+)=/.exec(text)?.[1] ?? [])
  const reading = readingFor(request, { problems, warn, secrets, given: new Set(), extra })
  const plays = readPlaybook(request.playbook, reading)
  const language = createLanguage(reads, secrets)
  const contents = createContents(
    templatesOf(language, createTemplates(reads), reads),
    join(request.packageRoot, 'templates'),
  )
  problems.push(...staticProblems(plays, reading.looked, { language, contents }))
  const tasks = plays.flatMap((play) => specsIn([...play.tasks, ...(play.handlers ?? [])]))
  const own = [...tasks, ...specsIn(reading.looked)].filter((one) => !('is' in one) || one.is !== 'block')
  return { problems, warnings, plays: plays.length, tasks: own.length }
}
