import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, dict, different, done, list, refused, str } from './option.ts'

type Said = Readonly<Record<string, unknown>>

/** `!` before a value turns it round, which iptables takes before the option. */
function option(flag: string, value: unknown): readonly string[] {
  if (value === undefined) return []
  const text = String(value)
  return text.startsWith('!') ? ['!', flag, text.slice(1).trim()] : [flag, text]
}

const before = { protocol: '-p', source: '-s', destination: '-d' } as const
const after = {
  jump: '-j',
  log_prefix: '--log-prefix',
  log_level: '--log-level',
  to_destination: '--to-destination',
  to_source: '--to-source',
  goto: '-g',
  in_interface: '-i',
  out_interface: '-o',
  fragment: '-f',
  source_port: '--source-port',
  destination_port: '--destination-port',
  to_ports: '--to-ports',
} as const

/** A rule in the words of iptables, in the order in which Ansible says them. */
function ruleOf(given: Said): readonly string[] {
  const all = (flags: Readonly<Record<string, string>>) =>
    Object.entries(flags).flatMap(([name, flag]) => option(flag, given[name]))
  const listed = (name: string) => (Array.isArray(given[name]) ? given[name].map(String) : [])
  const flags = given.tcp_flags as Said | undefined
  const { syn, comment, limit, limit_burst, uid_owner, gid_owner, reject_with, icmp_type } = given
  const ports = listed('destination_ports')
  const states = listed('ctstate')
  const matches = listed('match')
  return [
    ...all(before),
    ...matches.flatMap((one) => ['-m', one]),
    ...(flags && Array.isArray(flags.flags) && Array.isArray(flags.flags_set)
      ? ['--tcp-flags', flags.flags.join(','), flags.flags_set.join(',')]
      : []),
    ...all(after),
    ...(ports.length === 0 ? [] : ['-m', 'multiport', '--dports', ports.join(',')]),
    ...(syn === 'match' ? ['--syn'] : syn === 'negate' ? ['!', '--syn'] : []),
    ...(comment === undefined ? [] : ['-m', 'comment', '--comment', String(comment)]),
    ...(states.length === 0
      ? []
      : matches.includes('state')
        ? ['--state', states.join(',')]
        : [...(matches.includes('conntrack') ? [] : ['-m', 'conntrack']), '--ctstate', states.join(',')]),
    ...(limit === undefined && limit_burst === undefined
      ? []
      : [
          ...(matches.includes('limit') ? [] : ['-m', 'limit']),
          ...option('--limit', limit),
          ...option('--limit-burst', limit_burst),
        ]),
    ...(uid_owner === undefined && gid_owner === undefined
      ? []
      : ['-m', 'owner', ...option('--uid-owner', uid_owner), ...option('--gid-owner', gid_owner)]),
    ...(reject_with === undefined
      ? []
      : [...(given.jump === undefined ? ['-j', 'REJECT'] : []), '--reject-with', String(reject_with)]),
    ...option('--icmp-type', icmp_type),
  ]
}

/** ansible.builtin.iptables. */
export const iptablesModule = module({
  name: 'iptables',
  collection: 'ansible.builtin',
  summary: 'A rule of the running kernel.',
  options: {
    table: done(str({ choices: ['filter', 'nat', 'mangle', 'raw', 'security'], default: 'filter' })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    action: done(str({ choices: ['append', 'insert'], default: 'append' })),
    rule_num: done(str()),
    ip_version: done(str({ choices: ['ipv4', 'ipv6'], default: 'ipv4' })),
    chain: done(str()),
    protocol: done(str()),
    source: done(str()),
    destination: done(str()),
    tcp_flags: done(dict({ default: {} })),
    match: done(list({ default: [] })),
    jump: done(str()),
    gateway: refused('say it with "command: iptables", and "unless"', str()),
    log_prefix: done(str()),
    log_level: done(
      str({
        choices: [
          '0',
          '1',
          '2',
          '3',
          '4',
          '5',
          '6',
          '7',
          'emerg',
          'alert',
          'crit',
          'error',
          'warning',
          'notice',
          'info',
          'debug',
        ],
      }),
    ),
    goto: done(str()),
    in_interface: done(str()),
    out_interface: done(str()),
    fragment: done(str()),
    set_counters: refused('say it with "command: iptables", and "unless"', str()),
    source_port: done(str()),
    destination_port: done(str()),
    destination_ports: done(list()),
    to_ports: done(str()),
    to_destination: done(str()),
    to_source: done(str()),
    syn: done(str({ choices: ['ignore', 'match', 'negate'], default: 'ignore' })),
    set_dscp_mark: refused('say it with "command: iptables", and "unless"', str()),
    set_dscp_mark_class: refused('say it with "command: iptables", and "unless"', str()),
    comment: done(str()),
    ctstate: done(list({ default: [] })),
    src_range: refused('say it with "command: iptables", and "unless"', str()),
    dst_range: refused('say it with "command: iptables", and "unless"', str()),
    match_set: refused('say it with "command: iptables", and "unless"', str()),
    match_set_flags: refused(
      'say it with "command: iptables", and "unless"',
      str({ choices: ['src', 'dst', 'src,dst', 'dst,src'] }),
    ),
    limit: done(str()),
    limit_burst: done(str()),
    uid_owner: done(str()),
    gid_owner: done(str()),
    reject_with: done(str()),
    icmp_type: done(str()),
    flush: done(bool(false)),
    policy: different(
      'QUEUE and RETURN are refused',
      str({ choices: ['ACCEPT', 'DROP', 'QUEUE', 'RETURN'] }),
    ),
    wait: different('the lock is waited for', str()),
    chain_management: done(bool(false)),
  },
  means: (given) => {
    const { table, chain, action, rule_num, ip_version, flush, policy, state, chain_management } = given
    if (chain === undefined) return { refused: '"chain" is missing in iptables' }
    if (policy === 'QUEUE' || policy === 'RETURN')
      return { option: 'policy', refused: 'must be ACCEPT or DROP' }
    const rule = ruleOf(given)
    return {
      kind: 'iptables_rule',
      fields: fields({
        program: ip_version === 'ipv6' ? 'ip6tables' : 'iptables',
        table,
        chain,
        rule,
        insert: action === 'insert',
        number: rule_num === undefined ? undefined : Number(rule_num),
        policy,
        flush,
        own_chain: chain_management && rule.length === 0 ? state === 'present' : undefined,
        state,
      }),
    }
  },
})
