import type { Change, Difference } from '../model/change.ts'
import type { Upcoming } from '../model/resource.ts'
import { type Query, queryKey, type Readings } from '../model/sensor.ts'
import { type ContentReading, contentOf, readLimit } from '../sensors/contents.ts'
import { textOf } from '../sensors/encoded.ts'
import { type FileReading, fileAt, type Owned } from '../sensors/files.ts'
import { sha256 } from '../sensors/sha256.ts'
import { atomicWrite } from './atomic-write.ts'
import {
  isMadeAnew,
  keeping,
  meant,
  type Ownership,
  ownershipDifferences,
  ownershipScript,
} from './ownership.ts'
import { refuse } from './refuse.ts'
import { ifWritable, notAFile } from './writable.ts'

/** What must be known of a file before its content can be compared. */
export interface FileQuestions {
  readonly at: Query<FileReading>
  readonly content: Query<ContentReading>
  readonly [name: string]: Query<unknown>
}

/** A file with all it is to hold. */
export interface WantedFile extends Ownership {
  readonly path: string
  readonly content: string | Uint8Array
  readonly validate?: string | undefined
  readonly backup?: boolean
  /** A file that is there keeps what it holds. */
  readonly once?: boolean | undefined
}

/** Asks for everything that `convergeFile` compares. */
export function askFile(path: string): { at: Query<FileReading>; content: Query<ContentReading> } {
  return { at: fileAt(path), content: contentOf(path) }
}

/** The same of a file that has this name where its path turns out to be a directory. */
export interface PlacedQuestions extends FileQuestions {
  readonly atInside: Query<FileReading>
  readonly contentInside: Query<ContentReading>
}

/** Asks for both places that a file may get. */
export function askPlaced(path: string, name: string | undefined): PlacedQuestions {
  const { at, content } = askFile(name === undefined ? path : inside(path, name))
  return { atInside: at, contentInside: content, ...askFile(path) }
}

/** Brings a file to its content where it is to be, as `cp` would place it. */
export function convergePlaced(
  { name, ...wanted }: WantedFile & { readonly name?: string | undefined },
  found: Readings<PlacedQuestions>,
  upcoming: Upcoming,
): Change | undefined {
  const { atInside: at, contentInside: content } = found
  if (name === undefined || found.at.type !== 'directory') return convergeFile(wanted, found, upcoming)
  const path = inside(wanted.path, name)
  const change = convergeFile({ ...wanted, path }, { at, content }, upcoming)
  // The name of what is asked for says another place.
  return change && { ...change, summary: `${change.summary} ${path}` }
}

function inside(path: string, name: string): string {
  return `${path === '/' ? '' : path}/${name}`
}

/** Brings a file to its content, owner and mode; an earlier change that will put something else there is awaited. */
export function convergeFile(
  wanted: WantedFile,
  { at, content: found }: Readings<ReturnType<typeof askFile>>,
  upcoming: Upcoming,
): Change | undefined {
  const { path } = wanted
  const obstacle = obstacleAt(path, at, found)
  if (obstacle) return upcoming.touches(fileAt(path)) ? undefined : refuse(obstacle)
  const content =
    typeof wanted.content === 'string' ? new TextEncoder().encode(wanted.content) : wanted.content
  const same =
    'sha256' in found &&
    (wanted.once === true || (found.size === content.length && found.sha256 === sha256(content)))
  const attributes = ownershipDifferences(wanted, at)
  if (same && attributes.length === 0) return undefined
  const common = { impact: 'none', disturbs: [`file:${path}`] } as const
  if (same) {
    const change: Change = {
      summary: 'set owner and mode',
      differences: attributes,
      script: ownershipScript(meant(wanted, at), path),
      ...common,
    }
    return ifWritable(change, { path, at }, upcoming)
  }
  const { validate, backup = false } = wanted
  const { script, uploads } = atomicWrite({ path, content, ownership: wanted, validate, backup, at, found })
  const change: Change = {
    summary: at.type === 'absent' ? 'create' : 'update',
    differences: [contentDifference(path, found, content), ...attributes],
    script,
    ...common,
    leaves: leftBy(wanted, content, at),
    ...(uploads.length > 0 ? { uploads } : {}),
  }
  // The old content is kept beside the new one.
  const bytes = content.length + (backup && 'size' in found ? found.size : 0)
  return ifWritable(change, { path, at, bytes: Math.max(bytes, 1) }, upcoming)
}

/** What will be found of a file once it is written, as far as one can know it. */
function leftBy(wanted: WantedFile, bytes: Uint8Array, at: FileReading): ReadonlyMap<string, unknown> {
  const size = bytes.length
  const { mode = '' } = keeping(wanted, at)
  const owned = ownedAfter(wanted, at)
  if (size > readLimit || !owned) return new Map()
  const { hindrance, room, maker } = at
  const isNew = isMadeAnew(at) && wanted.owner === undefined && wanted.group === undefined
  const left: FileReading = {
    ...{ type: 'file', mode, ...owned, size },
    ...(hindrance ? { hindrance } : {}),
    ...(room ? { room } : {}),
    ...(maker ? { maker } : {}),
    ...(isNew ? { isNew } : {}),
  }
  const content: ContentReading = { is: 'read', bytes, size, sha256: sha256(bytes) }
  return new Map<string, unknown>([
    [queryKey(fileAt(wanted.path)), left],
    [queryKey(contentOf(wanted.path)), content],
  ])
}

/** Whose it will be. The number behind another name than it has now is known of root only. */
function ownedAfter({ owner, group }: Ownership, at: FileReading): Owned | undefined {
  const had = at.type === 'absent' ? at.maker : at
  // Whose it is otherwise may be up to its directory.
  if (!had || (isMadeAnew(at) && (owner === undefined) !== (group === undefined))) return undefined
  const user =
    owner === undefined || owner === had.owner ? had : owner === 'root' ? { owner, uid: 0 } : undefined
  const whose =
    group === undefined || group === had.group ? had : group === 'root' ? { group, gid: 0 } : undefined
  return user && whose && { owner: user.owner, uid: user.uid, group: whose.group, gid: whose.gid }
}

/** Why no file can be written at a path, if so. A link is not followed: replacing what it points to, or the link itself, is for the user to say. */
export function obstacleAt(path: string, at: FileReading, found: ContentReading): string | undefined {
  if (at.type === 'link') {
    return `${path} is a link to ${at.target ?? 'something'}: name the file it points to, or remove the link first`
  }
  const other = notAFile(path, at)
  if (other) return other
  if (found.is === 'unreadable') return `${path} cannot be read by this user: set become`
  return undefined
}

function contentDifference(path: string, found: ContentReading, content: Uint8Array): Difference {
  const before = found.is === 'read' ? textOf(found.bytes) : undefined
  const after = content.length > readLimit ? undefined : textOf(content)
  if (after !== undefined && (before !== undefined || found.is === 'absent')) {
    return { is: 'text', path, before, after }
  }
  return {
    is: 'attribute',
    name: 'content',
    before: 'sha256' in found ? measured(found.size, found.sha256) : undefined,
    after: measured(content.length, sha256(content)),
  }
}

function measured(size: number, checksum: string): string {
  return `${size} bytes, sha256 ${checksum}`
}
