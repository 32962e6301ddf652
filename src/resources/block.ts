import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { backupField } from './backup.ts'
import { askFile } from './content.ts'
import { convergeEdit, placeIn, placement } from './edit.ts'
import { absolutePath } from './fields.ts'
import { validateField } from './validation.ts'

const schema = z
  .strictObject({
    path: absolutePath.describe('The file.'),
    block: z.string().default('').describe('The lines between the markers.'),
    marker: z
      .string()
      .regex(/^[^\n\0]*\{mark\}[^\n\0]*$/, 'must be one line with {mark} in it')
      .default('# {mark} UNDERSTUDY')
      .describe(
        'The lines around the block; `{mark}` becomes BEGIN and END. Blocks of one file need different ones: ' +
          "`'# {mark} UNDERSTUDY vips'`.",
      ),
    ...placement,
    state: z.enum(['present', 'absent']).default('present').describe('`absent` removes block and markers.'),
    create: z.boolean().default(false).describe('Make the file where there is none.'),
    validate: validateField,
    backup: backupField,
  })
  .check((context) => {
    const { block, marker, insert_after, insert_before } = context.value
    const add = (path: string, message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path: [path], message })
    const { begin, end } = marksOf(marker)
    if (block.split('\n').some((line) => line === begin || line === end)) {
      add('block', 'holds a line that is also its marker: choose another `marker`')
    }
    if (insert_after !== undefined && insert_before !== undefined) {
      add('insert_before', 'give `insert_after` or `insert_before`, not both')
    }
  })

type Block = z.infer<typeof schema>

/** Lines between two markers in a file that others write too. */
export const block: ResourceKind<Block, ReturnType<typeof askFile>> = {
  name: 'block',
  summary: 'Lines between two markers in a file that others write too.',
  schema,
  subject: ({ path, marker }) => `${path} ${marker}`,
  inspect: ({ path }) => askFile(path),
  converge: (wanted, found, upcoming) => {
    const { path, create, validate, backup } = wanted
    const edit = (lines: readonly string[]) => withBlock(lines, wanted)
    return convergeEdit({ path, create, validate, backup, edit }, found, upcoming)
  },
}

function withBlock(lines: readonly string[], wanted: Block): readonly string[] | string {
  const { begin, end } = marksOf(wanted.marker)
  const start = lines.indexOf(begin)
  const stop = lines.indexOf(end, start + 1)
  if (start < 0 !== stop < 0) return `${wanted.path} has only one of the lines "${begin}" and "${end}"`
  const inside = wanted.block.replace(/\n+$/, '')
  const ours = [begin, ...(inside === '' ? [] : inside.split('\n')), end]
  if (start >= 0) return lines.toSpliced(start, stop - start + 1, ...(wanted.state === 'absent' ? [] : ours))
  return wanted.state === 'absent' ? lines : lines.toSpliced(placeIn(lines, wanted), 0, ...ours)
}

function marksOf(marker: string): { readonly begin: string; readonly end: string } {
  return { begin: marker.replace('{mark}', 'BEGIN'), end: marker.replace('{mark}', 'END') }
}
