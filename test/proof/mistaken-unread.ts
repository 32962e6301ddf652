import type { Mistake } from './mistakes.ts'

const inInstance = (lines: string) => [['advert_int 1', `advert_int 1\n  ${lines}`]] as const
const inGlobals = (lines: string) => [['router_id', `${lines}\n  router_id`]] as const
const inServer = (lines: string) => [['protocol TCP', `protocol TCP\n  ${lines}`]] as const
const above = (lines: string) => [['vrrp_instance', `${lines}\nvrrp_instance`]] as const
const unicast = 'unicast_src_ip 192.0.2.«11|12»\n  unicast_peer {\n    192.0.2.«12|11»\n  }'

/** Mistakes of which keepalived reads less than is written, or something else, most often without a word. */
export const mistakenUnread: readonly Mistake[] = [
  ['keepalived-quotes', inInstance("notify_master '/bin/tell #1'"), /missing terminating '/],
  ['keepalived-flag', inInstance('nopreempt off')],
  ['keepalived-flag', inInstance('dont_track_primary false')],
  ['keepalived-flag', inInstance('accept no')],
  ['keepalived-flag', inInstance('nopreempt advert_int 1')],
  ['keepalived-flag', inGlobals('enable_script_security 0')],
  ['keepalived-flag', inGlobals('lvs_flush no')],
  ['keepalived-flag', [['fall 2', 'fall 2\n  init_fail false']]],
  ['keepalived-flag', inServer('alpha off')],
  ['keepalived-flag', inGlobals('vrrp_strict off')],
  ['keepalived-unnamed', [['vrrp_instance WEB', 'vrrp_instance the web']], /vrrp_instance must have a name/],
  [
    'keepalived-unnamed',
    above('vrrp_sync_group all of it {\n  group {\n    WEB\n  }\n}'),
    /vrrp_sync_group must have a name/,
  ],
  ['keepalived-interface-name', [['interface eth0', 'interface eth0;']], /eth0; .*doesn't exist/],
  ['keepalived-interface-name', inInstance('track_interface {\n    eth1,\n  }')],
  ['keepalived-vmac', inInstance('use_vmac yes')],
  ['keepalived-vmac', inInstance('use_vmac off')],
  ['keepalived-script-words', inServer('quorum_up /etc/keepalived/pool.sh up')],
  ['keepalived-script-words', inInstance('notify_master /etc/keepalived/moved.sh eth0')],
  ['keepalived-granularity-number', inServer('persistence_timeout 300\n  persistence_granularity 24')],
  ['keepalived-scheduler-unsaid', [['  lb_algo wlc\n', '']], /no scheduler set, setting default 'wlc'/],
  [
    'keepalived-nat-loopback',
    [['lb_kind DR\n  protocol TCP', 'lb_kind NAT\n  protocol TCP\n  sorry_server 127.0.0.1 80']],
  ],
  [
    'keepalived-nat-loopback',
    [
      ['lb_kind DR', 'lb_kind NAT'],
      ['192.0.2.71 80', '127.0.0.1 8080'],
    ],
  ],
  [
    'keepalived-multicast-unheard',
    inInstance(`mcast_dst_ip 224.0.0.18\n  ${unicast}`),
    /multicast destination specified with unicast/,
  ],
  [
    'keepalived-process-unit',
    [
      ...inInstance('track_process {\n    front\n  }'),
      ...above('vrrp_track_process front {\n  process haproxy.service\n}'),
    ],
  ],
]
