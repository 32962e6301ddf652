import { join } from 'node:path'
import { Failure, InvalidInput } from '../model/failure.ts'
import { heeding, type Meant, type Silenced } from '../model/meant.ts'
import type { Warning } from '../model/rule.ts'
import type { Intent } from '../model/task.ts'
import { createLanguage } from './expressions/language.ts'
import { beginReading, intentOfFiles, type LoadedIntent, type ReadFiles, readFiles } from './intent.ts'
import type { IntentRequest } from './intent-request.ts'
import { isPackaged } from './no-cluster.ts'
import { createOutside } from './outside.ts'
import { createContents } from './playbook/contents.ts'
import { readPlaybook } from './playbook/read.ts'
import { staticProblems } from './playbook/static-check.ts'
import { specsIn } from './playbook/tree.ts'
import { endReading, readingFor } from './reading-for.ts'
import { renderedEverywhere } from './rendered-everywhere.ts'
import { templatesOf } from './templates/jinja.ts'
import { createTemplates } from './templates/render.ts'

/** What was found in a playbook. */
export interface Linted {
  readonly problems: readonly Failure[]
  readonly warnings: Intent['warnings']
  /** What is meant of what was found, and all comments that say so. */
  readonly silenced: readonly Silenced[]
  readonly meant: readonly Meant[]
  /** What it comes to on the hosts of its inventory, where there is one and nothing is wrong. */
  readonly intent?: LoadedIntent
  readonly plays: number
  readonly tasks: number
}

/**
 * Looks for everything that is wrong in a playbook and the files around it, without stopping at the first. Without an
 * inventory, or where it cannot be read, hosts and their variables are unknown, and what needs them is left unsaid.
 */
export async function lintPlaybook(asked: IntentRequest): Promise<Linted> {
  const request: IntentRequest = { ...asked, ask: 'later' }
  if (request.inventory.length === 0) return lintedAlone(await readAlone(request), request)
  const read = await attempt(() => readFiles(request))
  if ('found' in read) return together(lintedAlone(await readAlone(request), request), read)
  const alone = lintedAlone(read.made, request)
  const intent = await attempt(() => intentOfFiles(read.made, request))
  if ('found' in intent) return together(alone, intent)
  const { warnings, silenced, meant } = intent.made
  // Templates that come along are held to all machines by our own tests, which takes half as long again as all else here.
  const told = heeding(isPackaged(request) ? [] : renderedEverywhere(intent.made), meant)
  return {
    ...alone,
    warnings: [...warnings, ...told.warnings],
    silenced: [...silenced, ...told.silenced],
    meant,
    intent: intent.made,
  }
}

/** What was found to be wrong, and doubtful beside it. */
interface Found {
  readonly found: readonly Failure[]
  readonly doubts: readonly Warning[]
}

/** What could be made, or what was found to be wrong. */
async function attempt<T>(make: () => T | Promise<T>): Promise<{ readonly made: T } | Found> {
  try {
    return { made: await make() }
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'INVALID_INPUT') throw error
    return error instanceof InvalidInput
      ? { found: error.problems, doubts: error.warnings }
      : { found: [error], doubts: [] }
  }
}

/** What both ways of looking found, once. */
function together(alone: Linted, { found, doubts }: Found): Linted {
  const all = new Map(
    [...found, ...alone.problems].map((one) => [JSON.stringify([one.message, one.where]), one]),
  )
  const told = heeding([...alone.warnings, ...doubts], alone.meant)
  return { ...alone, ...told, silenced: [...alone.silenced, ...told.silenced], problems: [...all.values()] }
}

type Playbook = Omit<ReadFiles, 'inventory' | 'given'>

async function readAlone(request: IntentRequest): Promise<Playbook> {
  const { warn, warnings, meant, reads, secrets } = await beginReading(request)
  const problems: Failure[] = []
  const extra = request.extraVars.flatMap((text) => /^\s*(\w+)=/.exec(text)?.[1] ?? [])
  const reading = readingFor(request, { problems, warn, secrets, given: new Set(), extra })
  const specs = readPlaybook(request.playbook, reading)
  endReading(reading)
  const { looked, packaged } = reading
  return { specs, looked, packaged, problems, reads, secrets, warnings, meant }
}

function lintedAlone(playbook: Playbook, { packageRoot }: IntentRequest): Linted {
  const { specs, looked, packaged, reads, secrets, meant } = playbook
  const outside = createOutside()
  const language = createLanguage(reads, outside, secrets)
  const contents = createContents(
    templatesOf(language, createTemplates(reads), reads),
    join(packageRoot, 'templates'),
    outside,
  )
  const isLookedThrough = (file: string) => packaged.isAsBuilt(file)
  const inTasks = staticProblems(specs, looked, { language, contents, isLookedThrough })
  const problems = [...playbook.problems, ...inTasks]
  const tasks = specs.flatMap((play) => specsIn([...play.tasks, ...(play.handlers ?? [])]))
  const own = [...tasks, ...specsIn(looked)].filter((one) => !('is' in one) || one.is !== 'block')
  const told = heeding(playbook.warnings, meant)
  return { problems, ...told, meant, plays: specs.length, tasks: own.length }
}
