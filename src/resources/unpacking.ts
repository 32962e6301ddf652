import { z } from 'zod'
import { mode, ownership } from './fields.ts'

const words = z.array(z.string().regex(/^[^\0]+$/, 'must be a text'))

/** How an archive is unpacked, for every kind that does so. */
export const unpackingFields = {
  strip: z.int().min(0).default(0).describe('Leading directories to drop from names; not for zip.'),
  owner: ownership.owner,
  group: ownership.group,
  mode: mode.optional().describe('Permissions of all that it brings.'),
  keep_owner: z
    .boolean()
    .default(false)
    .describe('What it brings belongs to whom the archive says, not to whoever unpacks it.'),
  exclude: words.default([]).describe('Patterns of names that are left in the archive.'),
  include: words.default([]).describe('Names that are taken; all where none is given.'),
  words: words.default([]).describe('More words for tar or unzip.'),
}

const schema = z.object(unpackingFields)

/** How an archive is unpacked. */
export type Manner = z.infer<typeof schema>

/** What of it is noted, so that it is unpacked anew in another manner. */
export function mannerNoted({ strip, owner, group, mode, exclude, include, words }: Manner): string {
  const more = { mode, exclude, include, words }
  const isUsual = mode === undefined && [exclude, include, words].every((list) => list.length === 0)
  return `strip ${strip} owner ${owner ?? '-'} group ${group ?? '-'}${isUsual ? '' : ` ${JSON.stringify(more)}`}`
}
