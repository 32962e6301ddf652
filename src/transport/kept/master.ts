import { createServer, type Socket } from 'node:net'
import { Attendance } from './attending.ts'
import { onFrames } from './dialogue.ts'
import { type Frame, messageOf } from './frames.ts'
import { KeptTable } from './kept-table.ts'
import { type MeetingPlace, preparedPath, removeOlder, show } from './meeting-place.ts'
import type { Request } from './messages.ts'
import { relay } from './relay.ts'

/** Milliseconds for the command that had us started to come, and for the next one once nothing is kept any more. */
const firstPatience = 20_000
const patience = 1000

/**
 * Keeps connections for the commands of one user, until there is none left to keep or the signal is given. `number`: of the
 * socket under which they find it; where another process has it, that one serves.
 */
export function serve(place: MeetingPlace, number: number, signal: AbortSignal): Promise<void> {
  // The socket is for this user alone, whatever becomes of its directory.
  process.umask(0o077)
  return new Promise((resolve, reject) => {
    const sockets = new Set<Socket>()
    let leaving: NodeJS.Timeout | undefined
    const leaveIn = (milliseconds: number) => {
      clearTimeout(leaving)
      leaving = setTimeout(() => {
        if (sockets.size === 0 && table.isEmpty) leave()
      }, milliseconds)
    }
    const leave = () => {
      removeOlder(place, number + 1)
      server.close()
      resolve()
    }
    const table = new KeptTable(() => leaveIn(patience))
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        leaveIn(patience)
      })
      attend(socket, table)
    })
    server.once('error', reject)
    server.listen(preparedPath(place), () => {
      if (!show(place, number)) return resolve()
      removeOlder(place, number)
      signal.addEventListener('abort', leave)
      leaveIn(firstPatience)
    })
  })
}

/** The first word on a socket says what it is for, and who takes the others. */
function attend(socket: Socket, table: KeptTable): void {
  let take = (one: Frame): void => {
    const request = messageOf<Request>(one)
    if (request.ask === 'connection') {
      const attendance = new Attendance(socket, request, table)
      take = (next) => attendance.take(next)
    } else if (request.ask === 'forget') {
      table.forget(request.key)
      socket.end()
    } else take = relay(socket, request, table)
  }
  onFrames(socket, (one) => take(one))
}
