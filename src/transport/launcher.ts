import { Failure } from '../model/failure.ts'
import type { Become } from '../model/host.ts'

/** What a new channel is to do with what it gets on standard input: run it, or keep it in a file. */
export type Purpose = 'program' | 'upload'

/**
 * Reads lines until the one that says that the rest is meant for it. A password that sudo did not take for
 * itself ends here, in a `read`, and can never reach a shell as a command.
 */
function receiver(purpose: Purpose, nonce: string): string {
  const work = purpose === 'program' ? 'exec sh -s' : storing(nonce)
  return `echo ${nonce}-ready; while IFS= read -r us; do case $us in ${nonce}-begin) ${work};; esac; done`
}

/** Minutes after which an upload belongs to nobody any more: a day, as some are used until their run ends. */
const lease = 24 * 60

/**
 * A private file, filled from standard input; its path and size are printed. Where there is no room for all of it,
 * nothing of it stays. First those go that were left by a run which was killed.
 */
function storing(nonce: string): string {
  const left = `-maxdepth 1 -type f -user $(id -u) -name understudy.???????? -mmin +${lease}`
  const tidy = `cd /; find /var/tmp /tmp ${left} -exec rm -f {} + 2>/dev/null`
  const file = 'us=$(mktemp /var/tmp/understudy.XXXXXXXX 2>/dev/null || mktemp /tmp/understudy.XXXXXXXX)'
  return `${tidy}; ${file} && { cat >$us && echo ${nonce}-stored $(wc -c <$us) $us || rm -f $us; }; exit`
}

/**
 * The command for a channel. The user's login shell reads it, which may be csh or fish: one line, and inside
 * single quotes no quote, no backslash before one, no exclamation mark. Throws INVALID_INPUT on a user name
 * that would need quoting.
 */
export function launchCommand(purpose: Purpose, become: Become | undefined, nonce: string): string {
  if (!become) return purpose === 'program' ? 'exec sh -s' : `exec sh -c '${storing(nonce)}'`
  const { user, method, program = method } = become
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(user))
    throw new Failure('INVALID_INPUT', `"${user}" is no name of a user to become`)
  const inner = receiver(purpose, nonce).replaceAll('$', '\\$')
  const same = user === 'root' ? '"$(id -u)" = 0' : `"$(id -un)" = ${user}`
  const raise =
    method === 'sudo'
      ? `${program} -H -S -p ${promptMark(nonce)} -u ${user} sh -c "${inner}"`
      : `${program} ${user} -s /bin/sh -c "${inner}"`
  const steps = [
    'LC_ALL=C; export LC_ALL',
    `if [ ${same} ]; then exec sh -c "${inner}"; fi`,
    `if command -v ${program} >/dev/null; then exec ${raise}; fi`,
    `echo ${nonce}-missing; exit 127`,
  ]
  return `exec sh -c '${steps.join('; ')}'`
}

/** What sudo prints on standard error when it wants the password. */
export function promptMark(nonce: string): string {
  return `${nonce}-password`
}

/** The line that tells the receiver to begin. */
export function beginLine(nonce: string): string {
  return `${nonce}-begin\n`
}

/** Has the receiver said that it listens? */
export function isReady(stdout: string, nonce: string): boolean {
  return stdout.includes(`${nonce}-ready\n`)
}

/** Has the launcher said that there is no sudo or su? */
export function isMissing(stdout: string, nonce: string): boolean {
  return stdout.includes(`${nonce}-missing\n`)
}

/** The path and the size in bytes that an upload reports, once it does. */
export function readStored(
  stdout: string,
  nonce: string,
): { readonly path: string; readonly size: number } | undefined {
  const [, size, path] = new RegExp(`${nonce}-stored +(\\d+) (\\S+)\\n`).exec(stdout) ?? []
  return path === undefined ? undefined : { path, size: Number(size) }
}
