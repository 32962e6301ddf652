import type { Failure } from '../model/failure.ts'
import type { Sourced } from '../model/sourced.ts'
import { problem } from './problem.ts'
import { isPasswordName, passwordsIn } from './secrecy.ts'

/** What people leave where a password is to be, as letters and digits in lower case; the same with digits after it counts, too. */
const words = new Set(
  (
    'changeme changethis changeit changenow changepassword changemenow pleasechange pleasechangeme changemeplease replaceme replacethis fixme todo tbd ' +
    'password passwd passw0rd p4ssw0rd pass pwd secret secretpassword topsecret mysecret mypassword mypass supersecret ' +
    'yourpassword yourpasswordhere yourpass yoursecret yoursecrethere yourtoken yourtokenhere yourapikey insertpassword enterpassword ' +
    'passwordhere secrethere admin administrator root user guest default test testing example sample dummy placeholder insecure ' +
    'letmein welcome qwerty abc'
  ).split(' '),
)

/** Is this a placeholder, or what everybody tries first, rather than a password? */
export function isPlaceholder(text: string): boolean {
  const bare = text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  if (words.has(bare.replace(/\d{0,4}$/, '')) || words.has(bare)) return true
  // xxx, ..., ****, 1234567890
  if (/^x{2,}$/.test(bare) || (bare === '' && /^[.*_?#-]{2,}$/.test(text))) return true
  return bare.length > 2 && '01234567890'.includes(bare)
}

/** Blocks of a balancer's or keepalived's own configuration, where a password stands behind its word. */
const inConfiguration =
  /\b(?:auth_pass|(?:insecure-)?password|secret|token)[ \t]+["']?([^\s"'#]+)|\bstats[ \t]+auth[ \t]+[^\s:#]+:([^\s#]+)/gi

/** What `adopt` took over as it was: changed on one machine after the other, none would hear the other meanwhile. */
const asFound = /^.*# as found by understudy adopt$/gm

/** Passwords that are none, each at its place; `name` is that of the value. */
export function placeholdersIn(name: string, value: Sourced): readonly Failure[] {
  const secret = isPasswordName(name)
  if ('entries' in value)
    return [...value.entries].flatMap(([key, entry]) =>
      // Beneath a name that says so, a mapping has passwords by other names: passwords: { db: … }.
      placeholdersIn(secret && 'scalar' in entry.value && !isAbout(key) ? name : key, entry.value),
    )
  if ('items' in value) return value.items.flatMap((item) => placeholdersIn(name, item))
  if (typeof value.scalar !== 'string' && typeof value.scalar !== 'number') return []
  const text = String(value.scalar)
  const found = [
    ...(secret ? [text] : []),
    // As in stats_auth: admin:…
    ...(secret || /auth|login/i.test(name) ? text.split(':').slice(1, 2) : []),
    ...passwordsIn(text),
    ...(name === 'extra' || text.includes('\n')
      ? [...text.replaceAll(asFound, '').matchAll(inConfiguration)].flatMap(
          ([, one, other]) => one ?? other ?? [],
        )
      : []),
  ]
  if (!found.some(isPlaceholder)) return []
  return [
    problem(
      'secret-placeholder',
      `${name}: a placeholder stands here instead of a password`,
      value.origin,
      'take one of your own, such as `openssl rand -hex 16` prints; !vault, !env, !file and !command keep it out of the file: docs/secrets.md',
    ),
  ]
}

/** What a mapping of passwords tells besides them. */
function isAbout(key: string): boolean {
  return /^(?:user|username|login|name|host|label|type|method|length|policy|store|hash|port|realm|path|file|dir)$/i.test(
    key,
  )
}
