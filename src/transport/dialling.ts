import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as speakTls } from 'node:tls'
import { type ByteStream, type Endpoint, forNobodyElse } from '../model/session.ts'
import type { Connection } from './connection.ts'

/** Opens a TCP connection from the host itself (RFC 4254, section 7.2); its sshd must allow forwarding. */
export function dialFromHost(
  { client }: Connection,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, endpoint.address, endpoint.port, (error, stream) => {
      if (error) return reject(error)
      stream.on('error', () => undefined)
      resolve(begun(stream, endpoint, signal))
    })
  })
}

/** Opens a TCP connection from this computer. */
export function dialFromHere(endpoint: Endpoint, signal: AbortSignal): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    const socket = connect(endpoint.port, endpoint.address)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', () => undefined)
      resolve(begun(socket, endpoint, signal))
    })
  })
}

function begun(stream: Duplex, endpoint: Endpoint, signal: AbortSignal): Promise<ByteStream> | ByteStream {
  if (endpoint.saysFirst) stream.write(forNobodyElse)
  return secured(stream, endpoint, signal)
}

/** An address is asked, which no certificate names: whether it is the right one is not judged here. */
function secured(stream: Duplex, { tls }: Endpoint, signal: AbortSignal): Promise<ByteStream> | ByteStream {
  if (!tls) return stream
  return new Promise((resolve, reject) => {
    const secure = speakTls({ socket: stream, rejectUnauthorized: false })
    const giveUp = () => secure.destroy(new Error('timed out'))
    const fail = (error: Error) => {
      signal.removeEventListener('abort', giveUp)
      stream.destroy()
      reject(error)
    }
    signal.addEventListener('abort', giveUp, { once: true })
    secure.once('error', fail)
    secure.once('secureConnect', () => {
      secure.off('error', fail)
      signal.removeEventListener('abort', giveUp)
      secure.on('error', () => undefined)
      resolve(secure)
    })
  })
}
