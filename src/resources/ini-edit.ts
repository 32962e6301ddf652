import { z } from 'zod'
import { escaped } from '../model/marked.ts'
import type { ResourceKind } from '../model/resource.ts'
import { askFile } from './content.ts'
import { convergeText, linesOf, textEditFields } from './text-edit.ts'

const schema = z.strictObject({
  ...textEditFields,
  section: z.string().optional().describe('Its section; absent: what stands before the first one.'),
  option: z.string().optional().describe('The option; absent: the section itself.'),
  values: z.array(z.string()).default([]).describe('Its value, or several, each on a line.'),
  exclusive: z.boolean().default(true).describe('Other values of the option are removed.'),
  bare: z.boolean().default(false).describe('The option stands without a value.'),
  tight: z.boolean().default(false).describe('No blanks around the `=`.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent` removes option or section.'),
})

type IniEdit = z.infer<typeof schema>

/** An option of an INI file. */
export const iniEdit: ResourceKind<IniEdit, ReturnType<typeof askFile>> = {
  name: 'ini',
  summary: 'An option of an INI file.',
  schema,
  subject: ({ path, section, option }) => `${path} [${section ?? ''}] ${option ?? ''}`.trimEnd(),
  inspect: ({ path }) => askFile(path),
  converge: (wanted, found, upcoming) =>
    convergeText(
      wanted,
      (text) => (text === undefined && wanted.state === 'absent' ? undefined : edited(text ?? '', wanted)),
      found,
      upcoming,
    ),
}

function edited(text: string, wanted: IniEdit): string {
  const { section, option, state } = wanted
  const lines = text === '' ? ['\n'] : linesOf(text.endsWith('\n') ? text : `${text}\n`)
  const [start, end] = extentOf(lines, section)
  if (text === '' && state === 'absent') return text
  if (start < 0)
    return [...lines, ...(state === 'absent' ? [] : [`[${section}]\n`, ...written(wanted)])].join('')
  const title = section ? 1 : 0
  const body = lines.slice(start + title, end)
  const whole = [
    ...lines.slice(start, start + title),
    ...(state === 'present' ? withOption(body, wanted) : withoutOption(body, wanted)),
  ]
  return [
    ...lines.slice(0, start),
    ...(state === 'absent' && option === undefined ? [] : whole),
    ...lines.slice(end),
  ].join('')
}

/** Where a section begins and ends; of several that follow each other the last one is meant. */
function extentOf(
  lines: readonly string[],
  section: string | undefined,
): readonly [start: number, end: number] {
  const isTitle = (line: string) => (section ? line.startsWith(`[${section}]`) : false)
  let start = section ? -1 : 0
  for (const [at, line] of lines.entries()) {
    if (isTitle(line)) start = at
    else if (line.startsWith('[') && start >= 0) return [start, at]
  }
  return [start, lines.length]
}

/** The lines that the option is to have. */
function written({ option, values, bare, tight }: IniEdit): readonly string[] {
  if (option === undefined) return []
  if (bare && values.length === 0) return [`${option}\n`]
  return [...new Set(values)].map((value) => `${option}${tight ? '=' : ' = '}${value}\n`)
}

/** The value that a line gives to the option, if it is about it. A line that is a comment may be one that was switched off. */
function valueIn(line: string, option: string, switchedOff: boolean): string | undefined {
  const sign = switchedOff ? '[#;]?' : ''
  return new RegExp(`^${sign}[ \\t]*${escaped(option)}[ \\t]*(?:=|$)[ \\t]*(.*)`).exec(
    line.replace(/\n$/, ''),
  )?.[1]
}

function withOption(body: readonly string[], wanted: IniEdit): readonly string[] {
  const { option, values, exclusive, bare } = wanted
  if (option === undefined) return body
  const left = [...written(wanted)]
  const take = (line: string) => left.splice(left.indexOf(line), 1)[0] ?? line
  // What has the value that is wanted stays where it is.
  const settled = body.map((line) => {
    const value = valueIn(line, option, true)
    const meant = value !== undefined && (values.includes(value) || (bare && values.length === 0))
    const wants = left.find((one) => valueIn(one, option, false) === value || (bare && meant))
    return meant && wants !== undefined ? { line: take(wants), done: true } : { line, done: false }
  })
  const replaced = settled.flatMap(({ line, done }) => {
    const isOption = valueIn(line, option, true) !== undefined
    if (done || !isOption || !exclusive || bare) return [line]
    const instead = left.shift()
    return instead === undefined ? [] : [instead]
  })
  // New ones go below the last line that says something.
  const last = replaced.findLastIndex((line) => !/^[ \t]*([#;].*)?$/.test(line.replace(/\n$/, '')))
  return left.length === 0 ? replaced : replaced.toSpliced(last + 1, 0, ...left)
}

function withoutOption(
  body: readonly string[],
  { option = '', values, exclusive }: IniEdit,
): readonly string[] {
  return body.filter((line) => {
    const value = valueIn(line, option, false)
    return value === undefined || (!exclusive && !values.includes(value))
  })
}
