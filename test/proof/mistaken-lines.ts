import type { Mistake } from './mistakes.ts'

const check = `HTTP_GET {
      url {
        path /
        status_code 200
      }
      connect_timeout 3
    }`
const tracked = '  track_script {\n    web\n  }\n'
const script = `vrrp_script web {
  script "/usr/bin/pgrep haproxy"
  interval 2
  fall 2
  rise 2
  weight -30
}
`
const inInstance = (lines: string) => [['advert_int 1', `advert_int 1\n  ${lines}`]] as const
const inGlobals = (lines: string) => [['router_id', `${lines}\n  router_id`]] as const
const inServer = (lines: string) => [['protocol TCP', `protocol TCP\n  ${lines}`]] as const
const route = (line: string) => inInstance(`virtual_routes {\n    ${line}\n  }`)
const rule = (line: string) => inInstance(`virtual_rules {\n    ${line}\n  }`)
const group = (entry: string) =>
  [
    ['virtual_server 192.0.2.50 80', `virtual_server_group G {\n  ${entry}\n}\nvirtual_server group G`],
  ] as const
/** One more realserver, of which the check is otherwise. */
const another = (address: string, lines: string) =>
  [['protocol TCP', `protocol TCP\n  real_server ${address} 80 {\n    ${lines}\n  }`]] as const
const mailed = 'notification_email {\n    ops@example.org\n  }'
const second = (lines: string) =>
  [
    [
      'virtual_server',
      `vrrp_instance MAIL {
  state BACKUP
  interface eth0
  virtual_router_id 62
  priority «110|100»
  ${lines}
  virtual_ipaddress {
    192.0.2.60/24
  }
}
virtual_server`,
    ],
  ] as const

/** Lines that keepalived leaves out, or takes for something else, with what it says of them where it says anything. */
export const mistakenLines: readonly Mistake[] = [
  ['keepalived-route-word', route('10.1.0.0/16 via 192.0.2.1 devv eth0'), /unknown route keyword devv/],
  ['keepalived-route-word', route('10.1.0.0/16 gateway 192.0.2.1'), /unknown route keyword gateway/],
  ['keepalived-route-word', route('ip route add 10.1.0.0/16 via 192.0.2.1'), /unknown route keyword ip/],
  ['keepalived-route-word', route('10.1.0.0/16 via 192.0.2.1 metric high'), /Invalid metric high/],
  ['keepalived-route-word', route('10.1.0.0/16 dev lo via'), /missing a parameter/],
  ['keepalived-route-word', route('via 192.0.2.1 dev lo'), /must have a destination/],
  ['keepalived-route-word', rule('from 192.0.2.50 tabel 5'), /Unknown rule option tabel/],
  ['keepalived-route-word', rule('from 192.0.2.50 lookup 5 pref 100'), /Unknown rule option pref/],
  ['keepalived-route-word', rule('from 192.0.2.50'), /No action specified/],
  ['keepalived-route-address', route('10.1.0.0/16 via router1'), /invalid route via address router1/],
  ['keepalived-route-address', route('10/8 via 192.0.2.1'), /unknown route keyword 10\/8/],
  ['keepalived-route-address', route('default via 192.0.2.1/24'), /invalid route via address/],
  ['keepalived-route-address', route('2001:db8::g/64 via fe80::1'), /invalid IP 2001:db8::g/],
  ['keepalived-route-address', route('src 192.0.2.50 to default via 192.0.2.1'), /Cannot mix IPv4 and IPv6/],
  ['keepalived-route-address', rule('from lan table 5'), /Invalid rule from address lan/],
  ['keepalived-smtp-server', inGlobals('smtp_server 127.0.0.1:25'), /Invalid smtp server/],
  ['keepalived-smtp-server', inGlobals('smtp_server 192.168.300.1'), /Invalid smtp server/],
  ['keepalived-smtp-server', inGlobals('smtp_server 127.0.0.1 smtp'), /invalid number 'smtp'/],
  ['keepalived-value', inGlobals('umask 0999'), /invalid umask value 0999/],
  ['keepalived-value', inGlobals('umask open'), /Unknown umask bit open/],
  ['keepalived-value', inGlobals('umask 22')],
  ['keepalived-value', inGlobals('dynamic_interfaces yes'), /Unknown dynamic_interfaces option 'yes'/],
  ['keepalived-value', inInstance('lower_prio_no_advert 1'), /invalid lower_prio_no_advert 1/],
  ['keepalived-value-missing', inGlobals('notification_email_from'), /emailfrom missing/],
  ['keepalived-value-missing', [['script_user root', 'script_user']], /No script username specified/],
  [
    'keepalived-script-user',
    [['script_user root', 'script_user root:root']],
    /Error setting global script uid/,
  ],
  ['keepalived-script-user', [['fall 2', 'fall 2\n  user 0']], /Unable to set uid\/gid/],
  ['keepalived-server-group-entry', group('192.0.2.350 80'), /Invalid virtual server group IP address/],
  ['keepalived-server-group-entry', group('192.0.2.50-40 80'), /is not greater than address range start/],
  ['keepalived-server-group-entry', group('192.0.2.50-300 80'), /too large/],
  ['keepalived-server-group-entry', group('fwmark web'), /fwmark 'web' must be in/],
  ['keepalived-server-group-entry', group('192.0.2.50 http'), /invalid number 'http'/],
  ['keepalived-server-group-entry', group('192.0.2.50 80\n  192.0.2.50 80')],
  ['keepalived-server-group-port', group('192.0.2.50'), /zero port only valid for persistent/],
  ['keepalived-server-group-port', group('192.0.2.50 80\n  192.0.2.50 443'), /ports don't match/],
  [
    'keepalived-port-missing',
    [['virtual_server 192.0.2.50 80', 'virtual_server 192.0.2.50']],
    /zero port only valid for persistent/,
  ],
  [
    'keepalived-sorry-server',
    [['lb_kind DR\n  protocol TCP', 'lb_kind NAT\n  protocol TCP\n  sorry_server 192.0.2.99']],
  ],
  [
    'keepalived-sorry-server',
    inServer('sorry_server_inhibit\n  sorry_server 192.0.2.99 80'),
    /before or without/,
  ],
  ['keepalived-persistence-engine', inServer('persistence_engine sip\n  persistence_timeout 60')],
  [
    'keepalived-persistence-engine',
    [['protocol TCP', 'protocol UDP\n  persistence_engine cookie\n  persistence_timeout 60']],
  ],
  ['keepalived-persistence-engine', [['protocol TCP', 'protocol UDP\n  persistence_engine sip']]],
  ['keepalived-scheduler-flag', inServer('sh-port'), /only applies to sh scheduler/],
  ['keepalived-scheduler-flag', [['lb_algo wlc', 'sh-port\n  lb_algo sh']], /only applies to sh scheduler/],
  [
    'keepalived-weights-ignored',
    [
      ['lb_algo wlc', 'lb_algo rr'],
      ['  real_server', `  real_server 192.0.2.72 80 {\n    weight 3\n    ${check}\n  }\n  real_server`],
    ],
  ],
  ['keepalived-quorum', inServer('hysteresis 1'), /hysteresis 1 >= quorum 1/],
  ['keepalived-loopback', [['interface eth0', 'interface lo']], /cannot use a loopback interface/],
  ['keepalived-vmac', inInstance('vmac_xmit_base'), /only valid with a vmac|doesn't exist/],
  ['keepalived-vmac', inInstance('use_vmac eth0')],
  [
    'keepalived-vmac',
    [...inInstance('use_vmac vrrp.1'), ...second('use_vmac vrrp.1')],
    /already using vrrp\.1/,
  ],
  ['keepalived-vmac', inInstance('use_ipvlan')],
  [
    'keepalived-source-said-twice',
    inInstance(
      'mcast_src_ip 192.0.2.2«1|2»\n  unicast_src_ip 192.0.2.1«1|2»\n  unicast_peer {\n    192.0.2.1«2|1»\n  }',
    ),
  ],
  [
    'keepalived-peer-address',
    inInstance('unicast_src_ip 192.0.2.11\n  unicast_peer {\n    lb2.example.com\n  }'),
    /malformed unicast peer address/,
  ],
  [
    'keepalived-peer-address',
    inInstance('unicast_src_ip 192.0.2.11\n  unicast_peer {\n    2001:db8::2\n  }'),
    /MUST be of the same family/,
  ],
  ['keepalived-said-twice', inInstance('priority 120')],
  ['keepalived-said-twice', [['fall 2', 'fall 2\n  script "/usr/bin/pgrep nginx"']]],
  ['keepalived-said-twice', inServer('lvs_sched rr')],
  [
    'keepalived-strict',
    inGlobals('vrrp_strict'),
    /State MASTER must match being address owner|doesn't exist/,
  ],
  ['keepalived-strict', inInstance('strict_mode on')],
  [
    'keepalived-track-unknown',
    [
      [script, ''],
      ['virtual_server', `${script}virtual_server`],
    ],
    /track script web not found/,
  ],
  ['keepalived-unopened', [[tracked, '  track_script web\n']], /has extra parameters web/],
  ['keepalived-unopened', inInstance('authentication PASS 1234'), /Missing '\{'/],
  ['keepalived-unopened', [[check, 'TCP_CHECK']], /Missing '\{'/],
  [
    'keepalived-word',
    [[check, 'MISC_CHECK {\n      misc_path /bin/true\n      connect_timeout 3\n    }']],
    /Unknown keyword 'connect_timeout'/,
  ],
  [
    'keepalived-check-file',
    [[check, 'FILE_CHECK {\n      track_file load\n    }']],
    /track_file load not found/,
  ],
  ['keepalived-check-elsewhere', [[check, 'TCP_CHECK {\n      connect_port 8080\n    }']]],
  ['keepalived-check-slow', [['connect_timeout 3', 'connect_timeout 20']]],
  [
    'keepalived-check-protocol',
    [
      ['protocol TCP', 'protocol UDP'],
      ['192.0.2.50 80', '192.0.2.50 123'],
      ['192.0.2.71 80', '192.0.2.71 123'],
      [check, 'TCP_CHECK {\n      connect_timeout 3\n    }'],
    ],
  ],
  ['keepalived-script-path', [['"/usr/bin/pgrep haproxy"', '"./look.sh"']]],
  ['keepalived-script-path', [['"/usr/bin/pgrep haproxy"', '"~/bin/look"']]],
  ['keepalived-servers-differ', [['weight 1\n', 'weight «1|5»\n']]],
  ['keepalived-servers-differ', [['connect_timeout 3', 'connect_port «80|8080»']]],
  ['keepalived-option', [['192.0.2.50/24', '192.0.2.50/24 dev eth0 scope globl']], /Invalid scope 'globl'/],
  ['keepalived-option', [['192.0.2.50/24', '192.0.2.50/24 brd 192.0.2']], /invalid broadcast/],
  ['keepalived-vip', inInstance('virtual_ipaddress_excluded {\n    web1\n  }'), /invalid IP web1/],
  ['keepalived-number', inGlobals('vrrp_garp_master_repeat 0'), /must be greater than 0/],
  ['keepalived-number', [['weight 1\n', 'weight 1.5\n']], /Real server weight 1\.5 is outside/],
  ['keepalived-number', inGlobals('vrrp_down_timer_adverts 99999999'), /Invalid vrrp_down_timer_adverts/],
  ['keepalived-number', [['interval 2', 'interval 99999999']], /must be between 1 and 4294/],
  ['keepalived-script-kills', [['"/usr/bin/pgrep haproxy"', '"killall haproxy"']]],
  ['keepalived-script-kills', [['"/usr/bin/pgrep haproxy"', '"/usr/bin/pkill -9 -x haproxy"']]],
  ['keepalived-script-shell', [['"/usr/bin/pgrep haproxy"', '"/bin/sh -c pgrep haproxy"']]],
  ['keepalived-granularity-alone', inServer('persistence_granularity 255.255.255.0')],
  [
    'keepalived-nopreempt-differs',
    [
      ['state «MASTER|BACKUP»', 'state BACKUP\n  «|nopreempt»'],
      ['weight -30', 'weight 0'],
    ],
  ],
  ['keepalived-vmac-differs', inInstance('«use_vmac|»')],
  ['keepalived-interface-differs', [['interface eth0', 'interface «eth0|eth1»']]],
  ['keepalived-interface-differs', [['interface eth0', 'interface ens3.«10|20»']]],
  [
    'keepalived-peer-self',
    inInstance('unicast_src_ip 192.0.2.1«1|2»\n  unicast_peer {\n    192.0.2.1«2|1»\n    192.0.2.50\n  }'),
  ],
  [
    'keepalived-rule-preference',
    [['  track_script {', '  virtual_rules {\n    from 192.0.2.50 table 100\n  }\n  track_script {']],
    /no preference specified/,
  ],
  [
    'keepalived-rule-preference',
    [['router_id', '}\nstatic_rules {\n  to 192.0.2.60 lookup 7\n}\nglobal_defs {\n  router_id']],
    /no preference specified/,
  ],
  ['keepalived-left-over', [['virtual_server 192.0.2.50 80', 'virtual_server 192.0.2.50 80 443']]],
  [
    'keepalived-left-over',
    [
      ['virtual_server 192.0.2.50 80', 'virtual_server fwmark 5 80'],
      ['protocol TCP\n  real_server 192.0.2.71 80', 'real_server 192.0.2.71'],
      ['connect_timeout 3', 'connect_port 80'],
    ],
  ],
  ['keepalived-left-over', [['real_server 192.0.2.71 80', 'real_server 192.0.2.71 80 2']]],
  [
    'keepalived-mark-port',
    [
      ['virtual_server 192.0.2.50 80', 'virtual_server fwmark 5'],
      ['lb_kind DR\n  protocol TCP', 'lb_kind NAT'],
    ],
  ],
  ['keepalived-sorry-realserver', [['protocol TCP', 'protocol TCP\n  sorry_server 192.0.2.71 80']]],
  ['keepalived-script-writable', [['"/usr/bin/pgrep haproxy"', '/home/carol/look.sh']]],
  ['keepalived-script-writable', inInstance('notify "/home/carol/notify.sh web"')],
  // Those that keepalived takes without a word.
  ['keepalived-check-seldom', [['interval 2', 'interval 2\n  timeout 1800']]],
  ['keepalived-check-unsaid', [['  delay_loop 5\n', '']]],
  [
    'keepalived-check-other',
    another('192.0.2.72', 'MISC_CHECK {\n      misc_path "/usr/bin/ask -h 192.0.2.71 -p 80"\n    }'),
  ],
  [
    'keepalived-check-other',
    another('192.0.2.72', 'MISC_CHECK {\n      misc_path "/usr/bin/curl -fs http://192.0.2.50/up"\n    }'),
  ],
  ['keepalived-check-other', another('192.0.2.72', 'TCP_CHECK {\n      connect_ip 192.0.2.71\n    }')],
  ['keepalived-script-shell', [['"/usr/bin/pgrep haproxy"', '"< /dev/tcp/127.0.0.1/80"']]],
  ['keepalived-vip-on-lo', [['192.0.2.50/24', '192.0.2.50/24 dev lo']]],
  ['keepalived-said-twice', [['vrrp_script', 'global_defs {\n  router_id other\n}\nvrrp_script']]],
  ['keepalived-mail-nobody', [...inGlobals(mailed), ...inInstance('smtp_alert')]],
  [
    'keepalived-router-id-twice',
    [
      ['«lb1|lb2»', 'LVS_DEVEL'],
      ['enable_script', `${mailed}\n  smtp_server 127.0.0.1\n  enable_script`],
    ],
  ],
  ['keepalived-vip-prefix', [['192.0.2.50/24', '192.0.2.50/8']]],
  ['keepalived-vip-prefix', [['192.0.2.50/24', '10.0.0.50/8']]],
  ['keepalived-realserver-apart', another('192.0.20.72', 'TCP_CHECK {\n      connect_timeout 2\n    }')],
]
