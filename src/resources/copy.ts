import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { backupField } from './backup.ts'
import { askPlaced, convergePlaced, type PlacedQuestions } from './content.ts'
import { absolutePath, ownership } from './fields.ts'
import { validateField } from './validation.ts'

const schema = z.strictObject({
  dest: absolutePath.describe('The file on the host. A link there is refused rather than followed.'),
  src: z.string().optional().describe('A file of the controller whose content is taken.'),
  content: z.union([z.string(), z.instanceof(Uint8Array)]).describe('All that the file is to hold.'),
  validate: validateField,
  backup: backupField,
  name: z
    .string()
    .regex(/^[^/\0]+$/, 'must be the name of a file')
    .optional()
    .describe('The name of the file where `dest` turns out to be a directory.'),
  once: z.boolean().optional().describe('A file that is there keeps what it holds.'),
  ...ownership,
})

type Copy = z.infer<typeof schema>

/** A file with a given content. */
export const copy: ResourceKind<Copy, PlacedQuestions> = {
  name: 'copy',
  summary: 'A file with a content that is the same on every host; replaced in one step.',
  schema,
  subject: ({ dest }) => dest,
  inspect: ({ dest, name }) => askPlaced(dest, name),
  converge: ({ dest, ...wanted }, found, upcoming) =>
    convergePlaced({ path: dest, ...wanted }, found, upcoming),
}
