import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { type Deed, writtenDeed } from '../model/deed.ts'
import { Failure } from '../model/failure.ts'
import type { Become, Host } from '../model/host.ts'
import type { HoldingSession } from '../model/session.ts'
import { checkSshConfig, createConnector } from '../transport/index.ts'
import { keepingFor } from './kept-connections.ts'
import type { ConnectionOptions } from './options.ts'

/** How this run reaches its hosts. */
export interface RunConnector {
  readonly open: (host: Host, signal: AbortSignal) => Promise<HoldingSession>
  /** What it does, where it changes something. */
  readonly deed: Deed | undefined
  /** What was asked for and must never be shown. */
  readonly secrets: readonly string[]
}

/**
 * A connector as the options say; asks for the sudo password at once where that is wished. `did` is what the journals of
 * machines are told of whatever is changed there. Throws INVALID_INPUT where the ssh configuration cannot be read.
 */
export async function connector(options: ConnectionOptions, did?: string): Promise<RunConnector> {
  const { becomePassword: given, sshConfig, hostKeys = 'strict', timeout = 15, persist } = options
  if (sshConfig) await checkSshConfig(sshConfig)
  const becomePassword = typeof given === 'function' ? await given() : given
  const become: Become | undefined = options.become ? { method: 'sudo', user: 'root' } : undefined
  const deed = did === undefined ? undefined : { run: randomBytes(4).toString('hex'), by: whoWeAre(), did }
  const { connect } = createConnector({
    hostKeys,
    timeoutSeconds: timeout,
    ...(deed ? { deed: writtenDeed(deed) } : {}),
    askSecret: options.askSecret ?? nobodyToAsk,
    ...(sshConfig ? { sshConfigFile: sshConfig } : {}),
    ...(become ? { become } : {}),
    ...(becomePassword ? { becomePassword } : {}),
    ...(persist === undefined ? {} : { keeping: keepingFor(persist) }),
  })
  return { open: connect, deed, secrets: becomePassword ? [becomePassword] : [] }
}

/** Whoever raised his rights is told by his own name. */
export function whoWeAre(): string {
  return `${process.env.SUDO_USER || userInfo().username}@${hostname()}`
}

async function nobodyToAsk(prompt: string): Promise<string> {
  throw new Failure('INVALID_INPUT', `${prompt}: nobody can be asked`, {
    next: 'give askSecret, or load the key into an agent',
  })
}
