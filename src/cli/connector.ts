import type { Connect } from '../engine/host.ts'
import type { Become } from '../model/host.ts'
import { createConnector } from '../transport/index.ts'
import type { ConnectionFlags } from './options.ts'
import { askSecret } from './secret.ts'

/** How this run reaches its hosts. */
export interface RunConnector {
  readonly open: Connect
  /** What was asked of the user and must never be shown. */
  readonly secrets: readonly string[]
}

/** Turns the connection flags into a connector; asks for the sudo password at once where that is wished. */
export async function connector(flags: ConnectionFlags): Promise<RunConnector> {
  const becomePassword = flags.askBecomePass ? await askSecret('sudo password') : undefined
  const become: Become | undefined = flags.become ? { method: 'sudo', user: 'root' } : undefined
  const { connect } = createConnector({
    hostKeys: flags.acceptNewHostKeys ? 'accept-new' : 'strict',
    timeoutSeconds: flags.timeout,
    askSecret,
    ...(flags.sshConfig ? { sshConfigFile: flags.sshConfig } : {}),
    ...(become ? { become } : {}),
    ...(becomePassword ? { becomePassword } : {}),
  })
  return { open: connect, secrets: becomePassword ? [becomePassword] : [] }
}
