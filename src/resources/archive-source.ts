import { z } from 'zod'
import type { Query } from '../model/sensor.ts'
import { type ContentReading, contentOf } from '../sensors/contents.ts'
import { sha256 } from '../sensors/sha256.ts'

/** Where an archive comes from, for every kind that takes one. */
export const archiveSource = {
  src: z
    .string()
    .optional()
    .describe('The archive: a file of the controller, or of the host with `remote_src`.'),
  content: z
    .union([z.instanceof(Uint8Array), z.string()])
    .optional()
    .describe('The archive itself, as read from `src`.'),
  remote_src: z.boolean().default(false).describe('`src` is a path on the host.'),
}

/** What an archive must be. */
export const checksum = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case')

const sourceSchema = z.object(archiveSource)

/** Where one archive comes from. */
export type ArchiveSource = z.infer<typeof sourceSchema>

/** What is wrong with where an archive comes from: the field, and why. */
export function sourceProblem({
  src,
  content,
  remote_src,
}: ArchiveSource): readonly [field: string, message: string] | undefined {
  if (remote_src && !src?.startsWith('/'))
    return ['src', 'must be an absolute path on the host with `remote_src`']
  if (remote_src && content !== undefined)
    return ['content', 'comes from the controller: it does not go with `remote_src`']
  if (!remote_src && content === undefined) return ['src', '`src` is missing']
  return undefined
}

/** Asks for the archive, where it lies on the host. */
export function askArchive({ src, remote_src }: ArchiveSource): { archive?: Query<ContentReading> } {
  return remote_src && src !== undefined ? { archive: contentOf(src) } : {}
}

/** The archive, where it comes from the controller. */
export function archiveBytes({ content }: ArchiveSource): Uint8Array | undefined {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content
}

/** The archive's sum, where there is one to be read. */
export function archiveSum(source: ArchiveSource, reading: ContentReading | undefined): string | undefined {
  const bytes = archiveBytes(source)
  if (bytes) return sha256(bytes)
  return reading && 'sha256' in reading ? reading.sha256 : undefined
}
