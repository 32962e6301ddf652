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
]

/** Both directors with a mistake. */
export function mistaken(edits: Mistake[1]): readonly string[] {
  const text = edits.reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`there is no ${from} to replace`)
    return all.replace(from, to)
  }, balanced)
  return forEach(text)
}
