import { type Damage, healed, refused } from '../damage.ts'

const table = 'ipvs_table[*]'
const arp = (name: string) => `sysctl[net.ipv4.conf.all.${name}]`
const loopback = 'loopback_vip[*]'
const stray = 'stray_vip[*]'
const filter = (hook: string) =>
  `nft add table ip mine; nft add chain ip mine some '{ type filter hook ${hook} priority 0; }'`
const withoutFilter = 'nft delete table ip mine'

/** What happens in the kernel: its table of IPVS, addresses, settings, modules and packet filters. */
export const kernelDamages: readonly Damage[] = [
  healed('master', 'the IPVS table is emptied', 'ipvsadm -C', [table], 'fails'),
  healed('backup', 'the IPVS table of the backup is emptied', 'ipvsadm -C', [table], 'fails'),
  healed(
    'master',
    'a weight is set to 0',
    'ipvsadm -e -t "$VIP:80" -r "$REALSERVER:80" -g -w 0',
    [table],
    'fails',
  ),
  healed(
    'backup',
    'a weight is raised',
    'ipvsadm -e -t "$VIP:80" -r "$REALSERVER:80" -g -w 9',
    [table],
    'fails',
  ),
  healed(
    'master',
    'a realserver is taken out of the table',
    'ipvsadm -d -t "$VIP:80" -r "$REALSERVER:80"',
    [table],
    'fails',
  ),
  healed(
    'master',
    'a stranger is put into the table',
    'ipvsadm -a -t "$VIP:80" -r "$STRANGER:80" -g -w 1',
    [table],
    'fails',
  ),
  {
    ...healed(
      'master',
      'another scheduler is set',
      'modprobe ip_vs_rr; ipvsadm -E -t "$VIP:80" -s rr',
      [table],
      'fails',
    ),
    leaves: 'rmmod ip_vs_rr',
  },
  healed(
    'backup',
    'the service becomes persistent',
    'ipvsadm -E -t "$VIP:80" -s wrr -p 300',
    [table],
    'fails',
  ),
  healed(
    'master',
    'the forwarding of a realserver is another',
    'ipvsadm -e -t "$VIP:80" -r "$REALSERVER:80" -m -w 1',
    [table],
    'fails',
  ),
  healed('backup', 'the service itself is removed', 'ipvsadm -D -t "$VIP:80"', [table], 'fails'),
  healed(
    'master',
    'a service of nobody stands on another port of the VIP',
    'ipvsadm -A -t "$VIP:8080" -s rr',
    [table],
    'fails',
  ),
  healed(
    'backup',
    'the VIP is added to the interface of the backup',
    'ip addr add "$VIP/24" dev "$DEV"',
    [stray],
    'fails',
  ),
  healed(
    'backup',
    'the VIP is added to the loopback device of the backup',
    'ip addr add "$VIP/32" dev lo',
    [stray],
    'fails',
  ),
  healed(
    'realserver',
    'the VIP is added to the interface of a realserver',
    'ip addr add "$VIP/24" dev "$DEV"',
    [stray],
    'fails',
  ),
  healed(
    'realserver',
    'the VIP is missing on a realserver',
    'ip addr del "$VIP/32" dev lo',
    [loopback],
    'fails',
  ),
  healed(
    'realserver',
    'the VIP does not come back at boot',
    'systemctl disable -q "understudy-vip-$VIP.service"',
    [loopback],
    'fails',
  ),
  healed(
    'realserver',
    'the unit of the VIP is removed',
    'rm "/etc/systemd/system/understudy-vip-$VIP.service"; systemctl daemon-reload',
    [loopback],
    'fails',
  ),
  healed(
    'realserver',
    'the unit of the VIP is edited',
    'sed -i "s/Description=.*/Description=mine/" "/etc/systemd/system/understudy-vip-$VIP.service"; systemctl daemon-reload',
    [loopback],
    'holds',
  ),
  refused(
    'realserver',
    'the unit of the VIP is masked',
    'rm "/etc/systemd/system/understudy-vip-$VIP.service"; systemctl mask -q "understudy-vip-$VIP.service"',
    {
      plan: [loopback],
      verify: 'fails',
      words: 'is masked',
      remedy: 'systemctl unmask -q "understudy-vip-$VIP.service"',
    },
  ),
  healed(
    'realserver',
    'a realserver answers ARP for the VIP',
    'sysctl -qw net.ipv4.conf.all.arp_ignore=0',
    [arp('arp_ignore'), loopback],
    'fails',
  ),
  healed(
    'realserver',
    'a realserver announces the VIP',
    'sysctl -qw net.ipv4.conf.all.arp_announce=0',
    [arp('arp_announce'), loopback],
    'fails',
  ),
  refused(
    'realserver',
    'a later file sets another value at boot',
    'echo "net.ipv4.conf.all.arp_ignore = 0" >/etc/sysctl.d/zz-mine.conf',
    {
      plan: [arp('arp_ignore')],
      verify: 'fails',
      words: 'is read after',
      remedy: 'rm /etc/sysctl.d/zz-mine.conf',
    },
  ),
  healed(
    'realserver',
    'the file of the settings is removed',
    'rm /etc/sysctl.d/*understudy*',
    ['sysctl[*arp_ignore]', 'sysctl[*arp_announce]'],
    'fails',
  ),
  healed(
    'master',
    'connections to a dead realserver are left hanging',
    'sysctl -qw net.ipv4.vs.expire_nodest_conn=0',
    ['sysctl[net.ipv4.vs.expire_nodest_conn]'],
    'holds',
  ),
  healed(
    'backup',
    'the modules of IPVS are not loaded at boot',
    'rm /etc/modules-load.d/understudy-*',
    ['kernel_module[ip_vs]', 'kernel_module[ip_vs_wrr]'],
    'holds',
  ),
  healed(
    'master',
    "Debian's own service may write the table at boot",
    'echo AUTO=true >/etc/default/ipvsadm',
    ['copy[/etc/default/ipvsadm]'],
    'holds',
  ),
  {
    is: 'a packet filter of somebody drops VRRP',
    on: 'backup',
    by: `${filter('input')}; nft add rule ip mine some ip protocol 112 drop; sleep 5`,
    plan: ['firewall[web]'],
    verify: 'fails',
    leaves: withoutFilter,
  },
  {
    is: 'a packet filter of somebody drops the service',
    on: 'realserver',
    by: `${filter('input')}; nft add rule ip mine some tcp dport 80 drop; sleep 8`,
    plan: ['firewall[web]'],
    verify: 'fails',
    leaves: withoutFilter,
  },
  refused(
    'master',
    'a packet filter of somebody drops VRRP on its way out',
    `${filter('output')}; nft add rule ip mine some ip protocol 112 drop; sleep 5`,
    { plan: ['firewall[web]'], verify: 'fails', words: 'nftables drops vrrp', remedy: withoutFilter },
  ),
  refused(
    'backup',
    'a packet filter of somebody bans the other director',
    `${filter('input')}; nft add rule ip mine some ip saddr "$MASTER" drop; sleep 5`,
    { plan: ['firewall[web]'], verify: 'fails', words: 'nftables drops vrrp', remedy: withoutFilter },
  ),
]
