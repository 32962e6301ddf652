import { lastOf, type Statement } from '../../adoption/index.ts'
import { canonical } from '../../cluster/index.ts'
import {
  blocksOf,
  instances,
  linesOf,
  speakerOf,
  type Written,
  type WrittenFamily,
  within,
} from './subject.ts'

/** Words behind which keepalived takes a program. */
const runs =
  /^(script|notify(_(master|backup|fault|stop|deleted|up|down|master_rx_lower_pri))?|misc_path|quorum_(up|down)|(startup|shutdown)_script|(vrrp_|lvs_)?notify_fifo_script)$/
/** A file that somebody wrote, rather than a program that is installed: those have no such names. */
const isFileName = /^[^/]+\.(sh|bash|py|pl|rb|php|lua)$/
/** Where keepalived runs, and who runs it, is not known to whoever writes this; ~ is a shell's. */
const isRelative = /^(\.{1,2}\/|~|[^/$<"'\s]+\/)/
/** Directories of those who log in. */
const ofPeople = /^\/home\/[^/]+\//
/** What only a shell reads. */
const ofShells = /^(\|\|?|&&?|;|[0-9]*(>|>>|<)(&[0-9])?|[0-9]*>{1,2}\S+)$|^\S+;$|^`|\$\(/
/** Programs that send a signal to whatever has a name. */
const kills = /(^|[\s/;&|])(killall|pkill)\s/
const signalsNothing = /(killall|pkill)\s(.*\s)?(-0|(-s|--signal)[\s=]?0)(\s|$)/
/** Commands that end keepalived, or start it anew; HUP has it read its configuration, and others have it tell of its state. */
const endsKeepalived = [
  /systemctl\s+(-\S+\s+)*(stop|restart|try-restart)\s+(\S+\s+)*keepalived/,
  /(service|rc-service|invoke-rc\.d)\s+keepalived\s+(stop|restart)/,
  /init\.d\/keepalived\s+(stop|restart)/,
  /(killall|pkill)\s+((-9|-15|-(SIG)?(KILL|TERM)|-[xfeqwI]+)\s+)*keepalived/,
  /kill\s+((-9|-15|-(SIG)?(KILL|TERM))\s+)?[^\s-]\S*(\s\S*)?keepalived\S*\.pid/,
].map(({ source }) => new RegExp(`(^|[\\s/"';&|(])${source}(\\.service)?(?![\\w.-])`))
/** Programs that ask over the network, and what tells where a VIP is. */
const asksOthers =
  /(^|[\s/"';&|(])(curl|wget|nc|ncat|netcat|nmap|telnet|ping6?|fping|openssl\s+s_client|check_\w+|httping|redis-cli|mysqladmin|pg_isready|dig|nslookup)\s|\/dev\/(tcp|udp)\//
const looksFor = /(^|[\s/"';&|(])(ip\s+(-\S+\s+)*a(ddr(ess)?)?|ifconfig|hostname\s+-I)([\s"';&|)]|$)/
/** An address behind these is where it is asked from. */
const asksFrom = /(--interface|--bind-address|--source(-ip)?|-I|-S|-B|\bnc\s+-s)[\s=]*\S+/g
const shells = /(^|\/)(sh|bash|dash|ash|ksh|zsh|env)$/
/** No name of a user. */
const isArgument =
  /^[-/.]|[^A-Za-z0-9_.-]|^\d|^(master|backup|fault|stop|start|restart|up|down|on|off|active|passive|standby|(eth|ens|enp|eno|bond|br)\d\S*)$/i

/** Rules about programs that keepalived starts. */
export const commandRules = {
  'keepalived-script-path': {
    severity: 'warning',
    reason:
      'A program without a whole path keepalived looks for in its PATH, or from / on, and not beside its configuration: what is not there it never runs.',
    source: 'keepalived lib/notify.c, find_path',
    find: ({ statements }) =>
      commandsIn(statements).flatMap(({ keyword, values: [command = ''], at }) => {
        const [program = ''] = command.split(/\s/)
        if (isRelative.test(program))
          return [
            {
              message: `${keyword} names ${program}, which does not begin with /`,
              at,
              next: 'Write the whole path, such as /usr/local/bin/look.',
            },
          ]
        return isFileName.test(program)
          ? [
              {
                message: `${keyword} names ${program} without its path`,
                at,
                next: `Write where it lies, such as /usr/local/bin/${program}.`,
              },
            ]
          : []
      }),
  },
  'keepalived-script-writable': {
    severity: 'warning',
    reason:
      'Under enable_script_security keepalived runs nothing as root that somebody else could replace, and leaves such a script out.',
    source: 'keepalived.conf(5), enable_script_security; keepalived lib/notify.c, check_security',
    find: ({ statements }) => {
      const globals = statements
        .filter(({ keyword }) => keyword === 'global_defs')
        .flatMap(({ block = [] }) => block)
      const user = lastOf(globals, 'script_user')?.values[0]
      return lastOf(globals, 'enable_script_security') && user === 'root'
        ? commandsIn(statements).flatMap(({ keyword, values: [command = '', own], at }) => {
            const [program = ''] = command.split(/\s/)
            return ofPeople.test(program) && own === undefined
              ? [
                  {
                    message: `${keyword} has root run ${program}, which lies where somebody else may write`,
                    at,
                    next: 'Move it to where only root may write, such as /usr/local/lib, or let another user run it.',
                  },
                ]
              : []
          })
        : []
    },
  },
  'keepalived-script-shell': {
    severity: 'error',
    reason:
      'keepalived starts a program by itself, without a shell: |, &&, > and their like are arguments to it, and what stands behind them never runs.',
    source: 'keepalived notify.c, system_call and set_script_params_array',
    find: ({ statements }) =>
      commandsIn(statements).flatMap(({ keyword, values: [command = ''], at }) => {
        const [program = '', ...words] = command
          .replaceAll(/'[^']*'/g, "''")
          .trim()
          .split(/\s+/)
        if (/^[<>|&;(]+$/.test(program))
          return [
            {
              message: `${keyword} begins with ${program}, which only a shell reads`,
              at,
              next: `Put it into a file that is a script, or write: "/bin/sh -c '…'"`,
            },
          ]
        // A shell takes one word for what it is to do.
        const isLoose =
          shells.test(program) && words[0] === '-c' && words.length > 2 && !/^["']/.test(words[1] ?? '')
        const word = isLoose
          ? words[2]
          : shells.test(program)
            ? undefined
            : words.find((one) => ofShells.test(one))
        return word === undefined
          ? []
          : [
              {
                message: `${keyword} starts ${program}, to which ${word} is an argument like any other`,
                at,
                next: `Put it into a file that is a script, or write: "/bin/sh -c '…'"`,
              },
            ]
      }),
  },
  'keepalived-script-kills': {
    severity: 'error',
    reason:
      'killall and pkill end what they look for, unless they send signal 0: such a check takes the VIP away by itself.',
    source: 'killall(1), -s; pgrep(1), pkill',
    find: ({ statements }) =>
      within(
        statements,
        ({ keyword, block }) => /^(vrrp_script|MISC_CHECK)$/.test(keyword) && block !== undefined,
      )
        .flatMap(({ block = [] }) =>
          commandsIn(block).filter(({ keyword }) => /^(script|misc_path)$/.test(keyword)),
        )
        .filter(({ values: [command = ''] }) => kills.test(command) && !signalsNothing.test(command))
        .filter(({ values: [command = ''] }) => !stopsKeepalived(command))
        .map(({ keyword, values: [command = ''], at }) => ({
          message: `${keyword} ends what it looks at: ${command}`,
          at,
          next: 'Send signal 0: killall -0 NAME, or ask pgrep -x NAME.',
        })),
  },
  'keepalived-script-stops': {
    severity: 'warning',
    reason:
      'A keepalived that a script of its own has stopped stays down, and its director is no standby any more when all is well again; one that is started anew by what it does itself may do so for ever.',
    source: 'keepalived.conf(5), track_script and weight; systemd.service(5), Restart',
    find: ({ statements }) =>
      commandsIn(statements)
        .filter(({ values }) => stopsKeepalived(values.join(' ')))
        .map(({ keyword, at }) => ({
          message: `${keyword} ends the keepalived that runs it`,
          at,
          next:
            keyword === 'script'
              ? 'Let it fail instead (exit 1): without a weight keepalived gives the VIP up, and may have it again once the script succeeds.'
              : 'Leave that out: keepalived gives a VIP up by itself where what it tracks fails.',
        })),
  },
  'keepalived-script-asks-vip': {
    severity: 'warning',
    reason:
      'A VIP is with one director: a check that asks it tells each of the others how that one is, and so fails on all of them at once, or on none.',
    source: 'keepalived.conf(5), vrrp_script and track_script; RFC 9568, 6.4.3',
    find: (one) =>
      checksOf(one).flatMap(({ line, vips }) => {
        const asked = vips.find((vip) => asks(line.values.join(' '), vip))
        return asked === undefined
          ? []
          : [
              {
                message: `${line.keyword} asks ${asked}, which is with whoever is master, and so nothing of its own machine`,
                at: line.at,
                next: 'Ask an address of the machine itself, such as 127.0.0.1.',
              },
            ]
      }),
  },
  'keepalived-script-words': {
    severity: 'error',
    reason:
      'What stands behind a program that has no quotes around it and its arguments, keepalived takes for the user and the group to run it: where there are none such, it leaves the program out.',
    source: 'keepalived notify.c, notify_script_init',
    find: ({ statements }) =>
      commandsIn(statements).flatMap(({ keyword, values: [program = '', ...words], at }) =>
        words.length > 2 || words.some((one) => isArgument.test(one))
          ? [
              {
                message: `${keyword} has ${words.join(' ')} behind ${program}, as user and group`,
                at,
                next: besideScripts.test(words[0] ?? '')
                  ? `Write ${words[0]} on a line of its own.`
                  : `Write: ${keyword} "${[program, ...words].join(' ')}"`,
              },
            ]
          : [],
      ),
  },
} as const satisfies WrittenFamily

/** What else is said of a check, each on a line. */
const besideScripts =
  /^(?:interval|timeout|weight|rise|fall|user|init_fail|misc_timeout|misc_dynamic|warmup)$/

/** Nobody writes a longer command on one line. */
const longest = 2000

function stopsKeepalived(command: string): boolean {
  return endsKeepalived.some((one) => one.test(command.slice(0, longest)))
}

/** Whether a command asks an address, and does not look where it is. */
function asks(whole: string, vip: string): boolean {
  const command = whole.slice(0, longest)
  if (!asksOthers.test(command) || looksFor.test(command)) return false
  const words = command.replaceAll(asksFrom, ' ').split(/[^0-9A-Fa-f.:]+/)
  return words.some((word) => canonical(word.replace(vip.includes(':') ? /^:+$/ : /:\d*$/, '')) === vip)
}

/** Each check that keepalived runs, and the addresses that move by it. */
function checksOf(one: Written) {
  const groups = blocksOf(one, 'vrrp_sync_group')
  const scripts = blocksOf(one, 'vrrp_script').map(({ values: [name = ''], block = [] }) => {
    const lists = (tracker: Statement) =>
      linesOf(tracker, 'track_script').some(({ keyword }) => keyword === name)
    const members = groups.filter(lists).flatMap((group) => linesOf(group, 'group'))
    const named = new Set(members.map(({ keyword }) => keyword))
    const moved = instances(one).filter((instance) => lists(instance) || named.has(instance.values[0] ?? ''))
    return { block, vips: moved.flatMap((instance) => heldBy(one, instance)) }
  })
  return scripts.flatMap(({ block, vips }) => {
    const line = lastOf(block, 'script')
    return line ? [{ line, vips }] : []
  })
}

function heldBy(one: Written, instance: Statement): readonly string[] {
  const speaker = speakerOf(one, instance)
  return [...(speaker?.vips ?? []), ...(speaker?.excluded ?? [])]
}

function commandsIn(statements: readonly Statement[]): readonly Statement[] {
  return within(statements, ({ keyword }) => runs.test(keyword))
}
