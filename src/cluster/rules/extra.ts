import { linesOf } from '../user-lines.ts'
import { doubted, found, ofKeepalived, said, shown, textsOf } from './extra-lines.ts'
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
  'extra-said-twice': {
    severity: 'warning',
    reason: 'keepalived takes one of two values for a word, and warns only in its log.',
    source: 'keepalived.conf(5), vrrp_instance',
    find: nothingIsSaidTwice,
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

/** Words that the template writes, by the place of the lines, with what says them in the inventory. */
const ours: Readonly<Record<'instance' | 'server', Readonly<Record<string, string>>>> = {
  instance: {
    state: 'owner of the VIP',
    interface: 'interface',
    virtual_router_id: 'vrid of the VIP',
    priority: 'priority in director',
    advert_int: 'advert_interval of cluster.vrrp',
    version: 'version of cluster.vrrp',
    nopreempt: 'preempt: false of cluster.vrrp',
    preempt_delay: 'preempt_delay of cluster.vrrp',
    unicast_peer: 'unicast of cluster.vrrp',
    unicast_src_ip: 'address in director',
    authentication: 'auth_pass of cluster.vrrp',
    virtual_ipaddress: 'also of the VIP',
    use_vmac: 'vmac of the VIP',
  },
  server: {
    lb_algo: 'scheduler of the service',
    lvs_sched: 'scheduler of the service',
    lb_kind: 'forwarding of the service',
    lvs_method: 'forwarding of the service',
    protocol: 'protocol of the service',
    persistence_timeout: 'persistence_timeout of the service',
    delay_loop: 'interval of the check',
    quorum: 'quorum of the service',
    hysteresis: 'hysteresis of the service',
    sorry_server: 'sorry_page of the service',
    real_server: 'the group realservers',
  },
}

function nothingIsSaidTwice(subject: Subject): readonly Doubt[] {
  return ofKeepalived(subject).flatMap((text) => {
    const words = text.within === undefined ? undefined : ours[text.within]
    if (!words) return []
    return linesOf(text)
      .filter(({ depth }) => depth === 0)
      .flatMap((line) => {
        const [word = ''] = line.code.trim().split(/[\s{]/)
        const instead = Object.hasOwn(words, word) ? words[word] : undefined
        if (instead === undefined) return []
        return [
          doubted(
            subject,
            text,
            `${word} is written already, and keepalived takes one of the two`,
            `Leave it out, and say it by ${instead}.`,
          ),
        ]
      })
  })
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
