import { z } from 'zod'
import { pythonRegExp, pythonReplacement } from '../model/python-regexp.ts'
import type { ResourceKind } from '../model/resource.ts'
import { askFile } from './content.ts'
import { pythonPattern, replacementMistake } from './python-pattern.ts'
import { convergeText, linesOf, textEditFields } from './text-edit.ts'

const schema = z
  .strictObject({
    ...textEditFields,
    line: z.string().optional().describe('The line as it is to stand in the file.'),
    regexp: pythonPattern.optional().describe('The last line that it matches is replaced, or all removed.'),
    search: z.string().optional().describe('The last line that holds it is replaced, or all removed.'),
    backrefs: z
      .boolean()
      .default(false)
      .describe('`line` has groups of the match, and is set only where there is one.'),
    after: pythonPattern.optional().describe('A new line goes after the last match; `EOF`: to the end.'),
    before: pythonPattern.optional().describe('A new line goes before the last match; `BOF`: to the start.'),
    first: z.boolean().default(false).describe('The first match counts, not the last.'),
    state: z.enum(['present', 'absent']).default('present').describe('`absent` removes every such line.'),
  })
  .check(({ value: { regexp, line, backrefs }, issues }) => {
    const message = backrefs && regexp !== undefined && line !== undefined && replacementMistake(regexp, line)
    if (message) issues.push({ code: 'custom', input: line, path: ['line'], message })
  })

type LineEdit = z.infer<typeof schema>

/** A line of a text file, found and placed as Ansible's lineinfile does. */
export const lineEdit: ResourceKind<LineEdit, ReturnType<typeof askFile>> = {
  name: 'line',
  summary: 'A line of a text file, found and placed as lineinfile does.',
  schema,
  subject: ({ path, line, regexp, search }) => `${path} ${regexp ?? search ?? line}`,
  subjectTells: true,
  inspect: ({ path }) => askFile(path),
  converge: (wanted, found, upcoming) =>
    convergeText(
      wanted,
      (text) => {
        // What is only rewritten where it matches makes no file.
        if (text === undefined && wanted.backrefs) return undefined
        if (wanted.state === 'present') return withLine(linesOf(text ?? ''), wanted).join('')
        return text === undefined ? undefined : withoutLine(linesOf(text), wanted).join('')
      },
      found,
      upcoming,
    ),
}

function bare(line: string): string {
  return line.replace(/[\r\n]+$/, '')
}

/** Does a line match what is looked for? */
function finder({
  regexp,
  search,
}: LineEdit): ((line: string) => RegExpExecArray | boolean | null) | undefined {
  if (regexp !== undefined) {
    const expression = pythonRegExp(regexp)
    return (line) => expression.exec(line)
  }
  return search === undefined ? undefined : (line) => line.includes(search)
}

function withLine(lines: readonly string[], wanted: LineEdit): readonly string[] {
  const { line = '', backrefs, first } = wanted
  const find = finder(wanted)
  const at = find ? indexOf(lines, (one) => Boolean(find(one)), first) : -1
  const match = at < 0 || !find ? undefined : find(lines[at] ?? '')
  const ended = (text: string) => (text.endsWith('\n') ? text : `${text}\n`)
  if (match)
    return lines.with(
      at,
      ended(backrefs && typeof match === 'object' ? pythonReplacement(line)(match, match.groups) : line),
    )
  if (lines.some((one) => bare(one) === line)) {
    const last = lines.findLastIndex((one) => bare(one) === line)
    return lines.with(last, ended(line))
  }
  return backrefs ? lines : inserted(lines, ended(line), wanted)
}

function inserted(
  lines: readonly string[],
  line: string,
  { after, before, first }: LineEdit,
): readonly string[] {
  if (before === 'BOF' || after === 'BOF') return [line, ...lines]
  const pattern = after === 'EOF' ? undefined : (after ?? before)
  const expression = pattern === undefined ? undefined : pythonRegExp(pattern)
  const at = expression ? indexOf(lines, (one) => expression.test(one), first) : -1
  if (at < 0)
    return [
      ...lines.slice(0, -1),
      ...lines.slice(-1).map((last) => (/[\r\n]$/.test(last) ? last : `${last}\n`)),
      line,
    ]
  const place = after === undefined ? at : at + 1
  // What stands there already is not added once more.
  if (after !== undefined && bare(lines[place] ?? lines[place - 1] ?? '') === bare(line)) return lines
  const [head, tail] = [lines.slice(0, place), lines.slice(place)]
  return [...head.map((one) => (one.endsWith('\n') ? one : `${one}\n`)), line, ...tail]
}

function indexOf(lines: readonly string[], test: (line: string) => boolean, first: boolean): number {
  return first ? lines.findIndex(test) : lines.findLastIndex(test)
}

function withoutLine(lines: readonly string[], wanted: LineEdit): readonly string[] {
  const find = finder(wanted) ?? ((one: string) => bare(one) === wanted.line)
  return lines.filter((one) => !find(one))
}
