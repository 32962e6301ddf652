import type { AnyAuthMethod } from 'ssh2'
import { Failure } from '../model/failure.ts'
import type { Destination } from './destination.ts'
import type { Credentials } from './identities.ts'

/** Hands the ssh library one credential after the other and remembers which were tried. */
export interface Authentication {
  /** The next method among those the host has `left`, all of them while it has not said; `false` at the end. */
  next(left: readonly string[] | null): Promise<AnyAuthMethod | false>
  /** Why the host did not let us in. */
  failure(): Failure
}

type Attempt = { readonly shown: string; readonly kind: string; readonly make: () => Promise<AnyAuthMethod> }

/** The attempts for one connection; `waiting` is told when a user is being asked, and when no longer. */
export function authenticate(
  destination: Destination,
  { usable, unusable }: Credentials,
  waiting: (asked: boolean) => void,
): Authentication {
  const { user: username, password } = destination
  const tried: string[] = []
  let interruption: Failure | undefined
  const attempts: Attempt[] = usable.map((credential) => ({
    shown: credential.shown,
    kind: 'publickey',
    make: async () =>
      credential.is === 'agent-key'
        ? { type: 'agent', username, agent: credential.agent }
        : { type: 'publickey', username, key: await credential.key() },
  }))
  if (password !== undefined) {
    attempts.push({
      shown: 'password',
      kind: 'password',
      make: async () => ({ type: 'password', username, password }),
    })
    attempts.push({
      shown: 'password (keyboard-interactive)',
      kind: 'keyboard-interactive',
      make: async () => ({
        type: 'keyboard-interactive',
        username,
        prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => password)),
      }),
    })
  }

  return {
    async next(left) {
      for (let attempt = attempts.shift(); attempt; attempt = attempts.shift()) {
        if (left && !left.includes(attempt.kind)) continue
        waiting(true)
        try {
          const method = await attempt.make()
          tried.push(attempt.shown)
          return method
        } catch (cause) {
          tried.push(`${attempt.shown} (${cause instanceof Error ? cause.message : cause})`)
          if (cause instanceof Failure && cause.code === 'INTERRUPTED') interruption = cause
          if (interruption) return false
        } finally {
          waiting(false)
        }
      }
      return false
    },
    failure() {
      if (interruption) return interruption
      const all = [...tried, ...unusable]
      const { untried } = destination
      const what =
        (all.length > 0 ? `tried: ${all.join('; ')}` : 'there is no key to try') +
        (untried.length > 0 ? `; not supported: ${untried.join(', ')} of the ssh configuration` : '')
      return new Failure(
        'AUTHENTICATION_FAILED',
        `${destination.hostname} does not let ${username} in; ${what}`,
        {
          next: unusable.some((each) => each.includes('chmod'))
            ? 'close the key file to others as shown, or name another with ansible_ssh_private_key_file'
            : `check the user (ansible_user) and the key: ssh-copy-id ${username}@${destination.hostname}, or ansible_ssh_private_key_file`,
        },
      )
    },
  }
}
