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

/** What is done: something is put in the place of a path, or only its owner and mode are set. */
interface Writing {
  readonly path: string
  readonly at: FileReading
  /** What is written at most; absent where only owner and mode are set. */
  readonly bytes?: number
}

/**
 * The change, unless one sees already that it cannot be made where it writes. What an earlier change brings there first,
 * such as a mount, is awaited.
 */
export function ifWritable(
  change: Change | undefined,
  writing: Writing,
  upcoming: Upcoming,
): Change | undefined {
  const hindrance = hindranceTo(writing)
  return change && hindrance && !upcoming.touches(fileAt(writing.path)) ? refuse(hindrance) : change
}

/** The same for a small file that is written anew in its place. */
export function ifReplaceable(
  change: Change | undefined,
  { path, at }: Omit<Writing, 'bytes'>,
  upcoming: Upcoming,
): Change | undefined {
  const other = notAFile(path, at)
  if (change && other && !upcoming.touches(fileAt(path))) return refuse(other)
  return ifWritable(change, { path, at, bytes: 1 }, upcoming)
}

/** Why no file can be put at a path, whatever its place allows; what a link names is up to who asks. */
export function notAFile(path: string, { type }: FileReading): string | undefined {
  if (type !== 'directory' && type !== 'other') return undefined
  return `${path} is a ${type === 'other' ? 'device, pipe or socket' : 'directory'}, not a file`
}

function hindranceTo({ path, at: { hindrance, room }, bytes }: Writing): string | undefined {
  if (hindrance && hinders(hindrance, bytes !== undefined))
    return `${path} cannot be written: ${words[hindrance.why] ?? hindrance.why}`
  if (!bytes || room === undefined) return undefined
  if (room.files === 0) return `${path} cannot be written: there is no room for another file there`
  if (room.bytes >= bytes + reserve) return undefined
  return `${path} cannot be written: there is no room: ${bytes} bytes are needed and ${room.bytes} free`
}

/**
 * To replace or remove a file takes a right to its directory and none to itself; to set its mode takes neither, unless
 * the file system says otherwise (unlink(2), chmod(2), ioctl_iflags(2)).
 */
function hinders({ of, why }: NonNullable<FileReading['hindrance']>, replaces: boolean): boolean {
  if (why === 'read-only') return true
  return of === 'directory' ? replaces : why !== 'no right'
}
