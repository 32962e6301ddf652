import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { embed, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { refuse } from './refuse.ts'
import { stagedName } from './staged-name.ts'
import { ifWritable } from './writable.ts'

const target = z.string().regex(/^[^\n\0]+$/, 'must be one line')

const schema = z
  .strictObject({
    path: absolutePath.describe('The link itself.'),
    target: target
      .optional()
      .describe(
        'Where it points; it need not exist. Relative to the link where it is no path from the root.',
      ),
    src: target.optional().describe('Another name for `target`.'),
    force: z
      .boolean()
      .optional()
      .describe('A file in its place is replaced, and what it points to need not be there.'),
    state: z
      .enum(['present', 'absent'])
      .default('present')
      .describe('`absent` removes the link, never what it points to.'),
  })
  .check((context) => {
    const { target, src, state } = context.value
    if (state === 'absent' || (target === undefined) !== (src === undefined)) return
    const message =
      target === undefined
        ? '`target` is missing: where does the link point?'
        : '`src` and `target` are the same: give one'
    context.issues.push({ code: 'custom', input: context.value, path: ['target'], message })
  })
  .transform(({ path, target, src, state, force }) => ({ path, target: target ?? src ?? '', state, force }))

type Link = z.infer<typeof schema>

/** A symbolic link. */
export const link: ResourceKind<Link, { at: ReturnType<typeof fileAt> }> = {
  name: 'link',
  summary: 'A symbolic link; it replaces another link in one step, never a file or a directory.',
  schema,
  subject: ({ path }) => path,
  inspect: ({ path }) => ({ at: fileAt(path) }),
  converge: ({ path, target, state, force }, { at }, upcoming) => {
    if (state === 'absent' ? at.type === 'absent' : at.type === 'link' && at.target === target)
      return undefined
    if (at.type !== 'absent' && at.type !== 'link' && !(force && at.type === 'file')) {
      return upcoming.touches(fileAt(path)) ? undefined : refuse(`${path} is no link: remove it first`)
    }
    return state === 'absent'
      ? ifWritable(remove(path, at), { path, at, bytes: 0 }, upcoming)
      : ifWritable(point(path, target, at), { path, at, bytes: 1 }, upcoming)
  },
}

function point(path: string, target: string, at: FileReading): Change {
  const directory = path.slice(0, path.lastIndexOf('/'))
  return {
    summary: at.type === 'absent' ? 'create' : 'point elsewhere',
    differences: [
      { is: 'attribute', name: 'target', before: at.type === 'link' ? at.target : undefined, after: target },
    ],
    script:
      at.type === 'absent'
        ? sh`ln -sT -- ${target} ${path}`
        : sh`us_new=
us_tidy() { if [ -n "$us_new" ]; then rm -f -- "$us_new"; fi; }
trap us_tidy EXIT
trap 'exit 130' INT TERM
${embed(stagedName(directory))}
# Nothing that stands there is replaced.
ln -s -- ${target} "$us_staged"
us_new=$us_staged
mv -fT -- "$us_new" ${path}
us_new=`,
    impact: 'none',
    disturbs: [`file:${path}`],
  }
}

function remove(path: string, at: FileReading): Change {
  return {
    summary: 'remove',
    differences: [
      {
        is: 'attribute',
        name: 'target',
        before: at.type === 'link' ? at.target : undefined,
        after: undefined,
      },
    ],
    script: sh`rm -f -- ${path}`,
    impact: 'none',
    disturbs: [`file:${path}`],
  }
}
