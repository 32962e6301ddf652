import { createHash } from 'node:crypto'
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { Failure } from '../../model/failure.ts'

/** The program that keeps connections, and what tells its builds apart. */
export interface MasterProgram {
  /** Its words, the program first. */
  readonly words: readonly string[]
  /** A file that is another one with each build. */
  readonly file: string
  readonly version: string
}

/** Where the commands of one user and one build meet the process that keeps their connections. */
export interface MeetingPlace {
  readonly directory: string
  /** The sockets of one build begin with it. */
  readonly kind: string
}

/** Bytes that the name of a socket may have: `sun_path` of unix(7), with its zero. */
const mostBytes = 107

/** What the name of a socket may have behind the directory: a slash, the kind, a number, or more while it is made. */
const socketLength = 40

/** Finds the directory, and makes it where `make` says so. Throws INVALID_INPUT where others can get at it. */
export function meetingPlace(program: MasterProgram, make: boolean): MeetingPlace | undefined {
  const us = process.geteuid?.()
  if (us === undefined)
    throw new Failure('INVALID_INPUT', 'connections cannot be kept on this system: it has no users', {
      next: 'leave out --persist',
    })
  const directory = directoryFor(us)
  if (make) makeDirectory(directory)
  const state = stateOf(directory)
  if (!state && !make) return undefined
  const wrong = !state ? 'cannot be made' : (wrongWith(state, us) ?? wrongAbove(directory, us))
  if (wrong)
    throw new Failure('INVALID_INPUT', `connections cannot be kept in ${directory}: it ${wrong}`, {
      next: `remove it or make it yours alone (chmod 700), name another place with XDG_RUNTIME_DIR, or leave out --persist`,
    })
  return { directory, kind: kindOf(program) }
}

/** The user's own directory for such things where there is one, as the XDG Base Directory Specification says. */
function directoryFor(us: number): string {
  const runtime = process.env.XDG_RUNTIME_DIR
  const own = runtime && isAbsolute(runtime) ? join(runtime, 'understudy') : undefined
  if (own && runtime && Buffer.byteLength(own) + socketLength <= mostBytes) {
    const state = stateOf(runtime)
    // Whoever can write there could put another directory in the place of ours: so it is with `sudo` that keeps the variable.
    if (state && wrongWith(state, us) === undefined) return own
  }
  return `/tmp/understudy-${us}`
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch {
    // It is there, which is looked at next, or it is not, which is told then.
  }
}

function wrongWith(state: Stats, us: number): string | undefined {
  if (!state.isDirectory()) return 'is no directory'
  if (state.uid !== us) return `belongs to another user (uid ${state.uid})`
  const mode = state.mode & 0o777
  if ((mode & 0o077) !== 0) return `is open to others (mode ${mode.toString(8).padStart(4, '0')})`
  return undefined
}

/** Whoever owns the directory above, or may remove from it what is not his, could put another one in the place of ours. */
function wrongAbove(directory: string, us: number): string | undefined {
  const above = dirname(directory)
  const state = stateOf(above)
  const isSticky = state !== undefined && (state.mode & 0o1000) !== 0
  if (!state || (state.uid !== us && state.uid !== 0) || ((state.mode & 0o022) !== 0 && !isSticky))
    return `stands in ${above}, where others can exchange it`
  return undefined
}

/** As it is itself, not what a link leads to. */
function stateOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

/**
 * One process serves one build, and one view of the network: in another namespace the same address may be another machine.
 * Views of the disk do not count: `ip netns exec` makes a new one each time, and hosts prove by their keys who they are.
 */
function kindOf({ words, file, version }: MasterProgram): string {
  const { mtimeMs, size } = statSync(file)
  const views = ['net', 'user'].map((name) => {
    try {
      return readlinkSync(`/proc/self/ns/${name}`)
    } catch {
      return ''
    }
  })
  const all = JSON.stringify([words, file, version, mtimeMs, size, views])
  return createHash('sha256').update(all).digest('hex').slice(0, 12)
}

/**
 * The number of the newest socket, 0 where there is none. A process that was killed leaves its socket behind; the one after it
 * takes the next number. So no name is ever taken away from anybody, and of two that start at once one finds it taken.
 */
export function newestNumber({ directory, kind }: MeetingPlace): number {
  const numbers = readdirSync(directory).map((name) => {
    const [of, number, ...more] = name.split('.')
    return of === kind && more.length === 0 && /^\d+$/.test(number ?? '') ? Number(number) : 0
  })
  return Math.max(0, ...numbers)
}

/** The socket of that number. */
export function socketPath({ directory, kind }: MeetingPlace, number: number): string {
  return join(directory, `${kind}.${number}`)
}

/** The name under which a socket listens before it is shown to others. */
export function preparedPath({ directory, kind }: MeetingPlace): string {
  return join(directory, `${kind}.${process.pid}.new`)
}

/**
 * Shows a socket that listens under the number; false where that is taken. A name that is seen has somebody who listens:
 * between bind(2) and listen(2) it would look like one that was left behind.
 */
export function show(place: MeetingPlace, number: number): boolean {
  const prepared = preparedPath(place)
  try {
    linkSync(prepared, socketPath(place, number))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(prepared)
  }
}

/** Removes the sockets of those before, of whom none lives: each was tried before the next number was given out. */
export function removeOlder(place: MeetingPlace, number: number): void {
  for (let older = number - 1; older > 0; older--) {
    try {
      unlinkSync(socketPath(place, older))
    } catch {
      // Somebody else has removed it.
    }
  }
}
