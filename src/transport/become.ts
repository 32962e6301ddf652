import { Failure } from '../model/failure.ts'
import type { Become } from '../model/host.ts'
import type { Channel, Ending } from './channel.ts'
import { isMissing, isReady, promptMark } from './launcher.ts'

/** A change of user under way on a channel. */
export interface Raising {
  readonly become: Become
  /** Whom the host knows us as, for messages. */
  readonly login: string
  readonly nonce: string
  readonly timeoutSeconds: number
}

/**
 * Answers sudo's question for the password, at most once, and waits until the other user's shell listens.
 * Throws BECOME_FAILED, CONNECTION_LOST, or the signal's reason.
 */
export function untilReady(channel: Channel, raising: Raising, signal: AbortSignal): Promise<void> {
  const { become, nonce, timeoutSeconds } = raising
  return new Promise((resolve, reject) => {
    let out = ''
    let err = ''
    let answered = false
    const finish = (failure?: unknown) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      channel.stdout.off('data', onOut)
      channel.stderr.off('data', onErr)
      channel.stdout.pause()
      if (failure === undefined) return resolve()
      channel.close()
      reject(failure)
    }
    const answer = (prompts: number) => {
      if (prompts === 0 || (answered && prompts === 1)) return
      if (answered) return finish(refusedPassword(raising))
      if (become.password === undefined) return finish(passwordNeeded(raising))
      answered = true
      channel.stdin.write(`${become.password}\n`)
    }
    const promptsIn = (text: string) =>
      become.method === 'sudo'
        ? text.split(promptMark(nonce)).length - 1
        : (text.match(/assword: ?/g)?.length ?? 0)
    const onOut = (text: string) => {
      out += text
      if (isReady(out, nonce)) finish()
      else if (become.method === 'su') answer(promptsIn(out + err))
    }
    const onErr = (text: string) => {
      err += text
      answer(promptsIn(become.method === 'su' ? out + err : err))
    }
    const abort = () => finish(signal.reason)
    const timer = setTimeout(() => finish(silent(raising, out + err)), timeoutSeconds * 1000)
    signal.addEventListener('abort', abort)
    channel.stdout.on('data', onOut)
    channel.stderr.on('data', onErr)
    void channel.ended.then((ending) => finish(explainEnding(raising, out, err, ending)))
    if (signal.aborted) abort()
  })
}

function explainEnding(raising: Raising, out: string, err: string, ending: Ending): Failure {
  const { login, nonce } = raising
  const { method, user } = raising.become
  const output = err.replaceAll(promptMark(nonce), '').trim()
  const fail = (message: string, next: string) =>
    new Failure('BECOME_FAILED', message, { next, ...(output === '' ? {} : { output }) })
  if (isMissing(out, nonce))
    return fail(
      `${method} is not installed there, and ${login} is not ${user}`,
      `install ${method}, or connect as ${user} (ansible_user=${user})`,
    )
  if (/not in the sudoers|may not run sudo|not allowed to (?:execute|run)/.test(err))
    return fail(
      `${login} may not become ${user} through sudo`,
      `allow it on the host: echo '${login} ALL=(ALL) ALL' >/etc/sudoers.d/${login}`,
    )
  if (/must have a tty/.test(err))
    return fail(
      'sudo there works on a terminal only (requiretty)',
      `take it back for this user, in /etc/sudoers.d: Defaults:${login} !requiretty`,
    )
  if (/password is required|no password was provided/.test(err)) return passwordNeeded(raising)
  if (/incorrect password|[Aa]uthentication (?:failure|failed|token)|incorrect authentication/.test(err))
    return refusedPassword(raising)
  if (/unknown user|does not exist/.test(err))
    return fail(`there is no user ${user} to become`, 'correct ansible_become_user')
  // What was said counts, whether or not the status came behind it.
  if (ending.status === undefined && ending.signal === undefined)
    return new Failure('CONNECTION_LOST', `the connection was cut while ${login} became ${user}`)
  return fail(
    `${method} ended with status ${ending.status ?? ending.signal} before ${login} became ${user}`,
    `try on the host: ${method === 'sudo' ? `sudo -u ${user} id` : `su ${user} -c id`}`,
  )
}

function refusedPassword({ become, login }: Raising): Failure {
  const whose = become.method === 'sudo' ? login : become.user
  return new Failure('BECOME_FAILED', `${become.method} refused the password for ${whose}`, {
    next: 'give the right one: ansible_become_password of the host or its groups, else --ask-become-pass',
  })
}

function passwordNeeded({ become, login }: Raising): Failure {
  const whose = become.method === 'sudo' ? login : become.user
  return new Failure('BECOME_FAILED', `${become.method} wants the password of ${whose}, and none was given`, {
    next: `give it by ansible_become_password, which may come from !vault, !env, !file or !command, or with --ask-become-pass; or allow ${login} NOPASSWD in /etc/sudoers.d`,
  })
}

function silent({ become, nonce, timeoutSeconds }: Raising, said: string): Failure {
  const output = said.replaceAll(promptMark(nonce), '').trim()
  return new Failure('BECOME_FAILED', `${become.method} did not answer within ${timeoutSeconds} s`, {
    next: 'see what it waits for by running it on the host by hand',
    ...(output === '' ? {} : { output }),
  })
}
