import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { type Frame, type FrameKind, frame, frameKinds, messageFrame, pieces, takenFrame } from './frames.ts'
import type { KeptTable } from './kept-table.ts'
import { type ChannelSaid, type Forward, type Start, toldError } from './messages.ts'

/** Bytes that wait for a command to read before its host is told to wait. */
const mostWaiting = 1024 * 1024

/**
 * Opens what a command wants over its connection, and carries what it and the host say to each other. What the host does not
 * take yet is told of, so that the command sends no more; where the command does not read, the host is told to wait.
 */
export function relay(socket: Socket, request: Start | Forward, table: KeptTable): (one: Frame) => void {
  const lease = table.leaseOf(request.lease)
  const early: Frame[] = []
  let take = (one: Frame): void => void early.push(one)
  const say = (said: ChannelSaid) => {
    if (!socket.destroyed) socket.write(messageFrame(said))
  }
  const refuse = (error: unknown) => {
    say({ say: 'refused', error: toldError(error) })
    socket.end()
  }
  const opened = (error: Error | undefined, channel: ClientChannel) => {
    if (error) return refuse(error)
    if (socket.destroyed) return channel.close()
    say({ say: 'open' })
    const carried = carry(socket, channel, say)
    take = carried.take
    for (const one of early.splice(0)) take(one)
    lease?.channels.add(carried.end)
    channel.once('close', () => lease?.channels.delete(carried.end))
  }
  if (!lease) refuse(new Error('the connection is gone'))
  else {
    const { client } = lease.kept
    try {
      if (request.ask === 'program') client.exec(request.command, opened)
      else client.forwardOut('127.0.0.1', 0, request.address, request.port, opened)
    } catch (error) {
      refuse(error)
    }
  }
  return (one) => take(one)
}

function carry(socket: Socket, channel: ClientChannel, say: (said: ChannelSaid) => void) {
  channel.on('error', () => undefined)
  channel.on('exit', (status: number | null, signal?: string) => say({ say: 'exit', status, signal }))
  const hasComplaints = channel.type === 'session'
  forward(socket, channel, frameKinds.data)
  if (hasComplaints) forward(socket, channel.stderr, frameKinds.complaint)
  channel.once('end', () => {
    if (!socket.destroyed) socket.write(frame(frameKinds.end))
  })
  channel.once('close', () => socket.end())
  // The command has left, or wants to hear no more.
  const end = () => {
    channel.close()
    channel.resume()
    if (hasComplaints) channel.stderr.resume()
  }
  socket.once('end', end)
  socket.once('close', end)
  return {
    take(one: Frame) {
      if (one.kind === frameKinds.end) return void channel.end()
      if (one.kind !== frameKinds.data) return
      channel.write(one.payload, () => {
        if (!socket.destroyed) socket.write(takenFrame(one.payload.length))
      })
    },
    end() {
      end()
      socket.destroy()
    },
  }
}

/** Sends on what is read, no faster than the command reads. */
function forward(socket: Socket, from: Readable, kind: FrameKind): void {
  socket.once('close', () => from.resume())
  from.on('data', (chunk: Buffer) => {
    if (socket.destroyed) return
    for (const piece of pieces(chunk)) socket.write(frame(kind, piece))
    if (socket.writableLength < mostWaiting) return
    from.pause()
    socket.once('drain', () => from.resume())
  })
}
