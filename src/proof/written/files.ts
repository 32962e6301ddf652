import type { Remark, Statement } from '../../adoption/index.ts'
import type { WrittenFamily } from './subject.ts'

/** What reading a file comes upon, by what it says. */
export const readingRules = {
  'keepalived-braces': {
    severity: 'error',
    reason:
      'With a brace too few or too many, keepalived reads what follows as part of another block, and most often leaves it out.',
    source: 'keepalived.conf(5)',
  },
  'keepalived-include': {
    severity: 'warning',
    reason:
      'What an included file says is not known where it is not there, and one that includes itself never ends.',
    source: 'keepalived.conf(5), include',
  },
  'keepalived-encoding': {
    severity: 'error',
    reason:
      'keepalived reads bytes as they are: a file of UTF-16, or with a mark of its byte order, begins with a word that it does not know.',
    source: 'keepalived lib/parser.c',
  },
} as const

/** Rules about words. */
export const wordRules = {
  'keepalived-nested': {
    severity: 'error',
    reason:
      'Blocks of the top that stand inside of another one keepalived does not read: a brace is missing before them.',
    source: 'keepalived lib/parser.c',
    find: (one) =>
      one.statements.flatMap(({ keyword, values, block = [] }) =>
        within(block, ({ keyword: inner, block: has }) => onlyAtTop.has(inner) && has !== undefined).map(
          (inner) => ({
            message: `${inner.keyword} ${inner.values.join(' ')} stands inside of ${[keyword, ...values].join(' ')}`,
            at: inner.at,
            next: 'Close that block before it.',
          }),
        ),
      ),
  },
  'keepalived-comment': {
    severity: 'error',
    reason:
      'Comments begin with # or !; what begins with // or /* keepalived takes for a word that it does not know.',
    source: 'keepalived.conf(5); keepalived#2256',
    find: (one) =>
      within(one.statements, ({ keyword }) => /^(\/\/|\/\*)/.test(keyword)).map(({ at }) => ({
        message: 'a comment begins with # or !, not with //',
        at,
        next: 'Replace it.',
      })),
  },
} as const satisfies WrittenFamily

/** By which of these rules what the parser has to remark is wrong. */
export function ruleOf({ message }: Remark): keyof typeof readingRules {
  if (message.startsWith('include')) return 'keepalived-include'
  return 'keepalived-braces'
}

const onlyAtTop = new Set([
  ...[
    'global_defs',
    'vrrp_instance',
    'vrrp_sync_group',
    'vrrp_script',
    'virtual_server',
    'virtual_server_group',
  ],
  ...['static_ipaddress', 'static_routes', 'static_rules'],
])

function within(statements: readonly Statement[], is: (one: Statement) => boolean): readonly Statement[] {
  return statements.flatMap((one) => [...(is(one) ? [one] : []), ...within(one.block ?? [], is)])
}
