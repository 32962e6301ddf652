import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../../model/failure.ts'
import { connectTo } from './dialogue.ts'
import {
  type MasterProgram,
  type MeetingPlace,
  meetingPlace,
  newestNumber,
  socketPath,
} from './meeting-place.ts'

/** A socket to that process, and its name, by which more are made. */
export interface Found {
  readonly socket: Socket
  readonly path: string
}

/** The process that keeps connections, as commands find it. */
export interface MasterLink {
  /** A socket to it; it is started where there is none. Throws INVALID_INPUT and UNREACHABLE. */
  connect(): Promise<Found>
  /** A socket to the one that is there; `undefined` where there is none. */
  connectIfThere(): Promise<Found | undefined>
}

/** A process that starts takes a fraction of a second, and on a busy computer some. */
const mostSeconds = 20
const betweenLooks = 5

/** The link of one run, which starts one process for all its hosts. */
export function createMasterLink(program: MasterProgram): MasterLink {
  let starting: Promise<void> | undefined

  const connect = async (): Promise<Found> => {
    const place = meetingPlace(program, true) as MeetingPlace
    const until = performance.now() + mostSeconds * 1000
    while (performance.now() < until) {
      const number = newestNumber(place)
      const found = await tryNumber(place, number)
      if (found !== 'nobody' && found !== 'busy') return found
      if (found === 'busy') await pause(betweenLooks)
      else {
        starting ??= start(program, place, number + 1, until).finally(() => {
          starting = undefined
        })
        await starting
      }
    }
    throw new Failure('UNREACHABLE', 'the process that keeps connections does not answer', {
      next: 'run the same command again, without --persist where it stays so',
    })
  }

  return {
    connect,
    async connectIfThere() {
      const place = meetingPlace(program, false)
      if (!place) return undefined
      const found = await tryNumber(place, newestNumber(place))
      return found === 'nobody' || found === 'busy' ? undefined : found
    },
  }
}

async function tryNumber(place: MeetingPlace, number: number): Promise<Found | 'nobody' | 'busy'> {
  if (number === 0) return 'nobody'
  try {
    const path = socketPath(place, number)
    return { socket: await connectTo(path), path }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // More want in at this moment than the kernel lets wait.
    return code === 'EAGAIN' ? 'busy' : 'nobody'
  }
}

/** Starts one with that number and waits until it, or another, can be found. */
async function start(
  program: MasterProgram,
  place: MeetingPlace,
  number: number,
  until: number,
): Promise<void> {
  const [command = '', ...words] = [...program.words, place.directory, place.kind, String(number)]
  let hasEnded = false
  const child = spawn(command, words, {
    // A session of its own, with nothing of ours open: it must outlive us, our terminal and whoever reads what we print.
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    env: plainEnvironment(),
  })
  child.once('error', () => {
    hasEnded = true
  })
  child.once('exit', () => {
    hasEnded = true
  })
  child.unref()
  while (newestNumber(place) < number && performance.now() < until) {
    if (hasEnded && newestNumber(place) < number)
      throw new Failure('UNREACHABLE', 'the process that keeps connections cannot be started', {
        next: 'leave out --persist',
      })
    await pause(betweenLooks)
  }
}

/** Nothing of the user's environment stays with a process that outlives the command: there may be secrets in it. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'XDG_RUNTIME_DIR']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}
