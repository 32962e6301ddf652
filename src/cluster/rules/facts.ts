import type { ExplainedFamily } from '../../model/rule.ts'
import type { ClusterProblem } from '../problem.ts'

/** Rules about what only the machines can show: a run asks them before it sends anything. */
export const factRules = {
  'facts-vip-outside': {
    severity: 'error',
    reason:
      'A VIP in no network of its director is asked for by nobody beside it, unless a router is told to send it there.',
    source: 'RFC 9568, 1.2; acassen/keepalived#2256',
  },
  'facts-vip-unusable': {
    severity: 'error',
    reason: 'The first and the last address of a network are those of the network and of everybody in it.',
    source: 'RFC 1122, 3.2.1.3',
  },
  'facts-vip-wide': {
    severity: 'warning',
    reason:
      'The kernel takes everybody in the prefix of an address for a neighbour: whoever is not goes unanswered while the VIP is there.',
    source: 'ip-address(8), noprefixroute; RFC 1122, 3.3.1.1',
  },
  'facts-vip-narrow': {
    severity: 'warning',
    reason:
      'An address with a longer prefix than its network makes a route of its own, by which the kernel speaks to part of that network from the VIP: answers to its checks come only while it holds that, and a realserver that has the VIP, too, takes no packet from it.',
    source: 'ip-address(8), noprefixroute; RFC 1812, 5.3.7',
  },
  'facts-vip-router': {
    severity: 'error',
    reason:
      'Who takes the address of a router takes the way out of everybody in that network, and ours to the machines with it.',
    source: 'RFC 5227, 1; RFC 9568, 1.2',
  },
  'facts-vip-of-machine': {
    severity: 'error',
    reason:
      'An address that a machine has of its own stays there when the VIP moves: two machines answer for it.',
    source: 'RFC 9568, 1.2; RFC 5227, 1',
  },
  'facts-vip-taken': {
    severity: 'error',
    reason:
      'Somebody who has the address already goes on answering for it: of the clients each meets whom its neighbour table names.',
    source: 'RFC 5227, 1 and 2.1; RFC 4862, 5.4',
  },
  'facts-vip-proxied': {
    severity: 'warning',
    reason:
      'Of a holder and one that answers for everybody, who asks takes the answer that comes last: until the next announcement, the VIP may be where nobody serves.',
    source: 'RFC 1027; RFC 4389; RFC 9568, 7.2',
  },
  'facts-realserver-address': {
    severity: 'error',
    reason:
      'Under direct routing a director reaches a realserver by its MAC address, and so in a network of the VIP alone.',
    source: 'LVS-HOWTO, LVS-DR; ipvsadm(8), --gatewaying',
  },
  'facts-way-back': {
    severity: 'error',
    reason:
      'Answers that are translated back leave through the gateway, which has to be a neighbour of the realserver.',
    source: 'LVS-HOWTO, LVS-NAT',
  },
  'facts-gateway-outside': {
    severity: 'error',
    reason: 'A director cannot hold a gateway that is in none of its networks.',
    source: 'LVS-HOWTO, LVS-NAT',
  },
  'facts-no-interface': {
    severity: 'error',
    reason: 'keepalived does not start with an interface that is not there.',
    source: 'keepalived.conf(5), interface; acassen/keepalived#2256',
  },
  'facts-vrrp-source': {
    severity: 'error',
    reason: 'VRRP is spoken from an address of the interface on which it is spoken.',
    source: 'RFC 9568, 5.1; keepalived.conf(5), mcast_src_ip',
  },
  'facts-vmac-apart': {
    severity: 'error',
    reason: 'keepalived makes the interface with the MAC address of VRRP on the one where VRRP is spoken.',
    source: 'keepalived.conf(5), use_vmac',
  },
  'facts-links-apart': {
    severity: 'warning',
    reason:
      'Directors that speak VRRP in different networks most likely do not hear each other, and both take the VIP.',
    source: 'RFC 9568, 1.2',
  },
  'facts-php': {
    severity: 'error',
    reason: 'The unit and the socket of PHP bear its version, and belong to a user of the distribution.',
    source: 'Debian, php-fpm; nginx, fastcgi_pass',
  },
  'facts-router-itself': {
    severity: 'error',
    reason: 'The kernel takes no route by a router that is the machine itself.',
    source: 'ip-route(8), via; net/ipv4/fib_semantics.c, fib_check_nh',
  },
  'facts-router-outside': {
    severity: 'error',
    reason: 'The kernel takes no route by a router that is in none of its networks.',
    source: 'ip-route(8), via',
  },
  'facts-no-exporters': {
    severity: 'error',
    reason: 'Only Debian and its like have exporters for Prometheus among their own packages.',
    source: 'packages.debian.org, prometheus-node-exporter; docs/monitoring.md',
  },
  'facts-version': {
    severity: 'error',
    reason: 'A balancer refuses a configuration with words of later versions, or understands them otherwise.',
    source: 'HAProxy, CHANGELOG; nginx, CHANGES; docs/distributions.md',
  },
  'facts-open-files': {
    severity: 'error',
    reason:
      'HAProxy does not start, and nginx refuses clients, where they may not open as many files as connections take.',
    source: 'HAProxy, maxconn, ulimit-n; nginx, worker_rlimit_nofile; proc_sys_fs(5), nr_open',
  },
  'facts-memory': {
    severity: 'warning',
    reason: 'A balancer without memory is killed by the kernel, and all connections with it.',
    source: 'HAProxy, memory needed by connections; nginx, buffers',
  },
} satisfies ExplainedFamily<'facts'>

type FactRule = keyof typeof factRules

/** What a rule finds in what machines say of themselves. */
export type FactProblem = { readonly [Id in FactRule]: Found<Id> }[FactRule]

type Found<Id extends FactRule> = Omit<ClusterProblem, 'rule' | 'severity'> & {
  readonly rule: Id
  readonly severity: (typeof factRules)[Id]['severity']
}
