import { z } from 'zod'
import { pythonRegExp } from '../model/python-regexp.ts'
import type { ResourceKind } from '../model/resource.ts'
import { askFile } from './content.ts'
import { pythonPattern } from './python-pattern.ts'
import { convergeText, linesOf, textEditFields } from './text-edit.ts'

const schema = z.strictObject({
  ...textEditFields,
  block: z
    .string()
    .default('')
    .describe('The lines between the markers; none: block and markers are removed.'),
  begin: z.string().describe('The line before the block.'),
  end: z.string().describe('The line after the block.'),
  after: pythonPattern.optional().describe('A new block goes after the last match; `EOF`: to the end.'),
  before: pythonPattern.optional().describe('A new block goes before the last match; `BOF`: to the start.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent` removes block and markers.'),
})

type BlockEdit = z.infer<typeof schema>

/** Lines between two markers, placed as Ansible's blockinfile does. */
export const blockEdit: ResourceKind<BlockEdit, ReturnType<typeof askFile>> = {
  name: 'block',
  summary: 'Lines between two markers, placed as blockinfile does.',
  schema,
  subject: ({ path, begin }) => `${path} ${begin}`,
  inspect: ({ path }) => askFile(path),
  converge: (wanted, found, upcoming) =>
    convergeText(
      wanted,
      (text) => (text === undefined && wanted.state === 'absent' ? undefined : withBlock(text ?? '', wanted)),
      found,
      upcoming,
    ),
}

function withBlock(text: string, wanted: BlockEdit): string {
  const { begin, end, block, state } = wanted
  const lines = linesOf(text)
  const inside = block === '' || block.endsWith('\n') ? block : `${block}\n`
  const ours = state === 'present' && block !== '' ? [`${begin}\n`, inside, `${end}\n`] : []
  const from = lines.lastIndexOf(`${begin}\n`)
  const to = lines.lastIndexOf(`${end}\n`)
  const stands = from >= 0 && to >= 0
  const place = stands ? Math.min(from, to) : placeIn(text, lines, wanted)
  const rest = stands ? lines.toSpliced(place, Math.abs(to - from) + 1) : lines
  const head = rest.slice(0, place).map((one) => (one.endsWith('\n') ? one : `${one}\n`))
  return [...head, ...ours, ...rest.slice(place)].join('')
}

function placeIn(text: string, lines: readonly string[], { after, before }: BlockEdit): number {
  if (before === 'BOF') return 0
  const pattern = after === 'EOF' ? undefined : (after ?? before)
  if (pattern === undefined) return lines.length
  const expression = pythonRegExp(pattern)
  if (expression.flags.includes('m')) {
    const match = expression.exec(text)
    if (!match) return lines.length
    const end = match.index + (after === undefined ? 0 : match[0].length)
    return text.slice(0, end).split('\n').length - 1 + (after === undefined ? 0 : 1)
  }
  const at = lines.findLastIndex((line) => expression.test(line))
  if (at < 0) return lines.length
  return after === undefined ? at : at + 1
}
