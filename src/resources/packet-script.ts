import { createHash } from 'node:crypto'
import { preferences } from '../sensors/packet-rules.ts'
import type { PacketWishes } from './packet-ruleset.ts'

type Family = 'ip' | 'ipv6'

/**
 * A program of POSIX sh that does by traffic control (tc-flower(8), tc-skbedit(8), tc-ct(8)) what `packetRuleset` does by nftables, for
 * kernels that have no tables for IP. Empty where there is nothing to do at all.
 *
 * `start` brings every interface that leads to other machines to what is written, filter by filter, so that no packet passes without
 * its mark meanwhile; `start DEVICE [IPV4 [IPV6]]` one alone, as if it had these addresses; `stop` takes all filters away.
 */
export function packetScript(name: string, { marks, masquerade }: PacketWishes): string {
  const rules = [
    ...marks.flatMap(({ mark, address, protocol, ports }) =>
      ports.map((port) => rule('mark', familyOf(address), [address, protocol, port], mark)),
    ),
    ...(['ip', 'ipv6'] as const).flatMap((family) => {
      const own = (all: readonly string[] = []) => all.filter((one) => familyOf(one) === family)
      const from = own(masquerade?.from)
      if (from.length === 0) return []
      return [
        ...own(masquerade?.except_from).map((one) => rule('as_it_is', family, ['src_ip', one])),
        ...own(masquerade?.except_to).map((one) => rule('as_it_is', family, ['dst_ip', one])),
        ...from.map((one) => rule('masquerade', family, [one])),
        rule('answers', family, []),
      ]
    }),
  ]
  return rules.length === 0
    ? ''
    : `${head}${firstPreferenceOf(name)}\n${verbs}rules() {\n${[...new Set(rules)].join('')}}\n${rest}`
}

function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ip'
}

/** The kernel takes no two filters for the same packets: each has a number that only these give it. */
function rule(verb: string, family: Family, packets: readonly string[], ...more: readonly number[]): string {
  const handle = hashOf([verb, family, ...packets].join(' ')) % 0x7fff_ffff
  return `  ${[verb, handle + 1, family, ...packets, ...more].join(' ')}\n`
}

/** The filters of each cluster have preferences of their own, the same on all its directors. */
function firstPreferenceOf(name: string): number {
  return preferences.from + preferences.each * (hashOf(name) % preferences.clusters)
}

function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0)
}

const head = `#!/bin/sh
# Managed by Understudy: what is changed here by hand is lost at the next apply.
# By traffic control: this kernel has no nftables for IP.
us_first=`

const verbs = `
# What stands already is put in its own place, so that no filter is ever missing. Those of one preference are all of one family.
put() { # HANDLE END PREFERENCE FAMILY WORDS...
  us_handle=$1 us_end=$2 us_pref=$((us_first + $3)) us_family=$4
  shift 4
  [ "$us_family" = ip ] || us_pref=$((us_pref + 1))
  us_kept="$us_kept$us_end $us_pref $us_handle
"
  tc filter replace dev "$us_device" "$us_end" protocol "$us_family" pref "$us_pref" handle "$us_handle" flower "$@" || us_status=1
}

own() { # FAMILY
  case $1 in ipv6) echo "$us_own6" ;; *) echo "$us_own4" ;; esac
}

mark() { # HANDLE FAMILY ADDRESS PROTOCOL PORT MARK
  put "$1" ingress 0 "$2" dst_ip "$3" ip_proto "$4" dst_port "$5" action skbedit mark "$6" pipe action ok
}

as_it_is() { # HANDLE FAMILY src_ip|dst_ip ADDRESS
  put "$1" egress 2 "$2" "$3" "$4" action ok
}

masquerade() { # HANDLE FAMILY NETWORK
  [ -z "$(own "$2")" ] || put "$1" egress 4 "$2" src_ip "$3" ct_state -trk action ct commit nat src addr "$(own "$2")" pipe action ok
}

answers() { # HANDLE FAMILY
  [ -z "$(own "$2")" ] || put "$1" ingress 6 "$2" dst_ip "$(own "$2")" ct_state -trk action ct nat pipe action ok
}

`

const rest = String.raw`
# Who leads to other machines. What keepalived makes for a VIP stands on such an interface, and has its packets from there.
devices() {
  us_made=$(ip -o link show type macvlan | sed 's/^[0-9]*: \([^:@]*\).*/\1/')
  for us_each in /sys/class/net/*; do
    us_name=${'$'}{us_each##*/}
    if [ "$(cat "$us_each/type" 2>/dev/null)" = 1 ] && ! printf '%s\n' "$us_made" | grep -qxF "$us_name"; then
      echo "$us_name"
    fi
  done
}

# The machine's own: of IPv4 VIPs come behind it, of IPv6 before.
own_of() { # DEVICE -4|-6
  case $2 in
    -4) ip -o -4 addr show dev "$1" scope global 2>/dev/null | head -n 1 ;;
    *) ip -o -6 addr show dev "$1" scope global -deprecated -temporary 2>/dev/null | tail -n 1 ;;
  esac | sed -n 's/.* inet6* \([^ /]*\).*/\1/p'
}

# What stands there of this cluster, but for what is another one on each interface.
show() {
  for us_end in ingress egress; do
    tc filter show dev "$us_device" "$us_end" 2>/dev/null | awk -v end="$us_end" -v from="$us_first" '
      $1 == "filter" { ours = 0; for (i = 2; i < NF; i++) if ($i == "pref") ours = ($(i + 1) >= from && $(i + 1) < from + ${preferences.each})
        if (ours) print end, $0; next }
      ours && $1 !~ /^(index|in_hw|not_in_hw)$/'
  done
}

# Of each filter that stands: END PREFERENCE HANDLE, a line each.
standing() {
  show | sed -n 's/^\([a-z]*\) filter .* pref \([0-9]*\) .* handle \(0x[0-9a-f]*\).*/\1 \2 \3/p' |
    while read -r us_end us_pref us_handle; do echo "$us_end $us_pref $((us_handle))"; done
}

case ${'$'}{1:-} in
  start | stop) ;;
  show) us_device=$2; show; exit ;;
  devices) devices; exit ;;
  own) own_of "$2" "$3"; exit ;;
  *) echo 'usage: start [DEVICE [IPV4 [IPV6]]] | stop | show DEVICE | devices | own DEVICE -4|-6' >&2; exit 2 ;;
esac
us_status=0
for us_device in ${'$'}{2:-$(devices)}; do
  if [ $# -gt 1 ]; then us_own4=${'$'}{3:-} us_own6=${'$'}{4:-}
  else us_own4=$(own_of "$us_device" -4) us_own6=$(own_of "$us_device" -6); fi
  us_kept=
  if [ "$1" = start ]; then
    tc qdisc show dev "$us_device" | grep -q '^qdisc clsact ' || tc qdisc add dev "$us_device" clsact || us_status=1
    rules
  fi
  standing | while read -r us_end us_pref us_handle; do
    printf %s "$us_kept" | grep -qxF "$us_end $us_pref $us_handle" ||
      tc filter del dev "$us_device" "$us_end" pref "$us_pref" handle "$us_handle" flower
  done
  # Where nobody else has filters there, nothing is left.
  if [ "$1" = stop ] && [ -z "$(tc filter show dev "$us_device" ingress; tc filter show dev "$us_device" egress)" ]; then
    tc qdisc del dev "$us_device" clsact 2>/dev/null || :
  fi
done
exit "$us_status"
`
