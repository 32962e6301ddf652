import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { backupField } from './backup.ts'
import { askFile } from './content.ts'
import { convergeEdit, lastMatch, linePattern, placeIn, placement } from './edit.ts'
import { absolutePath } from './fields.ts'
import { validateField } from './validation.ts'

const schema = z
  .strictObject({
    path: absolutePath.describe('The file.'),
    line: z
      .string()
      .regex(/^[^\n\0]*$/, 'must be one line')
      .optional()
      .describe('The line as it is to stand in the file.'),
    regexp: linePattern
      .optional()
      .describe('A regular expression (JavaScript); the last line it matches is replaced, or all removed.'),
    ...placement,
    state: z.enum(['present', 'absent']).default('present').describe('`absent` removes every such line.'),
    create: z.boolean().default(false).describe('Make the file where there is none.'),
    validate: validateField,
    backup: backupField,
  })
  .check((context) => {
    const { state, line, regexp, insert_after, insert_before } = context.value
    const add = (path: string, message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path: [path], message })
    if (line === undefined && (state === 'present' || regexp === undefined)) add('line', '`line` is missing')
    if (insert_after !== undefined && insert_before !== undefined) {
      add('insert_before', 'give `insert_after` or `insert_before`, not both')
    }
  })

type Line = z.infer<typeof schema>

/** One line of a file that others write too. */
export const line: ResourceKind<Line, ReturnType<typeof askFile>> = {
  name: 'line',
  summary: 'One line of a file that others write too.',
  schema,
  subject: ({ path, line, regexp }) => `${path} ${regexp ?? line}`,
  subjectTells: true,
  inspect: ({ path }) => askFile(path),
  converge: (wanted, found, upcoming) => {
    const { path, create, validate, backup, state } = wanted
    const edit = (lines: readonly string[]) =>
      state === 'absent' ? withoutLine(lines, wanted) : withLine(lines, wanted)
    return convergeEdit({ path, create, validate, backup, edit }, found, upcoming)
  },
}

function withLine(lines: readonly string[], wanted: Line): readonly string[] {
  const { line = '', regexp } = wanted
  const stands = lines.includes(line)
  if (regexp !== undefined) {
    // A pattern for the old form only must not eat one line more in each run.
    if (stands && !new RegExp(regexp).test(line)) return lines
    const at = lastMatch(lines, regexp)
    if (at >= 0) return lines.with(at, line)
  }
  return stands ? lines : lines.toSpliced(placeIn(lines, wanted), 0, line)
}

function withoutLine(lines: readonly string[], { line, regexp }: Line): readonly string[] {
  const expression = regexp === undefined ? undefined : new RegExp(regexp)
  return lines.filter((text) => (expression ? !expression.test(text) : text !== line))
}
