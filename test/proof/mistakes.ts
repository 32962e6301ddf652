import { balanced, forEach } from './hand-written.ts'

/** The rule that has to tell, what is written instead in `balanced`, and what keepalived itself says of it, where it says anything. */
export type Mistake = readonly [
  rule: string,
  edits: readonly (readonly [from: string, to: string])[],
  says?: RegExp,
]

const script = '  track_script {\n    web\n  }\n'
const page = `HTTP_GET {
      url {
        path /
        status_code 200
      }
      connect_timeout 3
    }`
const second = `vrrp_instance MAIL {
  state «MASTER|BACKUP»
  interface eth1
  virtual_router_id 62
  priority «110|100»
  virtual_ipaddress {
    10.1.1.1/24
  }
}
virtual_server`
const group = 'vrrp_sync_group G {\n  group {\n    WEB\n    MAIL\n  }\n}\n'
const unicast = 'advert_int 1\n  unicast_src_ip 192.0.2.«11|12»\n  unicast_peer {\n    192.0.2.«12|11»\n  }'

/** Mistakes of several kinds in each family. */
export const mistakes: readonly Mistake[] = [
  ['keepalived-number', [['fall 2', 'fall 0']], /fall value '0' invalid/],
  ['keepalived-number', [['interval 2', 'interval soon']], /invalid number 'soon'/],
  ['keepalived-number', [['delay_loop 5', 'delay_loop 0']], /delay loop '0' invalid/],
  ['keepalived-number', [['weight 1\n', 'weight much\n']], /invalid number 'much'/],
  [
    'keepalived-number',
    [
      ['advert_int 1', 'advert_int 1\npreempt_delay 2000'],
      ['state «MASTER|BACKUP»', 'state BACKUP'],
    ],
    /Preempt_delay not valid/,
  ],
  ['keepalived-advert', [['advert_int 1', 'advert_int 300']], /interval \(300\) not valid/],
  ['keepalived-endpoint', [['192.0.2.71 80', '192.0.2.71 80000']], /Invalid real server ip address\/port/],
  ['keepalived-endpoint', [['192.0.2.71', 'web1.example.com']], /Invalid real server ip address\/port/],
  ['keepalived-endpoint', [['connect_timeout 3', 'connect_port http']], /'http'/],
  ['keepalived-protocol', [['protocol TCP', 'protocol HTTP']], /defaulting to UDP/],
  ['keepalived-protocol', [['  protocol TCP\n', '']], /defaulting to UDP/],
  ['keepalived-method-unsaid', [['  lb_kind DR\n', '']], /setting default NAT/],
  ['keepalived-server-group', [['virtual_server 192.0.2.50 80', 'virtual_server group WEB']]],
  [
    'keepalived-server-group',
    [['virtual_server 192', 'virtual_server_group WEB {\n}\nvirtual_server 192']],
    /WEB has no entries/,
  ],
  ['keepalived-realserver-vip', [['192.0.2.71 80', '192.0.2.50 80']]],
  [
    'keepalived-balanced-twice',
    [
      ['advert_int 1', unicast],
      ['192.0.2.71 80', '192.0.2.11 80'],
    ],
  ],
  ['keepalived-sync-daemon', [['router_id', 'lvs_sync_daemon eth1 WEBB\nrouter_id']]],
  ['keepalived-check-form', [[page, 'HTTP_GET {\n      connect_timeout 3\n    }']], /has no urls specified/],
  ['keepalived-check-form', [['status_code 200', 'digest 1234']], /length should be 32/],
  ['keepalived-check-form', [['status_code 200', 'status_code 999']], /Invalid HTTP_GET status code '999'/],
  [
    'keepalived-check-form',
    [[page, 'MISC_CHECK {\n      misc_timeout 3\n    }']],
    /No script path has been specified/,
  ],
  [
    'keepalived-check-tls',
    [
      ['192.0.2.50 80', '192.0.2.50 443'],
      ['192.0.2.71 80', '192.0.2.71 443'],
    ],
  ],
  [
    'keepalived-block',
    [['advert_int 1', 'advert_int 1\n  track_interfaces {\n    eth1\n  }']],
    /Unknown keyword 'virtual_ipaddress'/,
  ],
  ['keepalived-block', [['    HTTP_GET', '  }\n    HTTP_GET']], /Unknown keyword 'HTTP_GET'/],
  ['keepalived-quotes', [['haproxy"', 'haproxy']], /missing terminating "/],
  [
    'keepalived-typography',
    [['"/usr/bin/pgrep haproxy"', '“/usr/bin/pgrep haproxy”']],
    /not found\/accessible/,
  ],
  ['keepalived-typography', [['weight -30', 'weight –30']], /number '–30'/],
  ['keepalived-definition', [['interface eth0', 'interface $LINK']], /interface \$LINK/],
  [
    'keepalived-definition',
    [
      ['global_defs', '$NET=192.0.2\nglobal_defs'],
      ['192.0.2.50/24', '$NET.50/24'],
    ],
    /invalid IP \$NET\.50/,
  ],
  ['keepalived-vip-unusable', [['192.0.2.50/24', '192.0.2.255/24']]],
  ['keepalived-vip-unusable', [['192.0.2.50/24', '127.0.0.2/8']]],
  ['keepalived-vip-unusable', [['192.0.2.50/24', '224.0.0.18/24']]],
  ['keepalived-vip-listed-twice', [['    192.0.2.50/24', '    192.0.2.50/24\n    192.0.2.50/24']]],
  ['keepalived-script-unused', [[script, '']]],
  ['keepalived-tracks-differ', [[script, `«${script}|»`]]],
  ['keepalived-tracks-differ', [[script, `«|${script}»`]]],
  [
    'keepalived-priority-tie',
    [
      ['weight -30', 'weight 30'],
      ['priority «110|100»', 'priority «250|240»'],
    ],
  ],
  [
    'keepalived-groups-differ',
    [
      ['  weight -30\n', ''],
      ['virtual_server', second],
      ['global_defs', `«${group}|»global_defs`],
    ],
  ],
  ['keepalived-prefix-differs', [['192.0.2.50/24', '192.0.2.50«/24|»']]],
  ['keepalived-multicast-differs', [['router_id', 'vrrp_mcast_group4 224.0.0.«18|19»\n  router_id']]],
  [
    'keepalived-unicast-nobody',
    [['advert_int 1', 'advert_int 1\n  unicast_src_ip 192.0.2.«11|12»']],
    /without any unicast peers/,
  ],
  [
    'keepalived-value-missing',
    [['router_id «lb1|lb2»', 'router_id «lb1|lb2»\n  smtp_connect_timeout']],
    /missing a parameter/,
  ],
  ['keepalived-value-missing', [['fall 2', 'fall']], /missing a parameter/],
  ['keepalived-value-missing', [['priority «110|100»', 'priority']], /missing a parameter/],
  ['keepalived-value-missing', [['lb_kind DR', 'lb_kind']], /missing a parameter/],
  ['keepalived-value-missing', [['connect_timeout 3', 'connect_timeout']], /missing a parameter/],
  [
    'keepalived-value',
    [['advert_int 1', 'advert_int 1\n  authentication {\n    auth_type pass\n    auth_pass secret\n  }']],
    /unknown authentication type 'pass'/,
  ],
  [
    'keepalived-value',
    [['advert_int 1', 'advert_int 1\n  smtp_alert maybe']],
    /Invalid .*smtp_alert parameter maybe/,
  ],
  [
    'keepalived-value',
    [['advert_int 1', 'advert_int 1\n  mcast_src_ip lb1.example.com']],
    /malformed src address/,
  ],
  ['keepalived-value', [['connect_timeout 3', 'bindto eth0']], /Invalid bindto address eth0/],
  ['keepalived-value', [['connect_timeout 3', 'http_protocol 2']]],
  [
    'keepalived-value',
    [['protocol TCP', 'protocol TCP\n  persistence_granularity 255.255.300.0']],
    /Invalid IPv4 persistence_granularity/,
  ],
  ['keepalived-left-over', [['advert_int 1', 'advert_int 1 interface eth1']]],
  ['keepalived-left-over', [['lb_algo wlc', 'lb_algo wlc lb_kind DR']]],
  [
    'keepalived-left-over',
    [['advert_int 1', 'advert_int 1\n  authentication {\n    auth_type PASS\n    auth_pass my word\n  }']],
  ],
  ['keepalived-unnamed', [['vrrp_instance WEB {', 'vrrp_instance {']], /vrrp_instance must have a name/],
  ['keepalived-unnamed', [['vrrp_script web {', 'vrrp_script {']]],
  [
    'keepalived-option',
    [['192.0.2.50/24', '192.0.2.50/24 192.0.2.51/24']],
    /Unknown configuration entry '192.0.2.51\/24'/,
  ],
  [
    'keepalived-option',
    [['192.0.2.50/24', '192.0.2.50/24 device eth0']],
    /Unknown configuration entry 'device'/,
  ],
  ['keepalived-option', [['    web\n', '    web wieght 5\n']], /unknown track script option wieght/],
  [
    'keepalived-option',
    [[script, `${script}  track_interface {\n    lo down\n  }\n`]],
    /unknown track_interface lo option down/,
  ],
  [
    'keepalived-option',
    [['router_id', 'lvs_timeouts tcp 900 fin 120\nrouter_id']],
    /Unknown option fin specified for lvs_timeouts/,
  ],
  [
    'keepalived-option',
    [['router_id', 'lvs_sync_daemon eth0 WEB syncid 5\nrouter_id']],
    /invalid number 'syncid'/,
  ],
  [
    'keepalived-route-address',
    [[script, `${script}  virtual_routes {\n    default via 192.0.2.256\n  }\n`]],
    /invalid route via address 192.0.2.256/,
  ],
  [
    'keepalived-interface-name',
    [['interface eth0', 'interface eth0:1']],
    /eth0:1 for vrrp_instance WEB doesn't exist/,
  ],
  [
    'keepalived-interface-name',
    [['interface eth0', 'interface eth0@if7']],
    /eth0@if7 for vrrp_instance WEB doesn't exist/,
  ],
  [
    'keepalived-interface-name',
    [['interface eth0', 'interface eth0\n  use_vmac vrrp-of-the-website']],
    /VMAC interface name .* too long/,
  ],
  [
    'keepalived-interface-name',
    [['192.0.2.50/24', '192.0.2.50/24 dev lo label lo:of-the-website']],
    /is longer than maximum length 15 - removing address/,
  ],
  ['keepalived-interface-name', [[script, `${script}  track_interface {\n    eth0.100:web\n  }\n`]]],
  [
    'keepalived-password-cut',
    [['advert_int 1', 'advert_int 1\n  authentication {\n    auth_type PASS\n    auth_pass s3#r3t\n  }']],
  ],
  ['keepalived-script-shell', [['"/usr/bin/pgrep haproxy"', '"/usr/bin/pgrep haproxy || exit 1"']]],
  [
    'keepalived-script-shell',
    [['"/usr/bin/pgrep haproxy"', '"/usr/bin/curl -s http://127.0.0.1/ | grep well"']],
  ],
  ['keepalived-script-shell', [['"/usr/bin/pgrep haproxy"', '"/usr/bin/pgrep haproxy >/dev/null 2>&1"']]],
  [
    'keepalived-script-words',
    [['advert_int 1', 'advert_int 1\n  notify_master /etc/keepalived/notify.sh MASTER']],
  ],
  ['keepalived-script-words', [['"/usr/bin/pgrep haproxy"', '/usr/bin/pgrep -x haproxy']]],
  [
    'keepalived-endpoint',
    [['192.0.2.71 80', '2001:db8::71 80']],
    /Address family of virtual server and real server .* don't match/,
  ],
  [
    'keepalived-endpoint',
    [['virtual_server 192.0.2.50 80', 'virtual_server fwmark web']],
    /fwmark 'web' must be in/,
  ],
  [
    'keepalived-port-translated',
    [['protocol TCP', 'protocol TCP\n  sorry_server 192.0.2.79 8080']],
    /sorry server ports don't match/,
  ],
  ['keepalived-one-packet', [['protocol TCP', 'protocol TCP\n  ops']], /one packet scheduling requires UDP/],
  ['keepalived-check-form', [['path /', 'path index.html']]],
  ['keepalived-number', [['router_id', 'vrrp_garp_master_delay soon\nrouter_id']], /invalid number 'soon'/],
]

/** Both directors with a mistake. */
export function mistaken(edits: Mistake[1]): readonly string[] {
  const text = edits.reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`there is no ${from} to replace`)
    return all.replace(from, to)
  }, balanced)
  return forEach(text)
}
