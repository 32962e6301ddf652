import { z } from 'zod'
import { type ResourceKind, unchanged } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'

const schema = z.strictObject({
  path: absolutePath.describe('What is there.'),
  entry: z
    .string()
    .regex(/^[a-z]+:[^:\s\0]*(:[rwxX0-7-]*)?$/, 'must be such as user:joe:rw')
    .optional()
    .describe('Who may do what with it; absent: it is only looked at.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: it has no such entry.'),
  future: z.boolean().default(false).describe('What is made in the directory gets it.'),
  recurse: z.boolean().default(false).describe('So does all that is in it.'),
  follow: z.boolean().default(true).describe('What a link points to is meant.'),
  mask: z
    .enum(['default', 'mask', 'no_mask'])
    .default('default')
    .describe('Whether the mask of all rights is computed anew.'),
})

type AccessList = z.infer<typeof schema>

/** Who beside owner and group may do what with a file. */
export const accessList: ResourceKind<AccessList, { answer: Query<Answer> }> = probed({
  name: 'acl',
  summary: 'Who beside owner and group may do what with a file.',
  schema,
  subject: ({ path, entry = '' }) => `${path} ${entry}`.trimEnd(),
  about: ({ path }) => [`file:${path}`, 'package:acl'],
  // The program itself tells what it would change.
  ask: (wanted) => sh`command -v setfacl >/dev/null 2>&1 || { echo no-acl; exit 0; }
[ -e ${wanted.path} ] || { echo no-path; exit 0; }
${embed(
  wanted.entry === undefined
    ? sh`:`
    : sh`us_t=$(setfacl --test ${wordsOf(wanted)} -- ${wanted.path} 2>&1) || { printf 'trouble %s\n' "$us_t" | head -n 1; exit 0; }
printf '%s\n' "$us_t" | grep -v '\*,\*$' | head -n 20 | sed 's/^/test /'`,
)}
getfacl --omit-header --absolute-names ${wanted.future ? ['-d'] : []} ${wanted.follow ? [] : ['--physical']} -- ${wanted.path} 2>/dev/null | sed '/^$/d; s/^/has /'`,
  change: (wanted, { stdout }) => {
    const { path, entry, state } = wanted
    const said = stdout.split('\n')
    if (said.includes('no-acl')) return 'there is no setfacl on this host: install acl in a task before'
    if (said.includes('no-path')) return `there is no ${path}`
    const trouble = said.find((line) => line.startsWith('trouble '))
    if (trouble) return trouble.slice(8)
    const others = said.filter((line) => line.startsWith('test '))
    if (entry === undefined || others.length === 0) return undefined
    return {
      summary: state === 'present' ? 'let' : 'take away',
      differences: [
        state === 'present'
          ? { is: 'attribute', name: 'entry', before: undefined, after: entry }
          : { is: 'attribute', name: 'entry', before: entry, after: undefined },
      ],
      script: sh`setfacl ${wordsOf(wanted)} -- ${path}`,
      disturbs: [`file:${path}`],
    }
  },
  result: ({ stdout }) => ({
    ...unchanged,
    found: { acl: stdout.split('\n').flatMap((line) => (line.startsWith('has ') ? [line.slice(4)] : [])) },
  }),
})

function wordsOf({ entry = '', state, future, recurse, follow, mask }: AccessList): readonly string[] {
  const [type = '', who = ''] = entry.split(':')
  return [
    ...(future ? ['-d'] : []),
    ...(recurse ? ['-R'] : []),
    ...(mask === 'default' ? [] : [mask === 'mask' ? '--mask' : '--no-mask']),
    ...(follow ? [] : ['--physical']),
    ...(state === 'present' ? ['-m', entry] : ['-x', `${type}:${who}`]),
  ]
}
