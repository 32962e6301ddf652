import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Queries } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { guardProblem, guards } from './command-fields.ts'
import { askRun, convergeRun, type Run, resultOf } from './command-run.ts'
import { expandedWords } from './expanded-words.ts'
import { splitWords } from './words.ts'

const schema = z
  .strictObject({
    command: z
      .union([z.string(), z.array(z.string()).min(1)])
      .describe('A program with its arguments: a line split by the quoting rules of sh, or a list.'),
    expand: z
      .boolean()
      .default(false)
      .describe('A "~" that begins an argument, and variables that are set, stand for what they mean.'),
    ...guards,
  })
  .check((context) => {
    const { command } = context.value
    const add = (path: string[], message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path, message })
    const split = typeof command === 'string' ? splitWords(command) : undefined
    if (split?.problem) add(['command'], `no command line: ${split.problem}; \`shell\` runs scripts`)
    const problem = guardProblem(context.value)
    if (problem) add([], problem)
  })

type Command = z.infer<typeof schema>

/** A program that is run without a shell. */
export const command: ResourceKind<Command, Queries> = {
  name: 'command',
  summary: 'A program, run without a shell: nothing in its arguments is expanded unless asked for.',
  schema,
  shorthand: 'command',
  subject: (wanted) => shownAs(wanted),
  subjectTells: true,
  onceInARun: true,
  inspect: (wanted) => askRun(runOf(wanted)),
  converge: (wanted, found) => convergeRun(runOf(wanted), found),
  result: resultOf,
}

function runOf({ command, expand, ...guards }: Command): Run {
  const words = typeof command === 'string' ? splitWords(command).words : command
  const work = expand ? sh`exec${embed(expandedWords(words))}` : sh`exec ${words}`
  return { shown: shownAs({ command }), work, guards }
}

function shownAs({ command }: Pick<Command, 'command'>): string {
  return typeof command === 'string' ? command : command.join(' ')
}
