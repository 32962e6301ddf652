import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { askFile } from './content.ts'
import { convergeText, linesOf, textEditFields } from './text-edit.ts'

const word = z.string().regex(/^[^\s#\0]+$/, 'must be one word')

const schema = z.strictObject({
  ...textEditFields,
  domain: word.describe('Whom it limits.'),
  type: z.enum(['hard', 'soft', '-']).describe('How.'),
  item: word.describe('What is limited.'),
  value: z
    .string()
    .regex(/^(unlimited|infinity|-?\d+)$/, 'must be a number, or unlimited')
    .describe('How much.'),
  of: z
    .enum(['this', 'most', 'least'])
    .default('this')
    .describe('Of two values the one that is said, or the larger or smaller one.'),
  comment: z
    .string()
    .regex(/^[^\n\0]*$/, 'must be one line')
    .default('')
    .describe('Stands behind it.'),
})

type Limit = z.infer<typeof schema>

/** What somebody may use of the machine at most. */
export const pamLimit: ResourceKind<Limit, ReturnType<typeof askFile>> = {
  name: 'pam_limits',
  summary: 'What somebody may use of the machine at most.',
  schema,
  subject: ({ domain, type, item }) => `${domain} ${type} ${item}`,
  inspect: ({ path }) => askFile(path),
  converge: (wanted, found, upcoming) =>
    convergeText({ ...wanted, create: true }, (text) => edited(linesOf(text ?? ''), wanted), found, upcoming),
}

function edited(all: readonly string[], wanted: Limit): string {
  const { domain, type, item, value, comment } = wanted
  const written = (amount: string, remark: string) =>
    `${domain}\t${type}\t${item}\t${amount}${remark === '' ? '' : `\t#${remark}`}\n`
  let isFound = false
  const lines = all.map((line) => {
    const at = line.indexOf('#')
    const fields = (at < 0 ? line : line.slice(0, at)).trim().split(/\s+/)
    const [whom, how, what, has = ''] = fields
    if (fields.length !== 4 || whom !== domain || how !== type || what !== item) return line
    isFound = true
    const next = chosen(wanted, has)
    return next === has ? line : written(next, comment || (at < 0 ? '' : line.slice(at + 1).trimEnd()))
  })
  if (isFound) return lines.join('')
  const last = lines.at(-1)
  return `${lines.join('')}${last === undefined || last.endsWith('\n') ? '' : '\n'}${written(value, comment)}`
}

function chosen({ value, of, item }: Limit, has: string): string {
  if (of === 'this' || value === has) return value
  const amount = (text: string) =>
    !['nice', 'priority'].includes(item) && ['unlimited', 'infinity', '-1'].includes(text)
      ? Number.POSITIVE_INFINITY
      : Number(text)
  const isMore = amount(value) > amount(has)
  return isMore === (of === 'most') && amount(value) !== amount(has) ? value : has
}
