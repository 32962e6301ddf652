import { connect } from 'node:net'
import type { ByteStream } from '../model/session.ts'
import type { Connection } from './connection.ts'

/** Opens a TCP connection from the host itself (RFC 4254, section 7.2); its sshd must allow forwarding. */
export function dialFromHost({ client }: Connection, address: string, port: number): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, address, port, (error, stream) => {
      if (error) return reject(error)
      stream.on('error', () => undefined)
      resolve(stream)
    })
  })
}

/** Opens a TCP connection from this computer. */
export function dialFromHere(address: string, port: number): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, address)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}
