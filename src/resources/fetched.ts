import { z } from 'zod'
import { type ResourceKind, unchanged } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { type ContentReading, contentOf } from '../sensors/contents.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { sh } from '../shell/quote.ts'
import { obstacleAt } from './content.ts'
import { absolutePath } from './fields.ts'
import { refuse } from './refuse.ts'
import { ifWritable } from './writable.ts'

const schema = z.strictObject({
  src: absolutePath.describe('The file of the machine.'),
  dest: absolutePath.describe('Where it goes on this computer.'),
  fail_on_missing: z.boolean().default(true).describe('It has failed where there is no such file.'),
})

type Wanted = z.infer<typeof schema>

interface Asked {
  readonly source: Query<CommandReading>
  readonly at: Query<FileReading>
  readonly content: Query<ContentReading>
  readonly [name: string]: Query<unknown>
}

/** What goes through memory on its way. */
const most = 256 * 1024 * 1024

/** A file of a machine, on this computer: both are asked, so that a plan knows whether it is brought. */
export const fetched: ResourceKind<Wanted, Asked> = {
  name: 'fetch',
  summary: 'A file of a machine, on this computer.',
  schema,
  on: 'localhost',
  subject: ({ src }) => src,
  inspect: ({ src, dest }) => ({
    // Links are followed.
    source: {
      ...outcomeOf(sh`if [ -d ${src} ]; then echo directory
elif [ ! -e ${src} ]; then echo absent
elif [ ! -f ${src} ] || [ ! -r ${src} ]; then echo unreadable
else stat -L -c '%s %a' -- ${src}; sha256sum <${src}; fi`),
      about: [`file:${src}`],
    },
    at: { ...fileAt(dest), on: 'localhost' },
    content: { ...contentOf(dest), on: 'localhost' },
  }),
  converge: ({ src, dest, fail_on_missing }, { source, at, content }, upcoming) => {
    const file = readSource(source)
    if (typeof file === 'string') {
      if (file === 'absent' && !fail_on_missing) return undefined
      return refuse(whys[file] === undefined ? `${src} cannot be read` : `${src} ${whys[file]}`)
    }
    const obstacle = obstacleAt(dest, at, content)
    if (obstacle) return refuse(`on this computer, ${obstacle}`)
    if ('sha256' in content && content.sha256 === file.sha256) return undefined
    if (file.size > most) return refuse(`${src} has ${file.size} bytes: bring it with rsync or scp`)
    const directory = dest.slice(0, dest.lastIndexOf('/')) || '/'
    const mode = at.type === 'file' ? at.mode : file.isOpen ? '0644' : '0600'
    const change = {
      summary: `bring it to ${dest}`,
      differences: [
        {
          is: 'attribute',
          name: 'content',
          before: 'sha256' in content ? `sha256 ${content.sha256}` : undefined,
          after: `sha256 ${file.sha256}`,
        },
      ],
      script: sh`mkdir -p -- ${directory}
us_new=$(mktemp ${`${directory === '/' ? '' : directory}/.understudy.XXXXXXXX`})
trap 'rm -f -- "$us_new"' EXIT
trap 'exit 130' INT TERM
cat -- "$us_up_content" >"$us_new"
chmod ${mode} -- "$us_new"
mv -f -- "$us_new" ${dest}`,
      impact: 'none',
      disturbs: [`file:${dest}`],
      uploads: [{ name: 'content', from: { path: src, size: file.size, sha256: file.sha256 } }],
      tells: () => ({ dest, file: src }),
    } as const
    return ifWritable(change, { path: dest, at, bytes: file.size + 1 }, upcoming)
  },
  result: ({ source }, { src, dest }) =>
    readSource(source) === 'absent'
      ? { ...unchanged, msg: 'there is no such file, which is no failure here', found: { file: src } }
      : { ...unchanged, found: { dest, file: src } },
}

const whys: Readonly<Record<string, string>> = {
  absent: 'is not there',
  directory: 'is a directory: bring it as an archive',
}

/** Size, sum and whether everybody may read it; a word where it cannot be brought. */
function readSource({
  stdout,
}: CommandReading): string | { readonly size: number; readonly sha256: string; readonly isOpen: boolean } {
  const [about = '', sum = ''] = stdout.split('\n')
  const [size = '', mode = ''] = about.split(' ')
  const sha256 = sum.split(' ')[0] ?? ''
  if (!/^\d+$/.test(size) || !/^[0-9a-f]{64}$/.test(sha256)) return about || 'unreadable'
  return { size: Number(size), sha256, isOpen: /[4-7]$/.test(mode) }
}
