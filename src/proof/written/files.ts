import type { Remark, Statement } from '../../adoption/index.ts'
import { clipped } from '../../model/quoted.ts'
import { type WrittenFamily, within } from './subject.ts'

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
      'What an included file says is not known where it is not there or is no text, and one that includes itself never ends.',
    source: 'keepalived.conf(5), include',
  },
  'keepalived-definition-circle': {
    severity: 'error',
    reason:
      'A definition that holds itself, or another one that leads back to it, keepalived replaces for ever: it hangs where it is used.',
    source: 'keepalived lib/parser.c, replace_param',
  },
  'keepalived-host-unknown': {
    severity: 'warning',
    reason:
      'Lines behind @NAME are for the machine of that name, or that was started with -i NAME: on another one keepalived leaves them out.',
    source: 'keepalived.conf(5), Conditional configuration',
  },
  'keepalived-too-much': {
    severity: 'error',
    reason:
      'What includes, ~SEQ and definitions of definitions make may be more than any machine reads: nobody means so much.',
    source: 'keepalived.conf(5), include and Sequence blocks',
  },
  'keepalived-encoding': {
    severity: 'error',
    reason:
      'keepalived reads bytes as they are: a file of UTF-16, or with a mark of its byte order, begins with a word that it does not know, and one whose lines end with CR alone is one line.',
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
  'keepalived-unopened': {
    severity: 'error',
    reason:
      'Behind a word that opens a block keepalived takes what follows for that block: without a brace these are the lines that were meant for others.',
    source: 'keepalived lib/parser.c, alloc_value_block and process_stream',
    find: (one) =>
      unopened(one.statements).map(({ keyword, raw, at }) => ({
        message: `${raw} opens no block`,
        at,
        next: `Write a brace behind it, what it lists on lines of their own, and a brace again: ${keyword} { … }`,
      })),
  },
  'keepalived-nothing': {
    severity: 'error',
    reason:
      'A configuration that names neither an instance nor a virtual_server moves nothing, and nobody says so.',
    source: 'keepalived main.c, validate_config',
    find: ({ statements, file }) =>
      statements.some(({ keyword }) => does.has(keyword))
        ? []
        : [
            {
              message: `${file} has no vrrp_instance and no virtual_server`,
              at: { file, line: 1 },
              next: 'Name the keepalived.conf of a director, with all that it includes beside it.',
            },
          ],
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
  'keepalived-typography': {
    severity: 'error',
    reason:
      'Quotes, dashes and blanks of a word processor are letters to keepalived: a script in such quotes is not found.',
    source: 'keepalived lib/parser.c, alloc_strvec_quoted_escaped',
    find: (one) =>
      within(one.statements, ({ raw }) => odd.test(raw)).map(({ raw, at }) => ({
        message: `${odd.exec(raw)?.[0] ?? ''} in ${raw.trim()} is no sign of keepalived's`,
        at,
        next: 'Write " and - and blanks as a keyboard has them.',
      })),
  },
  'keepalived-definition': {
    severity: 'error',
    reason:
      'A $NAME that is defined nowhere above keepalived takes as it stands, and so one that is followed by more without braces around its name.',
    source: 'keepalived.conf(5), Parameter substitution',
    find: (one) =>
      within(
        one.statements,
        ({ keyword, raw }) => !mayHaveDollars.test(keyword) && name.test(unquoted(raw)),
      ).map(({ raw, at }) => ({
        message: `${name.exec(unquoted(raw))?.[0] ?? ''} in ${clipped(raw.trim())} stands for nothing`,
        at,
        next: 'Define it above, and put braces around the name where something follows it at once.',
      })),
  },
  'keepalived-quotes': {
    severity: 'error',
    reason: 'A line whose quotes do not match keepalived leaves out.',
    source: 'keepalived lib/parser.c, alloc_strvec_quoted_escaped',
    find: (one) =>
      within(
        one.statements,
        ({ keyword, raw }) =>
          unquoted(raw).includes('"') || (isProgram.test(keyword) && unquoted(raw).includes("'")),
      ).map(({ raw, at }) => ({
        message: `a quote is missing in ${raw.trim()}`,
        at,
        next: 'Add it.',
      })),
  },
} as const satisfies WrittenFamily

/** Words before a program, which alone may stand between single quotes. */
const isProgram =
  /^(script|misc_path|notify(_(up|down|master|backup|fault|stop|master_rx_lower_pri))?|quorum_(up|down))$/

/** Words that are to open a block; what lists only has names is none. */
function unopened(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((one) => {
    if (one.block) return isList.test(one.keyword) ? [] : unopened(one.block)
    return opens.has(one.keyword) || onlyAtTop.has(one.keyword) ? [one] : []
  })
}

const isList =
  /^(track_(script|interface|process|bfd|group)|group|unicast_peer|notification_email|((virtual|static)_(ipaddress(_excluded)?|routes|rules)))$/

/** Words within blocks that open one. */
const opens = new Set(
  `BFD_CHECK DNS_CHECK FILE_CHECK HTTP_GET MISC_CHECK PING_CHECK SMTP_CHECK SSL_GET TCP_CHECK UDP_CHECK auth_hmac authentication
  group host notification_email real_server track_bfd track_interface track_process track_script unicast_peer url virtual_ipaddress
  virtual_ipaddress_excluded virtual_routes virtual_rules`.split(/\s+/),
)

/** Blocks without which keepalived has nothing to do. */
const does = new Set(['vrrp_instance', 'virtual_server', 'bfd_instance'])

/** A parameter that was not replaced. */
const name = /\$\{?[A-Za-z_]\w*\}?/

/** Lines whose words a shell reads, or that may be any text. */
const mayHaveDollars = /script|notify|_path$|^auth_pass$|^quorum_|^regex|^digest$/

const unquoted = (raw: string) => raw.replaceAll(/\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/gs, '')

/** What word processors make of quotes, dashes and blanks. */
const odd = /[\u2018-\u201f\u2010-\u2015\u2212\u00a0\u2000-\u200b\u202f\u3000]/

/** By which of these rules what the parser has to remark is wrong. */
export function ruleOf({ message }: Remark): keyof typeof readingRules {
  if (message.startsWith('only the first')) return 'keepalived-too-much'
  if (message.startsWith('include')) return 'keepalived-include'
  if (message.startsWith('the definition')) return 'keepalived-definition-circle'
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
