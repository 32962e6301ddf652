import type { Wound } from './wound.ts'

/** What may happen to a route that is there at every boot. */
export function woundsOfRoute(to: string): readonly Wound[] {
  const is = (what: string) => `the route to ${to} ${what}`
  // The units of routes begin so, and a machine has as many as it has routes.
  const each = (script: string) =>
    `for unit in /etc/systemd/system/understudy-route-*.service; do u=\${unit##*/}; ${script}; done`
  return [
    { is: is('is removed'), by: `ip route del ${to}` },
    { is: is('leads past the router'), by: `ip route replace ${to} dev vec0` },
    { is: is('leads nowhere'), by: `ip route del ${to}; ip route add blackhole ${to}` },
    { is: is('does not come back at boot'), by: each('systemctl disable -q "$u"') },
    {
      is: is('does not come back at boot, and is removed'),
      by: each('systemctl disable -q --now "$u"'),
    },
    { is: is('is another one after the next boot'), by: each(`sed -i 's/ via / metric 7 via /' "$unit"`) },
  ]
}

/** What may happen to what lets clients in. */
export function woundsOfFirewall(): readonly Wound[] {
  const drops = (what: string, rule: string): Wound => ({
    is: `somebody's rules of nftables drop ${what}`,
    by: `command -v nft >/dev/null || exit 0
nft -f - <<'RULES'
table inet mine {
  chain input {
    type filter hook input priority 0; policy accept;
    ${rule}
  }
}
RULES`,
    remedy: 'nft delete table inet mine 2>/dev/null',
    leaves: 'nft delete table inet mine 2>/dev/null',
  })
  return [
    drops('what comes to port 80', 'tcp dport 80 drop'),
    drops('VRRP', 'ip protocol 112 drop'),
    drops('what nobody asks for', 'udp dport 9 drop'),
  ]
}
