import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Queries } from '../model/sensor.ts'
import { type ContentReading, contentOf } from '../sensors/contents.ts'
import { textOf } from '../sensors/encoded.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { sha256 } from '../sensors/sha256.ts'
import { unpackScript } from './archive-script.ts'
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
import { stateDirectory } from './state-directory.ts'
import { mannerNoted, unpackingFields } from './unpacking.ts'

const schema = z
  .strictObject({
    ...archiveSource,
    dest: absolutePath.describe('The directory it is unpacked into; made where there is none.'),
    creates: absolutePath.optional().describe('A path it brings: unpacked again where that is missing.'),
    sha256: checksum.optional().describe('What the archive must be; another one is refused.'),
    ...unpackingFields,
  })
  .check((context) => {
    const [field, message = ''] = sourceProblem(context.value) ?? []
    if (field) context.issues.push({ code: 'custom', input: context.value, path: [field], message })
  })

type Archive = z.infer<typeof schema>

interface Found {
  readonly at: FileReading
  readonly marker: ContentReading
  readonly creates?: FileReading
  readonly archive?: ContentReading
}

/** A tar or zip archive, unpacked. */
export const archive: ResourceKind<Archive, Queries> = {
  name: 'archive',
  summary: 'A tar (gz, bz2, xz) or zip archive, unpacked once for each of its versions.',
  schema,
  subject: ({ dest }) => dest,
  inspect: ({ dest, creates, ...source }) => ({
    at: fileAt(dest),
    marker: contentOf(markerOf(dest)),
    ...(creates === undefined ? {} : { creates: fileAt(creates) }),
    ...askArchive(source),
  }),
  converge: (wanted, readings, upcoming) => {
    const found = readings as unknown as Found
    const { src = '' } = wanted
    const sum = archiveSum(wanted, found.archive)
    if (sum === undefined) {
      return upcoming.touches(contentOf(src))
        ? undefined
        : refuse(`${src} is no file that can be read on the host`)
    }
    if (wanted.sha256 !== undefined && wanted.sha256 !== sum) {
      return upcoming.touches(contentOf(src))
        ? undefined
        : refuse(`the archive is another one: its sha256 is ${sum}`)
    }
    const marker = `${sum} ${mannerNoted(wanted)}\n`
    const before = found.marker.is === 'read' ? textOf(found.marker.bytes) : undefined
    if (isThere(wanted, found) && (before === marker || (before === undefined && wanted.creates)))
      return undefined
    return unpack(wanted, { sum, marker, before, bytes: archiveBytes(wanted) })
  },
}

function markerOf(dest: string): string {
  return `${stateDirectory}/archives/${sha256(new TextEncoder().encode(dest))}`
}

function isThere(wanted: Archive, { at, creates }: Found): boolean {
  return at.type === 'directory' && (wanted.creates === undefined || creates?.type !== 'absent')
}

interface Unpacking {
  readonly sum: string
  readonly marker: string
  readonly before: string | undefined
  readonly bytes: Uint8Array | undefined
}

function unpack(wanted: Archive, { sum, marker, before, bytes }: Unpacking): Change {
  const { dest, src = '' } = wanted
  return {
    summary: before === undefined ? 'unpack' : 'unpack another version',
    differences: [{ is: 'attribute', name: 'archive', before: before?.split(' ')[0], after: sum }],
    script: unpackScript({
      from: bytes ? undefined : src,
      sum,
      dest,
      manner: wanted,
      marker: { path: markerOf(dest), text: marker },
    }),
    impact: 'none',
    takesLong: true,
    disturbs: [`file:${dest}`, `file:${markerOf(dest)}`],
    keeps: 'nothing',
    ...(bytes ? { uploads: [{ name: 'archive', content: bytes }] } : {}),
  }
}
