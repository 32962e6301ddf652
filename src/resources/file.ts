import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { sh } from '../shell/quote.ts'
import { askFile, convergeFile, obstacleAt } from './content.ts'
import { absolutePath, ownership } from './fields.ts'
import { meant, ownershipDifferences, ownershipScript } from './ownership.ts'
import { refuse } from './refuse.ts'
import { ifWritable } from './writable.ts'

const schema = z.strictObject({
  path: absolutePath.describe('The file.'),
  state: z
    .enum(['file', 'absent', 'touch'], {
      error: 'must be file, absent or touch; directories and links are kinds of their own: directory, link',
    })
    .default('file')
    .describe(
      '`file` sets owner and mode of a file that is there, `touch` makes an empty one where none is, ' +
        '`absent` removes a file or a link.',
    ),
  ...ownership,
})

type File = z.infer<typeof schema>

/** A file whose content is nobody's business here. */
export const file: ResourceKind<File, ReturnType<typeof askFile>> = {
  name: 'file',
  summary: 'Owner and mode of a file, or its absence.',
  schema,
  subject: ({ path }) => path,
  inspect: ({ path }) => askFile(path),
  converge: (wanted, found, upcoming) => {
    const { path, state } = wanted
    const { at } = found
    if (at.type === 'absent') {
      if (state === 'absent') return undefined
      if (state === 'touch') return convergeFile({ ...wanted, content: '' }, found, upcoming)
      return upcoming.touches(fileAt(path))
        ? undefined
        : refuse(`there is no ${path}: \`touch\`, copy or template make it`)
    }
    if (state === 'absent')
      return at.type === 'directory'
        ? refuse(`${path} is a directory: use directory, state absent`)
        : ifWritable(remove(path, at), { path, at, bytes: 0 }, upcoming)
    const obstacle = obstacleAt(path, at, { is: 'other' })
    if (obstacle) return upcoming.touches(fileAt(path)) ? undefined : refuse(obstacle)
    return ifWritable(own(wanted, at), { path, at }, upcoming)
  },
}

function remove(path: string, at: FileReading): Change {
  return {
    summary: 'remove',
    differences: [{ is: 'attribute', name: 'type', before: at.type, after: 'absent' }],
    script: sh`rm -f -- ${path}`,
    impact: 'none',
    disturbs: [`file:${path}`],
  }
}

function own(wanted: File, at: FileReading): Change | undefined {
  const differences = ownershipDifferences(wanted, at)
  if (differences.length === 0) return undefined
  return {
    summary: 'set owner and mode',
    differences,
    script: ownershipScript(meant(wanted, at), wanted.path),
    impact: 'none',
    disturbs: [`file:${wanted.path}`],
  }
}
