import type { Mistake } from './mistakes.ts'

const inInstance = (lines: string) => [['advert_int 1', `advert_int 1\n  ${lines}`]] as const
const inGlobals = (lines: string) => [['router_id', `${lines}\n  router_id`]] as const
const inServer = (lines: string) => [['protocol TCP', `protocol TCP\n  ${lines}`]] as const
const inReal = (lines: string) => [['weight 1\n', `weight 1\n    ${lines}\n`]] as const
const above = (lines: string) => [['vrrp_instance', `${lines}\nvrrp_instance`]] as const
const vip = (options: string) => [['192.0.2.50/24', `192.0.2.50/24 ${options}`]] as const
const page = 'url {\n        path /\n        status_code 200\n      }'
const asked = (check: string) =>
  [[`HTTP_GET {\n      ${page}\n      connect_timeout 3\n    }`, check]] as const
const session = (lines: string, name = 'PEER') => [
  ...inInstance(`track_bfd {\n    ${name}\n  }`),
  ...above(`bfd_instance ${name} {\n  ${lines}\n}`),
]
const unicast = 'unicast_src_ip 192.0.2.«11|12»\n  unicast_peer {\n    192.0.2.«12|11»\n  }'
const insideOf = (net: string) => `vrrp_instance INSIDE {
  state «MASTER|BACKUP»
  interface eth1
  virtual_router_id 62
  priority «110|100»
  virtual_ipaddress {
    ${net}
  }
}
virtual_server`
const translated = [
  ['192.0.2.71', '10.1.1.71'],
  ['lb_kind DR', 'lb_kind NAT'],
] as const
const six = [
  ['192.0.2.50/24', '2001:db8::50/64'],
  ['192.0.2.50 80', '2001:db8::50 80'],
  ['192.0.2.71 80', '2001:db8::71 80'],
] as const

/** Mistakes about sessions of BFD, what is watched, and what has to be said together; with what keepalived says, where it does. */
export const mistakenTogether: readonly Mistake[] = [
  // A session with the other director ends with that one, and takes this one, too.
  ['proof-orphaned', session('neighbor_ip 192.0.2.«12|11»\n  source_ip 192.0.2.«11|12»')],
  ['keepalived-bfd', session('min_rx 100'), /has no neighbor address set/],
  ['keepalived-bfd', session('neighbor_ip peer'), /malformed neighbor address peer/],
  ['keepalived-bfd', session('neighbor_ip 192.0.2.1\n  source_ip 2001:db8::1'), /not of the same family/],
  ['keepalived-bfd', session('neighbor_ip 192.0.2.1\n  source_ip 192.0.2.1')],
  [
    'keepalived-bfd',
    [...inInstance(unicast), ...above('bfd_instance P {\n  neighbor_ip 192.0.2.«11|12»\n}')],
  ],
  [
    'keepalived-bfd',
    [...session('neighbor_ip 192.0.2.1'), ...above('bfd_instance MORE {\n  neighbor_ip 192.0.2.1\n}')],
    /duplicate neighbor address/,
  ],
  [
    'keepalived-bfd',
    [...session('neighbor_ip 192.0.2.1'), ...above('bfd_instance PEER {\n  neighbor_ip 192.0.2.2\n}')],
    /already configured/,
  ],
  [
    'keepalived-bfd',
    session('neighbor_ip 192.0.2.1', 'the-router-of-the-second-data-center'),
    /name too long/,
  ],
  ['keepalived-check-bfd', asked('BFD_CHECK {\n    }'), /No name has been specified/],
  ['keepalived-check-bfd', asked('BFD_CHECK {\n      name WEB1\n    }'), /BFD WEB1 not configured/],
  [
    'keepalived-track-nothing',
    [
      ...inInstance('track_process {\n    front\n  }'),
      ...above('vrrp_track_process front {\n  weight -20\n}'),
    ],
    /process name not specified/,
  ],
  [
    'keepalived-track-nothing',
    [...inInstance('track_file {\n    out\n  }'), ...above('vrrp_track_file out {\n  weight -20\n}')],
    /No file set for track_file out/,
  ],
  ['keepalived-track-unused', above('vrrp_track_process front {\n  process nginx\n}')],
  ['keepalived-track-unused', above('track_file out {\n  file /run/out\n}')],
  ['keepalived-defined-twice', above('vrrp_script web {\n  script "/bin/true"\n}')],
  [
    'keepalived-defined-twice',
    [
      ...inInstance('track_process {\n    front\n  }'),
      ...above(
        'vrrp_track_process front {\n  process nginx\n}\nvrrp_track_process front {\n  process haproxy\n}',
      ),
    ],
  ],
  [
    'keepalived-process-quorum',
    [
      ...inInstance('track_process {\n    front\n  }'),
      ...above('vrrp_track_process front {\n  process nginx\n  quorum 3\n  quorum_max 2\n}'),
    ],
    /quorum_max is less than quorum/,
  ],
  ['keepalived-threshold', inReal('uthreshold 100\n    lthreshold 200')],
  ['keepalived-realserver-vip', inServer('sorry_server 192.0.2.50 80')],
  ['keepalived-endpoint', inServer('sorry_server 2001:db8::9 80'), /sorry server 2001:db8::9 don't match/],
  [
    'keepalived-endpoint',
    [
      [
        'virtual_server 192.0.2.50 80',
        'virtual_server_group G {\n  2001:db8::50 80\n}\nvirtual_server group G',
      ],
    ],
  ],
  [
    'keepalived-endpoint',
    asked('TCP_CHECK {\n      connect_ip 192.0.2.9\n      bindto 2001:db8::1\n    }'),
    /does not match address family of connect_ip/,
  ],
  ['keepalived-check-protocol', asked('UDP_CHECK {\n      connect_timeout 3\n    }')],
  ['keepalived-check-form', asked('DNS_CHECK {\n      name www..example\n    }'), /has empty label/],
  ['keepalived-check-form', asked('UDP_CHECK {\n      payload GET\n    }'), /Invalid hex string/],
  ['keepalived-check-form', asked('UDP_CHECK {\n      payload\n    }'), /requires a payload/],
  [
    'keepalived-check-form',
    asked('UDP_CHECK {\n      require_reply\n      min_reply_length 60\n      max_reply_length 40\n    }'),
    /will always fail/,
  ],
  ['keepalived-check-seldom', [['delay_loop 5', 'delay_loop 3600']]],
  ['keepalived-check-seldom', inReal('delay_loop 900')],
  ['keepalived-check-seldom', [['interval 2', 'interval 200']]],
  ['keepalived-nat-apart', [...translated, ['virtual_server', insideOf('10.1.1.1/24')]]],
  [
    'keepalived-group-nopreempt',
    [
      ['  weight -30\n', ''],
      ['state «MASTER|BACKUP»', 'state BACKUP\n  nopreempt'],
      ['virtual_server', insideOf('10.1.1.1/24')],
      ...above('vrrp_sync_group G {\n  group {\n    WEB\n    INSIDE\n  }\n}'),
    ],
  ],
  ['keepalived-vip-static', above('static_ipaddress {\n  192.0.2.50/24 dev eth0\n}')],
  ['keepalived-link-local', [['192.0.2.50/24', '2001:db8::50/64\n    fe80::50/64'], ...six.slice(1)]],
  ['keepalived-link-local', [...six, ...inInstance('strict_mode on')]],
  ['keepalived-sync-daemon', inGlobals('lvs_sync_daemon eth1 WEB id 300'), /Invalid syncid \(300\)/],
  [
    'keepalived-sync-daemon',
    inGlobals('lvs_sync_daemon eth1 WEB port 99999'),
    /Invalid lvs_sync_daemon port/,
  ],
  ['keepalived-sync-daemon', inGlobals('lvs_sync_daemon eth1 WEB group 192.0.2.9'), /is not multicast/],
  [
    'keepalived-sync-daemon',
    inGlobals('lvs_sync_daemon eth1 WEB\n  lvs_sync_daemon eth0 WEB'),
    /lvs_sync_daemon has already been specified/,
  ],
  ['keepalived-sync-daemon-differs', inGlobals('«lvs_sync_daemon eth1 WEB|»')],
  ['keepalived-sync-daemon-differs', inGlobals('lvs_sync_daemon eth1 WEB id «1|2»')],
  ['keepalived-servers-differ', inServer('«sorry_server 192.0.2.9 80|»')],
  ['keepalived-mail-nobody', [...inInstance('smtp_alert'), ...inGlobals('smtp_server 127.0.0.1')]],
  ['keepalived-option', vip('dev eth0 dev eth1'), /Cannot specify ipaddress device more than once/],
  ['keepalived-option', vip('peer 2001:db8::1'), /does not match address family/],
  [
    'keepalived-option-ipv6',
    [['192.0.2.50/24', '2001:db8::50/64 label eth0:1'], ...six.slice(1)],
    /Cannot specify label for IPv6/,
  ],
  [
    'keepalived-option-ipv6',
    [['192.0.2.50/24', '2001:db8::50/64 scope link'], ...six.slice(1)],
    /Cannot specify scope for IPv6/,
  ],
  ['keepalived-option', [['192.0.2.50/24', '2001:db8::50/64 brd +'], ...six.slice(1)], /assign a broadcast/],
  ['keepalived-option', [['weight -30', 'weight -30 revers']], /unknown weight option revers/],
  [
    'keepalived-said-twice',
    inInstance('notify_master "/etc/up"\n  notify_master "/etc/start"'),
    /notify_master script already specified/,
  ],
  [
    'keepalived-said-twice',
    inReal('notify_up "/etc/up"\n    notify_up "/etc/start"'),
    /notify_up script already specified/,
  ],
  ['keepalived-typography', [['  priority', '\u00a0 priority']], /Unknown keyword/],
  ['keepalived-typography', [['advert_int 1', 'advert_int 1\u00a0']], /invalid number/],
  [
    'keepalived-host-unknown',
    [
      ['router_id «lb1|lb2»\n', ''],
      ['priority «110|100»', '@north priority 110\n  @south priority 100'],
    ],
  ],
]
