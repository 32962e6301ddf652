import type { Mistake } from './mistakes.ts'

const inInstance = (lines: string) => [['advert_int 1', `advert_int 1\n  ${lines}`]] as const
const unicast = 'unicast_src_ip 192.0.2.«11|12»\n  unicast_peer {\n    192.0.2.«12|11»\n  }'
const secret = (lines: string) => inInstance(`authentication {\n    ${lines}\n  }`)
const many = Array.from(
  { length: 300 },
  (_, index) => `10.0.${Math.floor(index / 200)}.${(index % 200) + 1}/24`,
)

/** Mistakes about addresses and passwords of instances: of another family, too many, or without effect. */
export const mistakenAddresses: readonly Mistake[] = [
  [
    'keepalived-vip',
    inInstance('mcast_src_ip 2001:db8::«11|12»'),
    /address family must match VRRP instance \[192\.0\.2\.50\/24\] - ignoring/,
  ],
  ['keepalived-vip', inInstance('native_ipv6'), /address family must match VRRP instance/],
  ['keepalived-vip', inInstance('mcast_dst_ip ff02::12'), /address family must match VRRP instance/],
  [
    'keepalived-vip',
    inInstance(unicast.replaceAll('192.0.2.', '2001:db8::')),
    /address family must match VRRP instance/,
  ],
  [
    'keepalived-peer-address',
    inInstance('mcast_dst_ip 224.0.0.18\n  unicast_peer {\n    2001:db8::«12|11»\n  }'),
    /unicast peer address.*MUST be of the same family/,
  ],
  [
    'keepalived-family',
    [['192.0.2.50/24\n  }', '192.0.2.50/24\n  }\n  mcast_src_ip 2001:db8::«11|12»']],
    /src address.*MUST be of the same family/,
  ],
  [
    'keepalived-family',
    [['192.0.2.50/24\n  }', '192.0.2.50/24\n  }\n  native_ipv6']],
    /Cannot specify native_ipv6 with IPv4/,
  ],
  ['keepalived-no-password', secret('auth_pass secret')],
  ['keepalived-no-password', secret('auth_type TEXT\n    auth_pass secret'), /unknown authentication type/],
  ['keepalived-auth-differs', secret('«auth_type PASS|»\n    auth_pass secret')],
  ['keepalived-password', secret('auth_type PASS\n    auth_pass größere'), /Truncating auth_pass to 8/],
  ['keepalived-vips-many', [['192.0.2.50/24', `192.0.2.50/24\n    ${many.join('\n    ')}`]]],
  ...[
    '192.0.2.255',
    '192.0.2.0',
    '224.0.0.71',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    'ff02::71',
    'fe80::71',
  ].map((address): Mistake => ['keepalived-realserver-unusable', [['192.0.2.71', address]]]),
  ['keepalived-realserver-unusable', [['protocol TCP', 'protocol TCP\n  sorry_server 192.0.2.255 80']]],
  ['keepalived-vip', [['192.0.2.50/24', 'fe80::50%eth0/64']], /invalid IP fe80::50%eth0/],
  ['keepalived-vip', [['192.0.2.50/24', '192.0.2.50/24\n    2001:db8::50%eth0']], /invalid IP/],
  ['keepalived-value', inInstance('mcast_src_ip fe80::«11|12»%eth0'), /malformed src address/],
  ['keepalived-vip-unusable', [['192.0.2.50/24', '2001:db8:0:1::/64']]],
  ['keepalived-interface-name', [['interface eth0', 'interface 192.0.2.«11|12»']], /doesn't exist/],
  ['keepalived-interface-name', [['192.0.2.50/24', '192.0.2.50/24 dev 192.0.2.«11|12»']]],
  ['keepalived-unicast-nobody', inInstance('unicast_fault_no_peer')],
]
