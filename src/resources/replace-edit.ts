import { z } from 'zod'
import { pythonRegExp, pythonReplacement } from '../model/python-regexp.ts'
import type { ResourceKind } from '../model/resource.ts'
import { askFile } from './content.ts'
import { pythonPattern, replacementMistake } from './python-pattern.ts'
import { convergeText, textEditFields } from './text-edit.ts'

const { create: _, ...editFields } = textEditFields

const schema = z
  .strictObject({
    ...editFields,
    regexp: pythonPattern.describe('All that it matches is replaced.'),
    replace: z.string().default('').describe('What stands there instead; `\\1` is the first group.'),
    after: pythonPattern.optional().describe('Only what comes after this.'),
    before: pythonPattern.optional().describe('Only what comes before this.'),
  })
  .check(({ value: { regexp, replace }, issues }) => {
    const message = replacementMistake(regexp, replace)
    if (message) issues.push({ code: 'custom', input: replace, path: ['replace'], message })
  })

type ReplaceEdit = z.infer<typeof schema>

/** Every match of a regular expression in a file, replaced. */
export const replaceEdit: ResourceKind<ReplaceEdit, ReturnType<typeof askFile>> = {
  name: 'replace',
  summary: 'Every match of a regular expression in a file, replaced.',
  schema,
  subject: ({ path, regexp }) => `${path} ${regexp}`,
  subjectTells: true,
  inspect: ({ path }) => askFile(path),
  converge: (wanted, found, upcoming) =>
    convergeText(
      { ...wanted, create: false },
      (text) => (text === undefined ? '' : replaced(text, wanted)),
      found,
      upcoming,
    ),
}

function replaced(text: string, { regexp, replace, after, before }: ReplaceEdit): string {
  const part = partOf(text, after, before)
  if (!part) return text
  const [from, to] = part
  const expression = pythonRegExp(regexp, 'gm')
  const inside = text.slice(from, to).replaceAll(expression, (...found) => {
    const groups = typeof found.at(-1) === 'object' ? found.at(-1) : undefined
    const end = found.findIndex((one, index) => index > 0 && typeof one === 'number')
    const match = Object.assign(found.slice(0, end), { groups }) as unknown as RegExpExecArray
    return pythonReplacement(replace)(match, match.groups)
  })
  return `${text.slice(0, from)}${inside}${text.slice(to)}`
}

/** Where in the text is to be looked; nothing where `after` and `before` are not met. */
function partOf(
  text: string,
  after: string | undefined,
  before: string | undefined,
): readonly [from: number, to: number] | undefined {
  if (!after && !before) return [0, text.length]
  const pattern = `${after ?? ''}(?P<us_part>.*${after && before ? '?' : ''})${before ?? ''}`
  const match = pythonRegExp(pattern, 'sd').exec(text)
  return match?.indices?.groups?.us_part
}
