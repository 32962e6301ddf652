/** A cluster as somebody configured it by hand: `«one|other»` is what d1 and d2 are told. */
export interface Handmade {
  readonly what: string
  readonly conf: string
  /** Files that it includes, by their paths. */
  readonly files?: Readonly<Record<string, string>>
  /** What the balancer becomes. */
  readonly balancer: 'ipvs' | 'none'
  /** Words that must be in the inventory. */
  readonly words?: object
  /** Lines that ours must have, though the inventory says them in its words. */
  readonly said?: readonly string[]
  /** What must be kept verbatim. */
  readonly kept?: readonly string[]
}

const real = (last: number, port: number, check: string, weight = 1) => `
    real_server 10.77.0.${last} ${port} {
        weight ${weight}
        ${check.replaceAll('; ', '\n            ')}
    }`

/** An instance of which nothing is to be learned. */
const instance = `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress { 10.77.0.100/24 }
}
`

/** Shaped after what keepalived's own samples, articles and roles show, one thing each. */
export const handmade: readonly Handmade[] = [
  {
    what: 'three addresses on one instance, with a password and mails',
    conf: `! Configuration File for keepalived
global_defs {
   notification_email {
     root@example.org
   }
   notification_email_from keepalived@example.org
   smtp_server 127.0.0.1
   smtp_connect_timeout 30
   router_id LVS_DEVEL
}
vrrp_instance VI_1 {
    state «MASTER|BACKUP»
    interface eth0
    garp_master_delay 10
    smtp_alert
    virtual_router_id 51
    priority «100|90»
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass 1111
    }
    virtual_ipaddress {
        10.77.0.100
        10.77.0.101
        10.77.0.102/24 label eth0:1
    }
}
`,
    balancer: 'none',
    words: {
      vips: [{ vrid: 51, owner: 'd1', address: '10.77.0.100/32', also: ['10.77.0.101/32'] }],
      vrrp: { version: 2, auth_pass: '1111' },
    },
    said: ['auth_type PASS', 'auth_pass 1111'],
    kept: ['smtp_alert', 'garp_master_delay 10', '10.77.0.102/24 label eth0:1', 'smtp_server 127.0.0.1'],
  },
  {
    what: 'two masters, each of one, with priorities of their own',
    conf: `global_defs {
  router_id «north|south»
  vrrp_version 3
}
vrrp_instance first {
  state «MASTER|BACKUP»
  interface «eth0|eth0»
  virtual_router_id 10
  priority «150|100»
  virtual_ipaddress { 10.77.0.100/24 }
}
vrrp_instance second {
  state «BACKUP|MASTER»
  interface eth0
  virtual_router_id 11
  priority «100|150»
  virtual_ipaddress { 10.77.0.101/24 }
}
`,
    balancer: 'none',
    words: {
      vips: [
        { name: 'first', owner: 'd1' },
        { name: 'second', owner: 'd2' },
      ],
      vrrp: { version: 3 },
      interface: 'eth0',
    },
  },
  {
    what: 'routes and interfaces that are watched',
    conf: `static_routes {
    192.0.2.0/24 via 10.77.0.1 dev eth0
}
vrrp_instance VI_1 {
    state «MASTER|BACKUP»
    interface eth0		# a VLAN could be here
    track_interface {
      eth0
      eth1 weight 2   ! not fatal
    }
    virtual_router_id 51
    priority «200|100»
    virtual_ipaddress {
        10.77.0.100
        10.88.0.100 dev eth1
        10.77.0.101/24 brd 10.77.0.255 scope global
    }
    virtual_routes {
        198.51.100.0/24 via 10.77.0.1 dev eth0
    }
}
`,
    balancer: 'none',
    words: {
      vips: [
        {
          address: '10.77.0.100/32',
          routes: [{ to: '198.51.100.0/24', via: '10.77.0.1', dev: 'eth0' }],
        },
      ],
    },
    said: ['198.51.100.0/24 via 10.77.0.1 dev eth0'],
    kept: ['eth1 weight 2', '10.88.0.100 dev eth1', '10.77.0.101/24 brd 10.77.0.255', 'static_routes {'],
  },
  {
    what: 'policy routing that moves, and a checksum as a password',
    conf: `vrrp_instance uplink {
    state «MASTER|BACKUP»
    interface eth0
    virtual_router_id 61
    priority «150|140»
    authentication {
        auth_type AH
        auth_pass k4tze
    }
    virtual_ipaddress {
        10.77.0.100/24
    }
    virtual_routes {
        default via 10.77.0.1 dev eth0 table 200
        src 10.77.0.100 to 203.0.113.0/24 via 10.77.0.1 dev eth0 metric 50
        192.0.2.7 gw 10.77.0.1 dev eth0
    }
    virtual_rules {
        from 10.88.0.0/24 table 200 priority 1000
        iif eth1 fwmark 0x10 lookup 200 pref 1001
    }
}
`,
    balancer: 'none',
    words: {
      vips: [
        {
          routes: [
            { to: '0.0.0.0/0', via: '10.77.0.1', dev: 'eth0', table: 200 },
            { to: '203.0.113.0/24', via: '10.77.0.1', dev: 'eth0', src: '10.77.0.100', metric: 50 },
            { to: '192.0.2.7', via: '10.77.0.1', dev: 'eth0' },
          ],
          rules: [
            { from: '10.88.0.0/24', table: 200, priority: 1000 },
            { iif: 'eth1', fwmark: 16, table: 200, priority: 1001 },
          ],
        },
      ],
      vrrp: { version: 2, auth_type: 'AH', auth_pass: 'k4tze' },
    },
    said: ['auth_type AH', 'auth_pass k4tze', 'from 10.88.0.0/24', '203.0.113.0/24 via 10.77.0.1'],
  },
  {
    what: 'routes and rules of which one says what has no word, and directors that differ in others',
    conf: `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress { 10.77.0.100/24 }
    virtual_routes {
        192.0.2.0/24 via 10.77.0.1
        blackhole 198.51.100.0/24
    }
    virtual_rules {
        from 10.88.0.0/24 table mine priority 1000
    }
}
vrrp_instance VI_2 {
    interface eth0
    virtual_router_id 52
    priority «100|90»
    authentication {
        auth_type PASS
        auth_pass other
    }
    virtual_ipaddress { 10.77.0.101/24 }
    virtual_routes { 203.0.113.0/24 via 10.77.0.«1|2» dev eth0 }
}
`,
    balancer: 'none',
    kept: ['blackhole 198.51.100.0/24', 'table mine', '203.0.113.0/24 via 10.77.0.1', 'auth_pass other'],
  },
  {
    what: 'scripts that are watched, with signs of comments within quotes',
    conf: `vrrp_script chk_sshd {
       script "killall -0 sshd"        # cheaper than pidof
       interval 2
       weight -4
       fall 2
       rise 2
}
vrrp_script chk_port {
       script "sh -c 'exec 3<>/dev/tcp/127.0.0.1/80 # not !a comment'"
       interval 1
       weight -2
}
vrrp_instance VI_1 {
    interface eth0
    state «MASTER|BACKUP»
    virtual_router_id 51
    priority «102|101»
    virtual_ipaddress {
        10.77.0.100/25
    }
    track_script {
       chk_sshd                # its own weight
       chk_port weight -20
    }
    notify_master "/etc/keepalived/notify.sh master"
    notify_backup "/etc/keepalived/notify.sh backup"
}
`,
    balancer: 'none',
    words: { vips: [{ address: '10.77.0.100/25' }] },
    kept: [
      `script "sh -c 'exec 3<>/dev/tcp/127.0.0.1/80 # not !a comment'"`,
      'chk_port weight -20',
      'notify_master "/etc/keepalived/notify.sh master"',
    ],
  },
  {
    what: 'instances that move together',
    conf: `vrrp_sync_group inside_and_out {
  group {
    VI_1
    VI_2
  }
}
vrrp_instance VI_1 {
    interface eth0
    state «MASTER|BACKUP»
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress { 10.77.0.100/24 }
}
vrrp_instance VI_2 {
    interface eth1
    state «MASTER|BACKUP»
    virtual_router_id 52
    priority «100|90»
    virtual_ipaddress { 10.88.0.100/24 }
}
`,
    balancer: 'none',
    words: { vips: [{ together: 'inside_and_out' }, { together: 'inside_and_out' }] },
  },
  {
    what: 'a group that tells somebody',
    conf: `vrrp_sync_group G1 {
  group {
    VI_1
    VI_2
  }
  notify_backup "/usr/local/bin/vrrp.back arg1 arg2"
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority «150|100»
    virtual_ipaddress { 10.77.0.100/24 }
}
vrrp_instance VI_2 {
    interface eth0
    virtual_router_id 52
    priority «150|100»
    virtual_ipaddress { 10.77.0.101/24 }
}
`,
    balancer: 'none',
    kept: ['vrrp_sync_group G1 {', 'notify_backup "/usr/local/bin/vrrp.back arg1 arg2"'],
  },
  {
    what: 'direct routing as articles show it',
    conf: `! Configuration File for keepalived     #(!) comments, too
global_defs {
#   notification_email {
#     acassen@example.org
#   }
   router_id LVS_DEVEL«1|2»
#   vrrp_strict             # switched off
}
vrrp_instance VI_1 {
    state «MASTER|BACKUP»
    interface eth0
    virtual_router_id 51
    priority «100|90»
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass 1111
    }
    virtual_ipaddress {
        10.77.0.200
#        10.77.0.17
    }
}
virtual_server 10.77.0.200 80 {
    delay_loop 6
    lb_algo rr
    lb_kind DR
    persistence_timeout 50
    protocol TCP
${[21, 22]
  .map((last) =>
    real(
      last,
      80,
      `HTTP_GET {
            url {
              path /
#              digest ff20ad2481f97b1754ef3e12ecd3a9cc
            }
            url {
              path /mrtg/
              digest 9b3a0c85a887a256d6939da88aabd8cd
              status_code 200
            }
            connect_timeout 3
            nb_get_retry 3
            delay_before_retry 3
        }`,
    ),
  )
  .join('')}
}
`,
    balancer: 'ipvs',
    words: {
      services: [
        {
          port: 80,
          forwarding: 'dr',
          scheduler: 'rr',
          persistence_timeout: 50,
          check: {
            type: 'http',
            path: '/',
            interval: 6,
            timeout: 3,
            retries: 3,
            retry_delay: 3,
            also: [{ path: '/mrtg/', digest: '9b3a0c85a887a256d6939da88aabd8cd' }],
          },
        },
      ],
    },
  },
  {
    what: 'pages that are known by a pattern',
    conf: `${instance}virtual_server 10.77.0.100 80 {
    delay_loop 6
    lb_algo rr
    lb_kind DR
    protocol TCP
${[21, 22]
  .map((last) =>
    real(
      last,
      80,
      `HTTP_GET {
            url {
              path /status
              regex "^ready\\\\s+\\\\d+ of \\\\x22all\\\\x22$"
              regex_options caseless multiline
            }
            url {
              path /errors
              status_code 200-204
              regex failed
              regex_no_match
            }
        }`,
    ),
  )
  .join('')}
}
`,
    balancer: 'ipvs',
    words: {
      services: [
        {
          check: {
            type: 'http',
            path: '/status',
            regex: String.raw`^ready\s+\d+ of \x22all\x22$`,
            regex_options: ['caseless', 'multiline'],
            also: [{ path: '/errors', status: '200-204', regex: 'failed', regex_no_match: true }],
          },
        },
      ],
    },
    said: [String.raw`regex "^ready\\s+\\d+ of \\x22all\\x22$"`],
  },
  {
    what: 'services with realservers of their own',
    conf: `${instance}virtual_server 10.77.0.100 80 {
    lb_algo rr
    lb_kind DR
    protocol TCP${real(21, 80, 'TCP_CHECK { connect_timeout 3 }')}${real(22, 80, 'TCP_CHECK { connect_timeout 3 }')}
}
virtual_server 10.77.0.100 25 {
    lb_algo rr
    lb_kind DR
    protocol TCP${real(22, 25, 'TCP_CHECK { connect_timeout 3 }')}${real(23, 25, 'TCP_CHECK { connect_timeout 3 }')}
}
`,
    balancer: 'ipvs',
    words: {
      services: [
        { port: 80, realservers: 'pool_80' },
        { port: 25, realservers: 'pool_25' },
      ],
    },
  },
  {
    what: 'marks and groups of addresses, which have no words, beside a server that has',
    conf: `virtual_server_group VSG_1 {
	10.77.0.101 8080
	10.77.0.103-110 80
	fwmark 1
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority «120|110»
    virtual_ipaddress { 10.77.0.100/24 }
}
virtual_server group VSG_1 {
    delay_loop 6
    lb_algo rr
    lb_kind DR
    protocol TCP${real(21, 80, 'TCP_CHECK { connect_timeout 3 }')}
}
virtual_server fwmark 3 {
    delay_loop 6
    lb_algo rr
    lb_kind DR${real(23, 80, 'TCP_CHECK { connect_port 80 }')}
}
virtual_server 10.77.0.100 443 {
    delay_loop 10
    lb_algo wlc
    lb_kind TUN
    sorry_server 127.0.0.1 443
    virtualhost www.example.org${real(21, 443, 'SSL_GET { url { path /up; status_code 204 }; connect_port 444 }', 3)}${real(22, 443, 'SSL_GET { url { path /up; status_code 204 }; connect_port 444 }', 5)}
}
`,
    balancer: 'ipvs',
    words: {
      services: [
        {
          port: 443,
          forwarding: 'tun',
          scheduler: 'wlc',
          check: {
            type: 'https',
            path: '/up',
            status: 204,
            host: 'www.example.org',
            port: 444,
            interval: 10,
            timeout: 5,
            retries: 1,
            retry_delay: 3,
          },
        },
      ],
    },
    kept: [
      'virtual_server_group VSG_1 {',
      'virtual_server group VSG_1 {',
      'virtual_server fwmark 3 {',
      'sorry_server 127.0.0.1 443',
      '10.77.0.103-110 80',
    ],
  },
  {
    what: 'a quorum, and scripts around it',
    conf: `${instance}virtual_server 10.77.0.100 80 {
  delay_loop 6
  lb_algo wrr
  lb_kind DR
  persistence_timeout 900
  persistence_granularity 255.255.255.0
  protocol TCP
  alpha
  omega
  quorum 2
  hysteresis 1
  quorum_up "/usr/local/sbin/quorum-up.sh now"
  retry 4
  connect_timeout 7${real(21, 80, 'TCP_CHECK { connect_port 8080 }', 2)}${real(22, 80, 'TCP_CHECK { connect_port 8080 }', 2)}
}
`,
    balancer: 'ipvs',
    words: {
      services: [
        {
          quorum: 2,
          hysteresis: 1,
          persistence_granularity: '255.255.255.0',
          check: { type: 'tcp', port: 8080, retries: 4, timeout: 7 },
        },
      ],
    },
    kept: ['alpha', 'omega', 'quorum_up "/usr/local/sbin/quorum-up.sh now"'],
  },
  {
    what: 'what a real_server says beside its check, and checks that are each in their own way',
    conf: `${instance}virtual_server 10.77.0.100 1358 {
    delay_loop 6
    lb_algo rr
    lb_kind DR
    real_server 10.77.0.21 1358 {
        weight 1
        inhibit_on_failure        ! weight 0 instead of removal
        TCP_CHECK { connect_timeout 3 }
    }
}
virtual_server 10.77.0.100 1359 {
    lb_algo rr
    lb_kind DR${real(21, 1359, 'MISC_CHECK { misc_path "/usr/local/bin/one" }')}${real(22, 1359, 'MISC_CHECK { misc_path "/usr/local/bin/two" }')}
}
`,
    balancer: 'none',
    kept: ['inhibit_on_failure', 'misc_path "/usr/local/bin/two"'],
  },
  {
    what: 'one file for all machines, with conditions, definitions and sequences',
    conf: `$BASE=10.77.0
@d1 $PRIORITY=170
@d2 $PRIORITY=85
vrrp_script check_VI_0 {
@d1	script /etc/keepalived/check.sh
@^d1	script /etc/keepalived/check.sh
	interval 1
}
$INSTANCE= \\
vrrp_instance VI_\${NUM} { \\
    state BACKUP \\
    interface eth0 \\
    virtual_router_id \${NUM} \\
    priority $PRIORITY \\
    advert_int 2 \\
    version 3 \\
    virtual_ipaddress { \\
        \${BASE}.10\${NUM}/24 \\
    } \\
    track_script { \\
        check_VI_0 \\
    } \\
}
~SEQ(NUM, 1, 3) $INSTANCE
`,
    balancer: 'none',
    words: {
      vips: [{ vrid: 1, address: '10.77.0.101/24' }, { vrid: 2 }, { vrid: 3, address: '10.77.0.103/24' }],
      vrrp: { version: 3, advert_interval: 2 },
    },
    kept: ['script /etc/keepalived/check.sh', 'check_VI_0'],
  },
  {
    what: 'files for each thing, unicast, and nobody who takes a VIP back',
    conf: `global_defs {
    router_id «lb-a|lb-b»
    enable_script_security
    script_user root
    vrrp_garp_master_refresh 30
    vrrp_version 3
}
include conf.d/*.conf
`,
    files: {
      '/etc/keepalived/conf.d/10-vrrp.conf': `vrrp_instance web {
    state BACKUP
    nopreempt
    interface eth0
    virtual_router_id 93
    priority «110|105»
    advert_int 0.5
    garp_master_refresh 60
    unicast_src_ip «10.77.0.11|10.77.0.12»
    unicast_peer {
        «10.77.0.12|10.77.0.11»
    }
    virtual_ipaddress {
        10.77.0.100/24 dev eth0 label eth0:vip
    }
}
`,
      '/etc/keepalived/conf.d/20-web.conf': `virtual_server 10.77.0.100 80 {
    delay_loop 2
    lvs_sched wlc
    lvs_method DR${real(21, 80, 'PING_CHECK { retry 2 }', 10)}${real(22, 80, 'PING_CHECK { retry 2 }', 20)}
}
`,
    },
    balancer: 'ipvs',
    words: {
      vips: [{ name: 'web', label: 'vip' }],
      vrrp: { unicast: true, preempt: false, advert_interval: 0.5, garp_refresh: 60 },
    },
    kept: ['vrrp_garp_master_refresh 30', 'script_user root'],
  },
  {
    what: 'mail, names and bare datagrams',
    conf: `${instance}virtual_server 10.77.0.100 25 {
    delay_loop 15
    lb_algo wlc
    lb_kind DR
    persistence_timeout 50${[21, 22].map((last) => real(last, 25, 'SMTP_CHECK { connect_timeout 3; retry 3; helo_name "mail.example.org" }')).join('')}
}
virtual_server 10.77.0.100 53 {
    delay_loop 5
    lb_algo rr
    lb_kind DR
    ops
    protocol UDP${[21, 22].map((last) => real(last, 53, 'DNS_CHECK { name www.example.org; type A }')).join('')}
}
virtual_server 10.77.0.100 514 {
    delay_loop 5
    lb_algo rr
    lb_kind DR
    protocol UDP${[21, 22].map((last) => real(last, 514, 'UDP_CHECK { connect_timeout 3; retry 3; delay_before_retry 3; require_reply }')).join('')}
}
virtual_server 10.77.0.100 9000 {
    delay_loop 5
    lb_algo rr
    lb_kind DR${[21, 22].map((last) => real(last, 9000, `MISC_CHECK { misc_path "/usr/local/bin/ask 10.77.0.${last} 9000"; misc_timeout 4; user nobody }`)).join('')}
}
`,
    balancer: 'ipvs',
    words: {
      services: [
        { port: 25, check: { type: 'smtp', helo: 'mail.example.org', interval: 15, retry_delay: 1 } },
        {
          port: 53,
          protocol: 'udp',
          one_packet: true,
          check: { type: 'dns', record: 'A', retries: 3, retry_delay: 5 },
        },
        { port: 514, check: { type: 'udp', reply: true } },
        {
          port: 9000,
          check: { type: 'misc', program: '/usr/local/bin/ask', user: 'nobody', timeout: 4, retries: 0 },
        },
      ],
    },
  },
  {
    what: 'connections that are told, and services of one address among several',
    conf: `global_defs {
    lvs_sync_daemon eth0 VI_1
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress {
        10.77.0.100/24
        10.77.0.101/24
    }
}
virtual_server 10.77.0.101 80 {
    delay_loop 6
    lb_algo rr
    lb_kind DR${real(21, 80, 'TCP_CHECK { }')}${real(22, 80, 'TCP_CHECK { }')}
}
`,
    balancer: 'ipvs',
    words: { connection_sync: true, vips: [{ address: '10.77.0.101/24' }] },
    kept: ['10.77.0.100/24'],
  },
  {
    what: 'connections that are told whoever holds the VIP',
    conf: `global_defs {
    lvs_sync_daemon eth0 id 51
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress {
        10.77.0.100/24
    }
}
virtual_server 10.77.0.100 80 {
    lb_algo rr
    lb_kind DR${real(21, 80, 'TCP_CHECK { }')}${real(22, 80, 'TCP_CHECK { }')}
}
`,
    balancer: 'ipvs',
    words: { connection_sync: true },
  },
  {
    what: 'VRRP on a link of its own, and the VIP on another',
    conf: `vrrp_instance VI_1 {
    interface eth1
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress {
        10.77.0.100/24 dev eth0 label eth0:1
        10.77.0.101/24 dev eth0
    }
}
`,
    balancer: 'none',
    words: {
      interface: 'eth0',
      vrrp: { interface: 'eth1' },
      vips: [{ address: '10.77.0.100/24', label: '1', also: ['10.77.0.101/24'] }],
    },
  },
  {
    what: 'two instances on two links',
    conf: `vrrp_instance outside {
    interface eth0
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress {
        10.77.0.100/24
    }
}
vrrp_instance inside {
    interface eth0
    virtual_router_id 52
    priority «90|100»
    virtual_ipaddress {
        10.88.0.100/24 dev eth1
    }
}
`,
    balancer: 'none',
    words: {
      vrrp: { interface: 'eth0' },
      vips: [
        { name: 'outside', owner: 'd1' },
        { name: 'inside', owner: 'd2' },
      ],
    },
  },
  {
    what: 'two instances that each speak where they are',
    conf: `vrrp_instance outside {
    interface eth0
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress {
        10.77.0.100/24
    }
}
vrrp_instance other {
    interface eth1
    virtual_router_id 52
    priority «100|90»
    virtual_ipaddress {
        192.0.2.100/32
    }
}
`,
    balancer: 'none',
  },
  {
    what: 'translation, with the gateway of realservers beside the VIP',
    conf: `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress {
        10.77.0.100/24
        10.77.0.1/24
    }
}
virtual_server 10.77.0.100 8080 {
    lb_algo rr
    lb_kind NAT${real(21, 80, 'TCP_CHECK { }')}${real(22, 80, 'TCP_CHECK { }')}
}
`,
    balancer: 'ipvs',
    words: { nat: { gateway: '10.77.0.1' }, vips: [{ address: '10.77.0.100/24', vrid: 51 }] },
  },
]
