import type { Change } from '../model/change.ts'
import type { Upcoming } from '../model/resource.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { refuse } from './refuse.ts'

/** Bytes beyond what is written that a file system needs for its own accounts. */
const reserve = 16 * 1024

const words: Readonly<Record<string, string>> = {
  'read-only': 'it lies on a read-only file system',
  immutable: 'it or its directory is immutable; chattr -i takes that away',
  'append-only': 'it or its directory is append-only; chattr -a takes that away',
  'no right': 'this user has no right to: set become',
}

/**
 * The change, unless one sees already that nothing can be written where it writes; `bytes` is what it writes at most.
 * What an earlier change brings there first, such as a mount, is awaited.
 */
export function ifWritable(
  change: Change | undefined,
  { path, at, bytes = 0 }: { readonly path: string; readonly at: FileReading; readonly bytes?: number },
  upcoming: Upcoming,
): Change | undefined {
  const hindrance = hindranceAt(path, at, bytes)
  return change && hindrance && !upcoming.touches(fileAt(path)) ? refuse(hindrance) : change
}

function hindranceAt(path: string, { hindrance, room }: FileReading, bytes: number): string | undefined {
  if (hindrance !== undefined) return `${path} cannot be written: ${words[hindrance] ?? hindrance}`
  if (bytes === 0 || room === undefined) return undefined
  if (room.files === 0) return `${path} cannot be written: there is no room for another file there`
  if (room.bytes >= bytes + reserve) return undefined
  return `${path} cannot be written: there is no room: ${bytes} bytes are needed and ${room.bytes} free`
}
