import { lastOf, type Statement } from '../../adoption/index.ts'
import { type WrittenFamily, within } from './subject.ts'

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
        const [program = '', ...words] = command.replaceAll(/'[^']*'/g, "''").split(/\s+/)
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
        .map(({ keyword, values: [command = ''], at }) => ({
          message: `${keyword} ends what it looks at: ${command}`,
          at,
          next: 'Send signal 0: killall -0 NAME, or ask pgrep -x NAME.',
        })),
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
                next: `Write: ${keyword} "${[program, ...words].join(' ')}"`,
              },
            ]
          : [],
      ),
  },
} as const satisfies WrittenFamily

function commandsIn(statements: readonly Statement[]): readonly Statement[] {
  return within(statements, ({ keyword }) => runs.test(keyword))
}
