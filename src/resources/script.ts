import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Queries } from '../model/sensor.ts'
import { textOf } from '../sensors/encoded.ts'
import { embed, sh } from '../shell/quote.ts'
import { askRun, convergeRun, type Run, resultOf } from './command-run.ts'
import { absolutePath } from './fields.ts'

const schema = z
  .strictObject({
    words: z.string().min(1).describe('The name of the script, and its arguments as a shell reads them.'),
    content: z.union([z.string(), z.instanceof(Uint8Array)]).describe('The script itself.'),
    creates: absolutePath.optional().describe('It has run already where this exists.'),
    removes: absolutePath.optional().describe('It has run already where this does not exist.'),
    chdir: absolutePath.optional().describe('The directory it runs in.'),
    executable: z
      .string()
      .optional()
      .describe('The program that reads it; absent: what its first line names.'),
  })
  .refine(({ content }) => typeof content === 'string' || textOf(content) !== undefined, {
    path: ['words'],
    message: 'the script is no text in UTF-8',
  })

type Script = z.infer<typeof schema>

/** A script of the controller that is run on the machine. */
export const script: ResourceKind<Script, Queries> = {
  name: 'script',
  summary: 'A script of the controller that is run on the machine.',
  schema,
  subject: ({ words }) => words,
  subjectTells: true,
  onceInARun: true,
  inspect: (wanted) => askRun(runOf(wanted)),
  converge: (wanted, found) => convergeRun(runOf(wanted), found),
  result: resultOf,
}

/** Does nothing say when it has run already? */
export function runsAlways({ creates, removes }: Script): boolean {
  return creates === undefined && removes === undefined
}

function runOf(wanted: Script): Run {
  const { words, content, creates, removes, chdir, executable } = wanted
  const [, name = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(words.trim()) ?? []
  const text = typeof content === 'string' ? content : (textOf(content) ?? '')
  const program = executable === undefined ? sh`"$us_script"` : sh`${executable.split(' ')} "$us_script"`
  return {
    shown: words,
    work: sh`us_script=$us_tmp/${name.slice(name.lastIndexOf('/') + 1)}
printf '%s' ${text} >"$us_script"
chmod 700 "$us_script"
eval set -- ${rest}
${embed(program)} "$@"`,
    guards: { creates, removes, chdir, always: runsAlways(wanted) },
  }
}
