import { endpointOf } from '../model/endpoint.ts'
import { Failure } from '../model/failure.ts'
import type { Destination } from './destination.ts'

/** Turns an error of the network or of the ssh library into UNREACHABLE with a plain cause. */
export function unreachable(error: unknown, destination: Destination, said = ''): Failure {
  const { route } = destination
  const { code, message } = readError(error)
  const [cause, next] = explainCode(code, message, destination)
  const through =
    route.is === 'jump'
      ? ` through ${route.through.name}`
      : route.is === 'command'
        ? ' through ProxyCommand'
        : ''
  return new Failure('UNREACHABLE', `cannot reach ${placeOf(destination)}${through}: ${cause}`, {
    next,
    cause: error,
    ...(said.trim() === '' ? {} : { output: said.trim() }),
  })
}

/** A destination that let the time pass. */
export function timedOut(destination: Destination, doing: string): Failure {
  const { timeoutSeconds } = destination
  return new Failure(
    'UNREACHABLE',
    `cannot reach ${placeOf(destination)}: no answer within ${timeoutSeconds} s while ${doing}`,
    { next: 'check that the machine runs and that no firewall drops the packets, or raise --timeout' },
  )
}

function placeOf({ hostname, port }: Destination): string {
  return endpointOf({ address: hostname, port })
}

function readError(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return { code, message: error.message }
}

function explainCode(code: string, message: string, destination: Destination): [string, string] {
  const { hostname, port } = destination
  switch (code) {
    case 'ECONNREFUSED':
      return [
        'connection refused',
        `check that sshd runs there and listens on port ${port}; another port is set with ansible_port`,
      ]
    case 'ETIMEDOUT':
      return ['no answer', 'check that the machine runs and that no firewall drops the packets']
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return ['no route to the host', 'check the address, and that the machine runs']
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        `the name "${hostname}" does not resolve`,
        'correct the name, or set ansible_host to an address, or HostName in the ssh configuration',
      ]
    case 'ECONNRESET':
    case 'EPIPE':
      return ['the connection was closed before ssh began', closedNext]
    default:
      if (/connection refused/i.test(message)) return explainCode('ECONNREFUSED', message, destination)
      if (/no route|unreachable/i.test(message)) return explainCode('EHOSTUNREACH', message, destination)
      return /before handshake/.test(message)
        ? ['the connection was closed before ssh began', closedNext]
        : [plain(message), `try: ssh -v -p ${port} ${hostname}`]
  }
}

const closedNext = 'check that sshd listens there, and its MaxStartups when many connections begin at once'

function plain(message: string): string {
  return message
    .replace(/^\(SSH\) (?:Channel open failure: )?/, '')
    .replace(/^./, (first) => first.toLowerCase())
}
