import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'

const schema = z.strictObject({
  path: absolutePath.describe('The file or directory; it may be missing.'),
  by: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/, 'must be the name of a user')
    .describe('The user that has to reach it; a group of the same name counts as its own.'),
})

type Reachable = z.infer<typeof schema>

/**
 * The way to a path is open: the user may pass every directory above it, path_resolution(7). Where one is shut, that user is
 * let pass; what they may read there stays as it is.
 */
export const reachable: ResourceKind<Reachable, Readonly<Record<string, Query<FileReading>>>> = {
  name: 'reachable',
  summary: 'The way to a file or directory: a user may pass every directory above it.',
  schema,
  shorthand: 'path',
  subject: ({ path }) => path,
  inspect: ({ path }) => Object.fromEntries(above(path).map((directory) => [directory, fileAt(directory)])),
  converge: ({ path, by }, found) => {
    const shut = above(path).flatMap((directory) => {
      const at = found[directory]
      if (at?.type !== 'directory') return []
      const bits = Number.parseInt(at.mode, 8)
      const pass = passBit(at, by)
      const after = (bits | pass).toString(8).padStart(4, '0')
      return (bits & pass) === 0 ? [{ directory, before: at.mode, after }] : []
    })
    if (shut.length === 0) return undefined
    const directories = shut.map(({ directory }) => directory)
    return {
      summary: `let ${by} pass ${directories.join(', ')}`,
      differences: shut.map(({ directory, before, after }) => ({
        is: 'attribute',
        name: directory,
        before,
        after,
      })),
      script: lines(...shut.map(({ directory, after }) => sh`chmod ${after} -- ${directory}`)),
      impact: 'none',
      disturbs: directories.map((directory) => `file:${directory}`),
    }
  },
}

/** The directories above a path, the uppermost first; that of all is open everywhere. */
function above(path: string): readonly string[] {
  const parts = path.split('/').filter(Boolean).slice(0, -1)
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)
}

/** The bit that lets a user pass: the first of owner, group and others that it is decides, and no other. */
function passBit({ owner, group }: { readonly owner: string; readonly group: string }, user: string): number {
  if (owner === user) return 0o100
  return group === user ? 0o010 : 0o001
}
