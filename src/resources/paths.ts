import { z } from 'zod'
import type { Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { type Query, queryKey } from '../model/sensor.ts'
import { contentOf } from '../sensors/contents.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { sh } from '../shell/quote.ts'
import { absolutePath, ownership } from './fields.ts'
import { meant, ownershipDifferences, ownershipScript } from './ownership.ts'
import { type Answer, probed } from './probed.ts'
import { refuse } from './refuse.ts'
import { ifWritable } from './writable.ts'

const gonePath = z.strictObject({
  path: absolutePath
    .refine((path) => path.replaceAll(/[/.]/g, '') !== '', 'must not be the root of everything')
    .describe('What is not to be there.'),
})

/** A path at which nothing is to be, whatever is there. */
export const gone: ResourceKind<z.infer<typeof gonePath>, { at: Query<FileReading> }> = {
  name: 'file',
  summary: 'A path at which nothing is to be: a file, a link, or a directory with all that is in it.',
  schema: gonePath,
  subject: ({ path }) => path,
  inspect: ({ path }) => ({ at: fileAt(path) }),
  converge: ({ path }, { at }, upcoming) =>
    at.type === 'absent'
      ? undefined
      : ifWritable(
          {
            summary: 'remove',
            differences: [{ is: 'attribute', name: 'type', before: at.type, after: 'absent' }],
            script: sh`rm -rf -- ${path}`,
            impact: 'none',
            disturbs: [`file:${path}`],
          },
          { path, at, bytes: 0 },
          upcoming,
        ),
}

const owned = z.strictObject({ path: absolutePath.describe('What is there.'), ...ownership })

/** Owner and mode of whatever is at a path. */
export const pathOwnership: ResourceKind<z.infer<typeof owned>, { at: Query<FileReading> }> = {
  name: 'file',
  summary: 'Owner and mode of a file or directory that is there.',
  schema: owned,
  subject: ({ path }) => path,
  inspect: ({ path }) => ({ at: fileAt(path) }),
  converge: (wanted, { at }, upcoming) => {
    const { path } = wanted
    const obstacle =
      at.type === 'absent'
        ? `there is no ${path}: state touch or directory, copy or template make it`
        : at.type === 'link'
          ? `${path} is a link to ${at.target ?? 'something'}: name what it points to`
          : undefined
    if (obstacle) return upcoming.touches(fileAt(path)) ? undefined : refuse(obstacle)
    const differences = ownershipDifferences(wanted, at)
    if (differences.length === 0) return undefined
    return ifWritable(
      {
        summary: 'set owner and mode',
        differences,
        script: ownershipScript(meant(wanted, at), path),
        impact: 'none',
        disturbs: [`file:${path}`],
        ...leftWith(wanted, at, differences),
      },
      { path, at },
      upcoming,
    )
  },
}

/** A file of which the mode alone is another one is otherwise what it was. */
function leftWith(
  { path, owner, group }: z.infer<typeof owned>,
  at: FileReading,
  differences: readonly Difference[],
) {
  const mode = differences.find((one) => one.is === 'attribute' && one.name === 'mode')?.after
  if (at.type !== 'file' || owner !== undefined || group !== undefined || mode === undefined) return {}
  return {
    leaves: new Map<string, unknown>([[queryKey(fileAt(path)), { ...at, mode }]]),
    spares: [contentOf(path)],
  }
}

const hard = z.strictObject({
  path: absolutePath.describe('The other name.'),
  target: absolutePath.describe('The file that gets it.'),
  force: z.boolean().default(false).describe('Another file in its place is replaced.'),
})

/** Another name of a file. */
export const hardLink: ResourceKind<z.infer<typeof hard>, { answer: Query<Answer> }> = probed({
  name: 'hard_link',
  summary: 'Another name of a file.',
  schema: hard,
  subject: ({ path }) => path,
  about: ({ path, target }) => [`file:${path}`, `file:${target}`],
  ask: ({ path, target }) =>
    sh`for us_f in ${target} ${path}; do stat -c '%d:%i' -- "$us_f" 2>/dev/null || echo none; done`,
  change: ({ path, target, force }, { stdout }, upcoming) => {
    const [of, is] = stdout.split('\n')
    if (of === is && of !== 'none') return undefined
    if (of === 'none') return upcoming.touches(fileAt(target)) ? undefined : `there is no ${target}`
    if (is !== 'none' && !force) return `${path} is another file: force: yes replaces it`
    return { summary: 'link', script: sh`ln -f -- ${target} ${path}`, disturbs: [`file:${path}`] }
  },
})
