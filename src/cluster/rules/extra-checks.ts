import type { Cluster } from '../cluster.ts'
import { ofOthers } from './check-programs.ts'
import { doubted, found, ofKeepalived, shown } from './extra-lines.ts'
import type { Doubt, Family, Subject } from './subject.ts'

/** Rules about checks, and programs, that the user's own lines have keepalived run. */
export const extraCheckRules = {
  'extra-check-weight-stays': {
    severity: 'warning',
    reason:
      'Under nopreempt a lower priority takes nothing from its holder: with a weight the VIP stays where its check fails, without one it goes.',
    source: 'keepalived.conf(5), nopreempt; acassen/keepalived#2379',
    find: weightsMoveVips,
  },
  'extra-check-weight-too-small': {
    severity: 'warning',
    reason: 'A check whose weight does not take a director below the next one moves no VIP when it fails.',
    source: 'keepalived.conf(5), vrrp_script, weight; acassen/keepalived#2599',
    find: weightsSuffice,
  },
  'extra-check-kills': {
    severity: 'warning',
    reason: 'A check that stops keepalived takes away the way back, for every VIP of the machine.',
    source: 'keepalived.conf(5), vrrp_script',
    find: checksOnlyCheck,
  },
  'extra-check-forks': {
    severity: 'warning',
    reason:
      'A program that is started to look for a process is slower than the kernel, which tells keepalived of its end at once.',
    source: 'keepalived.conf(5), vrrp_track_process; acassen/keepalived#2599',
    find: processesAreTracked,
  },
  'extra-check-path': {
    severity: 'warning',
    reason:
      'Under script security keepalived runs no program whose path somebody else than root could change, and a relative one could be any.',
    source: 'keepalived(8); keepalived.conf(5), enable_script_security',
    find: scriptsAreWhereTheyStay,
  },
} satisfies Family<'extra-check'>

/** Weights other than 0 that lines give to what they watch. */
function weightsIn(subject: Subject) {
  return found(
    subject,
    /\bweight\s+(-?\d+)/,
    ofKeepalived(subject).flatMap((text) =>
      text.within === 'server' ? [] : [{ ...text, text: withoutBlocks(text.text, otherWeights) }],
    ),
  )
    .map(({ text, line, match: [, weight] }) => ({ text, line, weight: Number(weight) }))
    .filter(({ weight }) => weight !== 0)
}

function weightsMoveVips(subject: Subject): readonly Doubt[] {
  if (subject.cluster.vrrp.preempt) return []
  return weightsIn(subject).map(({ text, weight }) =>
    doubted(
      subject,
      text,
      `with preempt: false a weight of ${weight} moves no VIP: its holder keeps it although the check fails`,
      'Leave weight out; the check then gives the VIP up.',
    ),
  )
}

/** Blocks of which a weight is none that a check adds: shares of connections, and what a file's number is multiplied by. */
const otherWeights = /^\s*(?:virtual_server|(?:vrrp_)?track_file)\b/

/** The same lines, those of such blocks empty. */
function withoutBlocks(text: string, heading: RegExp): string {
  let depth = 0
  return text
    .split('\n')
    .map((line) => {
      const isWithin = depth > 0 || heading.test(line)
      if (isWithin) depth = Math.max(0, depth + line.split('{').length - line.split('}').length)
      return isWithin ? '' : line
    })
    .join('\n')
}

/** How far the owner stands above the next director: the least of all VIPs. */
function leastLead({ vips }: Cluster): number {
  const leads = vips.map(({ priorities }) => {
    const [first = 0, second = 0] = [...priorities.values()].toSorted((a, b) => b - a)
    return first - second
  })
  return Math.min(...leads)
}

function weightsSuffice(subject: Subject): readonly Doubt[] {
  const { vrrp, directors } = subject.cluster
  if (!vrrp.preempt || directors.length < 2) return []
  const lead = leastLead(subject.cluster)
  return weightsIn(subject)
    .filter(({ weight }) => Math.abs(weight) <= lead)
    .map(({ text, weight }) =>
      doubted(
        subject,
        text,
        `a weight of ${weight} is no more than the ${lead} by which the owner stands above the next director: the VIP stays although the check fails`,
        `Write ${weight < 0 ? '-' : ''}${lead + 1} or more of it, or leave weight out.`,
      ),
    )
}

function checksOnlyCheck(subject: Subject): readonly Doubt[] {
  return found(
    subject,
    /\b(?:kill(?:all)?\b[^;|&]*\bkeepalived|systemctl\s+(?:stop|restart)\s+keepalived|service\s+keepalived\s+(?:stop|restart))/,
  ).map(({ text, line }) =>
    doubted(
      subject,
      text,
      `${shown(line)} stops keepalived`,
      'Let the check end with another status than 0: keepalived then gives the VIP up by itself.',
    ),
  )
}

function processesAreTracked(subject: Subject): readonly Doubt[] {
  return found(subject, /^\s*script\b.*\b(?:killall\s+-0|pidof|pgrep|kill\s+-0)\b/).map(({ text, line }) =>
    doubted(
      subject,
      text,
      `${shown(line)} starts a program to find out what the kernel tells`,
      'Write track: { by: process } in cluster.vrrp for the balancer, or vrrp_track_process for another program.',
    ),
  )
}

function scriptsAreWhereTheyStay(subject: Subject): readonly Doubt[] {
  return found(subject, /^\s*(?:script|notify\w*)\s+["']?([^"'\s]+)/).flatMap(
    ({ text, match: [, program = ''] }) => {
      const isAbsolute = program.startsWith('/')
      if (isAbsolute && !ofOthers.test(program)) return []
      return [
        doubted(
          subject,
          text,
          isAbsolute
            ? `${program} lies where others than root may write`
            : `${program} is no path that begins with /`,
          'Put the program below /usr/local/lib or /etc/keepalived, where root alone may write, and give its whole path.',
        ),
      ]
    },
  )
}
