import { linesOf } from '../user-lines.ts'
import { doubted, found, said, shown, textsOf } from './extra-lines.ts'
import type { Doubt, Family, Subject, Wrong } from './subject.ts'

/** Rules about lines that go into configurations verbatim: mistakes that programs take in silence, or that undo what we write. */
export const extraRules = {
  'extra-braces': {
    severity: 'error',
    reason: 'A brace too many or too few ends a block of ours, or swallows what follows.',
    source: 'keepalived.conf(5); nginx, ngx_core_module',
    find: bracesAreClosed,
  },
  'extra-comment': {
    severity: 'error',
    reason:
      'keepalived knows # and ! as the beginning of a comment: it takes // for a word, and goes on by its defaults.',
    source: 'keepalived.conf(5), comments; acassen/keepalived#2256',
    find: commentsAreKnown,
  },
  'extra-joined-word': {
    severity: 'error',
    reason:
      'A word of keepalived that a space does not part from its number is one that it does not know, and passes over.',
    source: 'keepalived.conf(5)',
    find: wordsAreApart,
  },
  'extra-typography': {
    severity: 'error',
    reason:
      'Dashes and quotes of word processors are letters to every program, and not what stands for options and texts.',
    source: 'sh(1); keepalived.conf(5)',
    find: signsArePlain,
  },
  'extra-strict': {
    severity: 'error',
    reason:
      'In strict mode keepalived drops packets to the VIP on the director that holds it, and refuses unicast, passwords and preempt_delay.',
    source: 'keepalived.conf(5), vrrp_strict and strict_mode',
    find: nothingIsStrict,
  },
  'extra-second-sync-daemon': {
    severity: 'error',
    reason: 'The kernel has one daemon that tells of connections, and one that hears of them.',
    source: 'ipvsadm(8), --start-daemon; keepalived.conf(5), lvs_sync_daemon',
    find: oneDaemonSyncs,
  },
  'extra-multicast-group': {
    severity: 'warning',
    reason:
      'Switches that look at IGMP carry groups outside 224.0.0.0/24 only to who has joined: directors have been seen not to hear each other.',
    source: 'RFC 4541, 2.1.2; acassen/keepalived, PR 1663',
    find: groupsAreLocal,
  },
} satisfies Family<'extra'>

function bracesAreClosed(subject: Subject): readonly Wrong[] {
  // Those of the cluster itself are held to it by `lines-broken`.
  return textsOf(subject)
    .filter(({ host }) => host !== undefined)
    .flatMap((text) => {
      let depth = 0
      for (const { code } of linesOf(text))
        for (const sign of code.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')) {
          if (sign === '{') depth += 1
          if (sign === '}') depth -= 1
          if (depth < 0)
            return [said(subject, text, 'these lines close a block that they did not open', 'Remove the }.')]
        }
      if (depth === 0) return []
      return [
        said(
          subject,
          text,
          `these lines leave ${depth === 1 ? 'a block' : `${depth} blocks`} open`,
          'Write } where it ends.',
        ),
      ]
    })
}

function commentsAreKnown(subject: Subject): readonly Wrong[] {
  return found(subject, /^\s*(?:\/\/|;|--)/).map(({ text, line }) =>
    said(subject, text, `${shown(line)} is no comment to keepalived`, 'Begin it with #.'),
  )
}

const numbered =
  /^\s*(advert_int|priority|virtual_router_id|garp_\w+?|delay_loop|persistence_timeout|connect_timeout|delay_before_retry|retry|interval|timeout|fall|rise|weight|preempt_delay|quorum|hysteresis)(\d+)\s*$/

function wordsAreApart(subject: Subject): readonly Wrong[] {
  return found(subject, numbered).map(({ text, line, match: [, word, number] }) =>
    said(subject, text, `keepalived knows no ${shown(line)}`, `Write ${word} ${number}.`),
  )
}

function signsArePlain(subject: Subject): readonly Wrong[] {
  return found(subject, /[\u2010-\u2015\u2018-\u201f\u3000\uff01-\uff5e\u00a0]/u, textsOf(subject)).map(
    ({ text, line, match: [sign] }) =>
      said(
        subject,
        text,
        `${sign.trim() === '' ? 'a space of another kind' : sign} in ${shown(line)} is no plain sign`,
        'Write - and " as a keyboard does, and plain spaces.',
      ),
  )
}

function nothingIsStrict(subject: Subject): readonly Wrong[] {
  return found(subject, /^\s*(vrrp_strict|strict_mode(?:\s+(?:on|true|yes))?)\s*$/).map(
    ({ text, match: [, word = ''] }) =>
      said(subject, text, `${word}: no client would be answered at a VIP`, 'Leave it out.'),
  )
}

function oneDaemonSyncs(subject: Subject): readonly Wrong[] {
  if (!subject.cluster.connectionSync) return []
  return found(subject, /^\s*lvs_sync_daemon\b/).map(({ text }) =>
    said(subject, text, 'connection_sync writes lvs_sync_daemon already', 'Leave one of the two out.'),
  )
}

function groupsAreLocal(subject: Subject): readonly Doubt[] {
  return found(subject, /^\s*(?:vrrp_mcast_group4|mcast_group4?)\s+(\S+)/).flatMap(
    ({ text, match: [, group = ''] }) =>
      /^224\.0\.0\.\d+$/.test(group)
        ? []
        : [
            doubted(
              subject,
              text,
              `${group} is outside 224.0.0.0/24: switches may not carry it to every director`,
              'Choose a group of 224.0.0.0/24, or write unicast: true in cluster.vrrp.',
            ),
          ],
  )
}
