import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { backupField } from './backup.ts'
import { askFile, convergeFile } from './content.ts'
import { absolutePath, ownership } from './fields.ts'
import { validateField } from './validation.ts'

const schema = z.strictObject({
  dest: absolutePath.describe('The file on the host. A link there is refused rather than followed.'),
  src: z.string().optional().describe('A file of the controller whose content is taken.'),
  content: z.union([z.string(), z.instanceof(Uint8Array)]).describe('All that the file is to hold.'),
  validate: validateField,
  backup: backupField,
  once: z.boolean().optional().describe('A file that is there keeps what it holds.'),
  ...ownership,
})

type Copy = z.infer<typeof schema>

/** A file with a given content. */
export const copy: ResourceKind<Copy, ReturnType<typeof askFile>> = {
  name: 'copy',
  summary: 'A file with a content that is the same on every host; replaced in one step.',
  schema,
  subject: ({ dest }) => dest,
  inspect: ({ dest }) => askFile(dest),
  converge: ({ dest, ...wanted }, found, upcoming) =>
    convergeFile({ path: dest, ...wanted }, found, upcoming),
}
