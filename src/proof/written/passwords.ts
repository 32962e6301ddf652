import { lastOf } from '../../adoption/index.ts'
import { about, instances, linesOf, speakerOf, type WrittenFamily } from './subject.ts'

/** Rules about passwords. */
export const passwordRules = {
  'keepalived-password': {
    severity: 'warning',
    reason:
      'Of an auth_pass eight bytes count, which are fewer characters outside of ASCII, and keepalived of today refuses to be silent about more.',
    source: 'keepalived.conf(5), auth_pass; keepalived#2063',
    find: (one) =>
      instances(one).flatMap((instance) => {
        const line = lastOf(linesOf(instance, 'authentication'), 'auth_pass')
        return line && new TextEncoder().encode(line.values[0] ?? '').length > 8
          ? [
              {
                message: `${instance.values[0]} has an auth_pass of more than 8 bytes, of which 8 count`,
                at: line.at,
                next: 'Shorten it on all directors.',
              },
            ]
          : []
      }),
  },
  'keepalived-password-cut': {
    severity: 'warning',
    reason: 'A # or ! begins a comment within a word, too: of a password only what stands before it counts.',
    source: 'keepalived lib/parser.c, decomment',
    find: (one) =>
      instances(one).flatMap((instance) => {
        const line = lastOf(linesOf(instance, 'authentication'), 'auth_pass')
        return line?.isCut
          ? [
              {
                message: `the auth_pass of ${instance.values[0]} ends at a # or !, where a comment begins`,
                at: line.at,
                next: 'Put quotes around it, or a backslash before that sign, on all directors.',
              },
            ]
          : []
      }),
  },
  'keepalived-no-password': {
    severity: 'warning',
    reason:
      'An authentication block without a password, without an auth_type, of version 3 or under vrrp_strict, protects nothing: keepalived leaves it out.',
    source: 'RFC 9568, 9; keepalived.conf(5), authentication',
    find: (one) =>
      instances(one).flatMap((instance) => {
        const lines = linesOf(instance, 'authentication')
        const speaker = speakerOf(one, instance)
        if (lines.length === 0 || !speaker) return []
        const pass = lastOf(lines, 'auth_pass')?.values[0] ?? ''
        if (pass === '')
          return [
            about(
              instance,
              'authentication',
              'has an authentication without an auth_pass',
              'Say one, the same on all directors.',
            ),
          ]
        if (
          !lines.some(({ keyword, values }) => keyword === 'auth_type' && /^(PASS|AH)$/.test(values[0] ?? ''))
        )
          return [
            about(
              instance,
              'authentication',
              'has an auth_pass without an auth_type, and so no authentication',
              'Add auth_type PASS on all directors at once, or leave the block out.',
            ),
          ]
        return speaker.auth === ''
          ? [
              about(
                instance,
                'authentication',
                'has a password that has no effect in version 3 or under vrrp_strict',
                speaker.family === 'ipv6'
                  ? 'Leave it out: VRRP of IPv6 has none.'
                  : 'Leave it out, or speak version 2 without vrrp_strict.',
              ),
            ]
          : []
      }),
  },
} as const satisfies WrittenFamily
