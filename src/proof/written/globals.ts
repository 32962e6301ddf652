import type { Statement } from '../../adoption/index.ts'
import {
  blocksOf,
  type Complaint,
  isAddress,
  isIn,
  twice,
  type Written,
  type WrittenFamily,
  within,
} from './subject.ts'

/** Rules about what is said for all of keepalived. */
export const globalRules = {
  'keepalived-smtp-server': {
    severity: 'error',
    reason:
      'A mail server whose address or port is none keepalived leaves out, and then nobody is told of a failure.',
    source: 'keepalived global_parser.c, smtpserver_handler',
    find: (one) =>
      blocksOf(one, 'global_defs')
        .flatMap(({ block = [] }) => block)
        .filter(({ keyword, values }) => keyword === 'smtp_server' && values.length > 0)
        .flatMap(wrongMailServer),
  },
  'keepalived-mail-nobody': {
    severity: 'warning',
    reason:
      'keepalived sends mail where it is told to whom and by which server: without both smtp_alert says nothing.',
    source: 'keepalived smtp.c, smtp_alert; keepalived.conf(5), notification_email and smtp_alert',
    find: (one) => {
      const globals = blocksOf(one, 'global_defs').flatMap(({ block = [] }) => block)
      const hasReaders = globals.some(
        ({ keyword, block = [] }) => keyword === 'notification_email' && block.length > 0,
      )
      const [line] = within(
        one.statements,
        ({ keyword, values }) =>
          /^smtp_alert(_checker|_vrrp)?$/.test(keyword) && !/^(off|false|no)$/i.test(values[0] ?? 'on'),
      )
      // Who says nothing of mail at all has perhaps copied the word.
      const isMeant = globals.some(({ keyword }) =>
        /^(smtp_server|smtp_helo_name|notification_email)/.test(keyword),
      )
      const hasServer = globals.some(({ keyword }) => keyword === 'smtp_server')
      const missing = hasReaders ? 'smtp_server says by whom' : 'notification_email says to whom'
      return line && isMeant && !(hasReaders && hasServer)
        ? [
            {
              message: `${line.keyword} is to send mail, and no ${missing}`,
              at: line.at,
              next: 'Add to global_defs: notification_email { ADDRESS }, on lines of their own, and smtp_server ADDRESS',
            },
          ]
        : []
    },
  },
  'keepalived-router-id-twice': {
    severity: 'warning',
    reason: 'Mail of keepalived tells by its router_id which machine sent it.',
    source: 'keepalived.conf(5), router_id; keepalived smtp.c',
    find: {
      all: (all) =>
        twice(all.flatMap(routerIdOf), ({ line }) => line.values[0] ?? '').map(({ thing, earlier }) => ({
          message: `${thing.of} and ${earlier.of} both send mail as ${thing.line.values[0]}`,
          at: thing.line.at,
          next: 'Give each machine a router_id of its own.',
        })),
    },
  },
  'keepalived-script-user': {
    severity: 'error',
    reason: 'keepalived leaves out a script that is to be run by a user or a group that there is not.',
    source: 'keepalived lib/notify.c, set_script_uid_gid; keepalived.conf(5), script_user',
    find: ({ statements }) =>
      within(statements, ({ keyword, block }) => /^(script_user|user)$/.test(keyword) && !block).flatMap(
        ({ keyword, values, at }): readonly Complaint[] => {
          const odd = values.find((name) => !isUser.test(name))
          if (odd !== undefined)
            return [{ message: `${keyword} says ${odd}, which is no name of a user`, at, next: nextOfUsers }]
          return values.length > 2
            ? [{ message: `${keyword} says ${values.join(' ')}`, at, next: nextOfUsers }]
            : []
        },
      ),
  },
} as const satisfies WrittenFamily

/** Its name in mail, where it sends any. */
function routerIdOf(one: Written): readonly { readonly of: string; readonly line: Statement }[] {
  const globals = blocksOf(one, 'global_defs').flatMap(({ block = [] }) => block)
  const line = globals.findLast(({ keyword }) => keyword === 'router_id')
  const sends =
    globals.some(({ keyword, block = [] }) => keyword === 'notification_email' && block.length > 0) &&
    globals.some(({ keyword }) => keyword === 'smtp_server')
  return line && sends ? [{ of: one.file, line }] : []
}

const nextOfUsers = 'Write a user, and perhaps a group with a blank before it: script_user nobody nogroup'

/** As useradd(8) takes it; numbers are no names to keepalived. */
const isUser = /^[A-Za-z_][A-Za-z0-9_.-]*\$?$/

function wrongMailServer({ values: [host = '', port, ...more], at }: Statement): readonly Complaint[] {
  // Whatever is no name of a host is an address, or is to be one.
  const isName =
    /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*\.?$/.test(host) && /[A-Za-z]/.test(host)
  if (!isAddress(host) && !isName)
    return [
      {
        message: `smtp_server says ${host}, which is no address`,
        at,
        next: 'Write: smtp_server ADDRESS PORT',
      },
    ]
  if (port !== undefined && !isIn(port, 1, 65_535))
    return [{ message: `smtp_server has the port ${port}`, at, next: 'Write a number from 1 to 65535.' }]
  return more.length > 0
    ? [
        {
          message: `smtp_server has ${more.join(' ')} behind its port`,
          at,
          next: 'Remove it: keepalived sends plain mail.',
        },
      ]
    : []
}
