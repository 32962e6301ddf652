import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { absolutePath, ownership } from './fields.ts'
import { ownershipDifferences, ownershipScript } from './ownership.ts'
import { ifWritable } from './writable.ts'

const schema = z.strictObject({
  path: absolutePath.describe('The directory.'),
  state: z
    .enum(['present', 'absent'])
    .default('present')
    .describe('`absent` removes it with all that is in it.'),
  ...ownership,
})

type Directory = z.infer<typeof schema>

/** A directory, its owner and its mode. Parents are made as needed, owned by root. */
export const directory: ResourceKind<Directory, { at: ReturnType<typeof fileAt> }> = {
  name: 'directory',
  summary: 'A directory with an owner and a mode.',
  schema,
  subject: ({ path }) => path,
  inspect: ({ path }) => ({ at: fileAt(path) }),
  converge: (wanted, { at }, upcoming) =>
    wanted.state === 'absent'
      ? ifWritable(remove(wanted, at), { path: wanted.path, at, bytes: 0 }, upcoming)
      : ifWritable(make(wanted, at), made(wanted, at), upcoming),
}

/** One that is there gets another owner or mode at most. */
function made({ path }: Directory, at: FileReading): Parameters<typeof ifWritable>[1] {
  return at.type === 'directory' ? { path, at } : { path, at, bytes: 1 }
}

function make(wanted: Directory, at: FileReading): Change | undefined {
  const differences = ownershipDifferences(wanted, at)
  if (at.type === 'directory' && differences.length === 0) return undefined
  return {
    summary: at.type === 'directory' ? 'set owner and mode' : 'create',
    differences:
      at.type === 'directory'
        ? differences
        : [{ is: 'attribute', name: 'type', before: at.type, after: 'directory' }, ...differences],
    script: lines(sh`mkdir -p -- ${wanted.path}`, sh`${embed(ownershipScript(wanted, wanted.path))}`),
    impact: 'none',
    disturbs: [`file:${wanted.path}`],
  }
}

function remove({ path }: Directory, at: FileReading): Change | undefined {
  if (at.type === 'absent') return undefined
  return {
    summary: 'remove',
    differences: [{ is: 'attribute', name: 'type', before: at.type, after: 'absent' }],
    script: sh`rm -rf -- ${path}`,
    impact: 'none',
    disturbs: [`file:${path}`],
  }
}
