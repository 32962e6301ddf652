import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import type { Connect } from '../engine/host.ts'
import { writtenDeed } from '../model/deed.ts'
import { Failure } from '../model/failure.ts'
import type { Become } from '../model/host.ts'
import { createConnector } from '../transport/index.ts'
import type { ConnectionOptions } from './options.ts'

/** How this run reaches its hosts. */
export interface RunConnector {
  readonly open: Connect
  /** What was asked for and must never be shown. */
  readonly secrets: readonly string[]
}

/**
 * A connector as the options say; asks for the sudo password at once where that is wished. `did` is what the journals of
 * machines are told of whatever is changed there.
 */
export async function connector(options: ConnectionOptions, did?: string): Promise<RunConnector> {
  const { becomePassword: given, sshConfig, hostKeys = 'strict', timeout = 15 } = options
  const becomePassword = typeof given === 'function' ? await given() : given
  const become: Become | undefined = options.become ? { method: 'sudo', user: 'root' } : undefined
  const { connect } = createConnector({
    hostKeys,
    timeoutSeconds: timeout,
    ...(did === undefined
      ? {}
      : { deed: writtenDeed({ run: randomBytes(4).toString('hex'), by: whoWeAre(), did }) }),
    askSecret: options.askSecret ?? nobodyToAsk,
    ...(sshConfig ? { sshConfigFile: sshConfig } : {}),
    ...(become ? { become } : {}),
    ...(becomePassword ? { becomePassword } : {}),
  })
  return { open: connect, secrets: becomePassword ? [becomePassword] : [] }
}

/** Whoever raised his rights is told by his own name. */
function whoWeAre(): string {
  return `${process.env.SUDO_USER || userInfo().username}@${hostname()}`
}

async function nobodyToAsk(prompt: string): Promise<string> {
  throw new Failure('INVALID_INPUT', `${prompt}: nobody can be asked`, {
    next: 'give askSecret, or load the key into an agent',
  })
}
