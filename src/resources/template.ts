import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { backupField } from './backup.ts'
import { askPlaced, convergePlaced, type PlacedQuestions } from './content.ts'
import { absolutePath, ownership } from './fields.ts'
import { validateField } from './validation.ts'

const schema = z.strictObject({
  dest: absolutePath.describe('The file on the host. A link there is refused rather than followed.'),
  src: z.string().optional().describe('The template, as the playbook names it.'),
  content: z.string().describe('What the template gives for this host.'),
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

type Template = z.infer<typeof schema>

/** A file rendered from a template. */
export const template: ResourceKind<Template, PlacedQuestions> = {
  name: 'template',
  summary: 'A file rendered from a template with the variables and facts of its host; replaced in one step.',
  schema,
  subject: ({ dest }) => dest,
  inspect: ({ dest, name }) => askPlaced(dest, name),
  converge: ({ dest, name, content, owner, group, mode, validate, backup, once }, found, upcoming) =>
    convergePlaced(
      { path: dest, name, content, owner, group, mode, validate, backup, once },
      found,
      upcoming,
    ),
}
