import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { namesAt } from '../sensors/written.ts'
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
  parts: z
    .array(absolutePath)
    .optional()
    .describe(
      'Patterns of files, such as `/etc/nginx/conf.d/*.conf`: where the file that is there includes them and what the template gives does not, the change names those that nobody reads any more.',
    ),
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
  inspect: ({ dest, name, parts = [] }) => ({
    ...askPlaced(dest, name),
    ...Object.fromEntries(parts.map((pattern) => [pattern, namesAt(pattern)])),
  }),
  converge: (
    { dest, name, content, owner, group, mode, validate, backup, once, parts = [] },
    found,
    upcoming,
  ) => {
    const change = convergePlaced(
      { path: dest, name, content, owner, group, mode, validate, backup, once },
      found,
      upcoming,
    )
    const before = found.content.is === 'read' ? Buffer.from(found.content.bytes).toString() : ''
    const left = parts
      .filter((pattern) => includes(before, pattern, dest) && !includes(content, pattern, dest))
      .flatMap((pattern) =>
        (found[pattern] as readonly string[]).filter((path) => !includes(content, path, dest)),
      )
    if (!change || left.length === 0) return change
    const unread = {
      is: 'attribute',
      name: 'no longer read',
      before: left.join(', '),
      after: undefined,
    } as const
    return { ...change, differences: [...change.differences, unread] }
  },
}

/** Does a configuration include these files, by their whole path or from where it lies? */
function includes(text: string, pattern: string, path: string): boolean {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const names = [pattern, ...(pattern.startsWith(folder) ? [pattern.slice(folder.length)] : [])]
  const said = text.replaceAll(/#.*/g, '').matchAll(/\binclude\s+["']?([^\s"';]+)/g)
  return [...said].some(([, named = '']) => names.includes(named))
}
