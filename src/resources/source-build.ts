import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Queries } from '../model/sensor.ts'
import { type ContentReading, contentOf } from '../sensors/contents.ts'
import { textOf } from '../sensors/encoded.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { sha256 as sha256Of } from '../sensors/sha256.ts'
import {
  archiveBytes,
  archiveSource,
  archiveSum,
  askArchive,
  checksum,
  sourceProblem,
} from './archive-source.ts'
import { absolutePath } from './fields.ts'
import { refuse } from './refuse.ts'
import { buildDirectory, buildScript } from './source-build-script.ts'

const schema = z
  .strictObject({
    ...archiveSource,
    sha256: checksum.describe('What the archive must be; another one is refused before it is unpacked.'),
    prefix: z
      .string()
      // Makefiles take blanks and signs of the shell for something else.
      .regex(/^(\/(?!\.\.?(\/|$))[A-Za-z0-9._+-]+)+$/, 'must be an absolute path of plain letters and digits')
      .describe('The directory it is installed in, as `--prefix` of `configure`.'),
    configure: z
      .array(z.string().regex(/^[^\0]*$/))
      .default([])
      .describe('Further arguments of `configure`, each as it is.'),
    creates: absolutePath.describe('A file it installs: built again where that is missing.'),
  })
  .check((context) => {
    const { value } = context
    const add = (path: string, message: string) =>
      context.issues.push({ code: 'custom', input: value, path: [path], message })
    const [field, message = ''] = sourceProblem(value) ?? []
    if (field) add(field, message)
    if (value.configure.some((argument) => /^--prefix(=|$)/.test(argument)))
      add('configure', '`prefix` is a field of its own')
    // Content that is not known yet is empty: only questions are made of it.
    const bytes = archiveBytes(value)
    if (bytes && bytes.length > 0 && sha256Of(bytes) !== value.sha256)
      add('sha256', otherArchive(value, sha256Of(bytes)))
  })

type SourceBuild = z.infer<typeof schema>

interface Found {
  readonly stamp: ContentReading
  readonly creates: FileReading
  readonly archive?: ContentReading
}

/** A program of an archive of sources, built on the host. */
export const sourceBuild: ResourceKind<SourceBuild, Queries> = {
  name: 'source_build',
  summary:
    'A program built from an archive of its sources by configure, make and make install, once for each version and set of arguments; compiler and libraries are for a `package` before.',
  schema,
  subject: ({ prefix }) => prefix,
  inspect: ({ prefix, creates, ...source }) => ({
    stamp: contentOf(stampPath(prefix)),
    creates: fileAt(creates),
    ...askArchive(source),
  }),
  converge: (wanted, readings, upcoming) => {
    const found = readings as unknown as Found
    const { src = '' } = wanted
    const sum = archiveSum(wanted, found.archive)
    if (sum !== wanted.sha256) {
      if (upcoming.touches(contentOf(src))) return undefined
      return refuse(
        sum === undefined ? `${src} is no file that can be read on the host` : otherArchive(wanted, sum),
      )
    }
    const stamp = stampFor(wanted)
    const before = found.stamp.is === 'read' ? textOf(found.stamp.bytes) : undefined
    const missing = found.creates.type === 'absent'
    return missing || before !== stamp ? build(wanted, before, stamp, missing) : undefined
  },
}

function otherArchive({ src = 'the archive', sha256 }: SourceBuild, sum: string): string {
  return `${src} is not the archive that is asked for: its sha256 is ${sum}, and ${sha256} is asked for`
}

function stampPath(prefix: string): string {
  return `${buildDirectory}/${sha256Of(new TextEncoder().encode(prefix))}`
}

/** What a build was made of, one line each: another one is needed where any differs. */
function stampFor({ sha256, prefix, configure }: SourceBuild): string {
  return `archive ${sha256}\nconfigure ${JSON.stringify([`--prefix=${prefix}`, ...configure])}\n`
}

function build(wanted: SourceBuild, before: string | undefined, stamp: string, missing: boolean): Change {
  const { src = '', sha256: sum, prefix, configure, creates } = wanted
  const bytes = archiveBytes(wanted)
  const was = before?.split('\n') ?? []
  const differences: Difference[] = stamp
    .trimEnd()
    .split('\n')
    .flatMap((line, index) => {
      const name = line.slice(0, line.indexOf(' '))
      const value = (text: string | undefined) => text?.slice(name.length + 1)
      return was[index] === line
        ? []
        : [{ is: 'attribute', name, before: value(was[index]), after: value(line) }]
    })
  if (missing) differences.push({ is: 'attribute', name: creates, before: undefined, after: 'installed' })
  return {
    summary: before === undefined || missing ? 'build and install' : 'build and install another version',
    differences,
    script: buildScript({
      from: bytes ? undefined : src,
      sum,
      prefix,
      configure,
      creates,
      stamp: { path: stampPath(prefix), text: stamp },
    }),
    impact: 'none',
    takesLong: true,
    disturbs: [prefix, creates, ...configure.flatMap(pathIn)].map((path) => `file:${path}`),
    keeps: 'nothing',
    ...(bytes ? { uploads: [{ name: 'archive', content: bytes }] } : {}),
  }
}

/** `--conf-path=/etc/nginx/nginx.conf` says that something is installed there, too. */
function pathIn(argument: string): readonly string[] {
  return /^--[a-z-]+=(\/.+)$/.exec(argument)?.slice(1) ?? []
}
