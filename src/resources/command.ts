import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Queries } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { guardProblem, guards } from './command-fields.ts'
import { askRun, convergeRun, type Run, resultOf } from './command-run.ts'
import { splitWords } from './words.ts'

const schema = z
  .strictObject({
    command: z
      .union([z.string(), z.array(z.string()).min(1)])
      .describe('A program with its arguments: a line split by the quoting rules of sh, or a list.'),
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
  summary: 'A program, run without a shell: nothing in its arguments is expanded.',
  schema,
  shorthand: 'command',
  subject: (wanted) => shownAs(wanted),
  subjectTells: true,
  inspect: (wanted) => askRun(runOf(wanted)),
  converge: (wanted, found) => convergeRun(runOf(wanted), found),
  result: resultOf,
}

function runOf({ command, ...guards }: Command): Run {
  const words = typeof command === 'string' ? splitWords(command).words : command
  return { shown: shownAs({ command }), work: sh`exec ${words}`, guards }
}

function shownAs({ command }: Pick<Command, 'command'>): string {
  return typeof command === 'string' ? command : command.join(' ')
}
