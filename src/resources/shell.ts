import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Queries } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { guardProblem, guards } from './command-fields.ts'
import { askRun, convergeRun, type Run, resultOf } from './command-run.ts'

const schema = z
  .strictObject({
    command: z
      .string()
      .min(1)
      .describe(
        "A script for the host's /bin/sh; its last command decides the status. A comment in its first line names it.",
      ),
    ...guards,
  })
  .check((context) => {
    const message = guardProblem(context.value)
    if (message) context.issues.push({ code: 'custom', input: context.value, message })
  })

type Shell = z.infer<typeof schema>

/** A script for sh. */
export const shell: ResourceKind<Shell, Queries> = {
  name: 'shell',
  summary: 'A script for sh.',
  schema,
  shorthand: 'command',
  // A comment at its head names it.
  subject: ({ command }) => (command.trim().split('\n')[0] ?? '').replace(/^# */, ''),
  subjectTells: true,
  onceInARun: true,
  inspect: (wanted) => askRun(runOf(wanted)),
  converge: (wanted, found) => convergeRun(runOf(wanted), found),
  result: resultOf,
}

function runOf({ command, ...guards }: Shell): Run {
  return { shown: command, work: sh`eval ${command}`, guards }
}
