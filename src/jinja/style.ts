import { JinjaError } from './failure.ts'
import { usualMarks } from './lexer.ts'
import type { Statement } from './nodes.ts'
import { parseTemplate } from './parse.ts'

/** How a template is written, by the names that Ansible has for it; what is left out is as usual. */
export type Style = Partial<Readonly<Record<(typeof styleNames)[number], string>>>

/** What can be said of a template's style. */
export const styleNames = [
  'trim_blocks',
  'lstrip_blocks',
  'newline_sequence',
  'block_start_string',
  'block_end_string',
  'variable_start_string',
  'variable_end_string',
  'comment_start_string',
  'comment_end_string',
] as const

/** A template that is parsed. */
export interface Template {
  readonly body: readonly Statement[]
  /** With what its lines end. */
  readonly newline: string
}

const header = /^#jinja2:(.*)(?:\r?\n|$)/

/** A template's file; its first line may say how it is written. Throws JinjaError. */
export function parseFile(text: string, given: Style): Template {
  const found = header.exec(text)
  const style = { ...given, ...(found ? styleIn(found[1] ?? '') : {}) }
  const isOn = (value: string | undefined, otherwise: boolean) =>
    value === undefined ? otherwise : /^(?:true|yes|on|1)$/i.test(value)
  const newline = newlineOf(style.newline_sequence ?? '\n')
  const { block, print, comment } = usualMarks
  const marks = {
    block: [style.block_start_string ?? block[0], style.block_end_string ?? block[1]],
    print: [style.variable_start_string ?? print[0], style.variable_end_string ?? print[1]],
    comment: [style.comment_start_string ?? comment[0], style.comment_end_string ?? comment[1]],
  } as const
  const starts = [marks.block[0], marks.print[0], marks.comment[0]]
  if (new Set(starts).size < 3 || Object.values(marks).flat().includes(''))
    throw new JinjaError('statements, variables and comments must begin and end with marks of their own', {
      offset: 0,
      next: 'give each another block_start_string, variable_start_string and comment_start_string',
    })
  const isUsual = JSON.stringify(marks) === JSON.stringify(usualMarks)
  const body = parseTemplate(text, {
    trimBlocks: isOn(style.trim_blocks, true),
    lstripBlocks: isOn(style.lstrip_blocks, false),
    newline,
    rawStrings: false,
    from: found?.[0].length ?? 0,
    ...(isUsual ? {} : { marks }),
  })
  return { body, newline }
}

function newlineOf(written: string): string {
  return { '\\n': '\n', '\\r': '\r', '\\r\\n': '\r\n' }[written] ?? written
}

/** What stands behind `#jinja2:`. */
function styleIn(words: string): Style {
  const pairs = words
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .map((pair): readonly [string, string] => {
      const at = pair.indexOf(':')
      if (at < 0)
        throw new JinjaError(`"${pair.trim()}" sets nothing`, {
          offset: 0,
          next: 'write #jinja2: trim_blocks: False, lstrip_blocks: True',
        })
      const value = pair.slice(at + 1).trim()
      return [pair.slice(0, at).trim(), value.replace(/^(['"])(.*)\1$/, '$2')]
    })
  for (const [name] of pairs)
    if (!styleNames.some((one) => one === name))
      throw new JinjaError(`the setting "${name}" is not supported`, {
        offset: 0,
        next: `known: ${styleNames.join(', ')}`,
      })
  return Object.fromEntries(pairs)
}
