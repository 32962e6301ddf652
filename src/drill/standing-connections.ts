import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { arm, undoNow } from './deadman.ts'
import type { Passage } from './passage.ts'
import { handOnByIpvs, letGoOfIpvs, startOfIpvs } from './standing-in-ipvs.ts'

const id = 'standing-connections'
/** Seconds for which the old holder of a VIP goes on with the connections it had; who keeps them alive for longer loses them then. */
const lasts = 180
/** Where a device is known by that something was done to it: the old holder's, with what it had of `arp_ignore` and `arp_announce`. */
const mark = '/run/understudy-standing-'
/** How long the kernel remembers connections, and what it had there before. */
const timeouts = '/proc/sys/net/netfilter/nf_conntrack_tcp_timeout'
const remembered = '/run/understudy-remembered-connections'
/** Connections of its own that a machine tells apart: more of them than that take longer than anybody waits. */
const most = 10_000
/** Of routes of ours (rtnetlink(7), rtm_protocol), and the chain of filters that tells packets apart; nobody else uses them. */
const ours = 117

/**
 * Has the old holder of VIPs go on with the connections that stand, though their packets come to the new one from now on. That one
 * knows by the kernel's own table (conntrack, by tc-ct(8)) what began at it, and hands everything else to the other's network card.
 * Under IPVS the kernel's table of IPVS knows it. The other takes it, as the address stays its own in its routes alone: neighbours are told nothing of it. All of it ends by itself, and
 * where a machine cannot do it nothing is left of it: connections then break, as in any takeover.
 */
export function keepStanding(host: string, passages: readonly Passage[]): Script {
  const leaving = passages.filter(({ from }) => from.host === host)
  const coming = passages.filter(({ to }) => to.host === host)
  if (leaving.length + coming.length === 0) return letGo()
  // Whoever takes the packets does so for longer than they are sent there.
  const time = leaving.length > 0 ? lasts + 10 : lasts
  // On the way back the holder goes on handing to the other what is that one's, until this has the VIP again; and that one takes it.
  const former = leaving.length === 0 ? undoComing() : coming.length === 0 ? undoLeaving() : undo()
  const steps = [
    arm(id, undo(), time),
    ...devicesOf(leaving.map(({ from }) => from)).map(silence),
    ...leaving.map(({ address }) => takeStill(address)),
    ...devicesOf(coming.map(({ to }) => to)).map(tellApart),
    ...(coming.some(({ balanced }) => balanced) ? [startOfIpvs()] : []),
    ...coming.flatMap((passage) =>
      (passage.balanced ? handOnByIpvs : handOn)(passage, passages.indexOf(passage)),
    ),
    ...(coming.some(({ balanced }) => !balanced) ? [forgetSoon()] : []),
  ]
  return sh`${embed(undoNow(id, former))}
if ! (
${embed(
  lines(
    ...steps.map(
      (step) => sh`{ ${embed(step)}
} || exit 1`,
    ),
  ),
)}
) >/dev/null 2>&1; then
${embed(letGo())}
fi`
}

/** Ends it at once; right also where nothing was done. */
export function letGo(): Script {
  return undoNow(id, undo())
}

function devicesOf(ends: readonly { readonly device: string }[]): readonly string[] {
  return [...new Set(ends.map(({ device }) => device))]
}

/** An address in the routes alone is told of by ARP, and used to ask by ARP, unless the interface is told otherwise (ip-sysctl). */
function silence(device: string): Script {
  const settings = `/proc/sys/net/ipv4/conf/${device}`
  return sh`echo "$(cat ${settings}/arp_ignore) $(cat ${settings}/arp_announce)" >${mark}${device} &&
{ [ "$(cat ${settings}/arp_ignore)" -ge 1 ] || echo 1 >${settings}/arp_ignore; } &&
echo 2 >${settings}/arp_announce`
}

function takeStill(address: string): Script {
  return sh`ip ${familyOf(address)} route add local ${address} dev lo table local metric ${ours} proto ${ours}`
}

/** Traffic control of the machine's own stays alone: it would not come back. */
function tellApart(device: string): Script {
  return sh`! tc qdisc show dev ${device} | grep -Eq '^qdisc (clsact|ingress) ' &&
tc qdisc add dev ${device} clsact && : >${mark}${device}.clsact`
}

/**
 * The numbers tell filters of an address from those of others, and say in which order they are looked at. What the other one hands on
 * is not handed back, whatever it is.
 */
function handOn({ address, from, to }: Passage, index: number): readonly Script[] {
  const protocol = address.includes(':') ? 'ipv6' : 'ip'
  const first = 10 * index + 1
  const filter = sh`tc filter add dev ${to.device}`
  const toVip = sh`protocol ${protocol} flower dst_ip ${address} ip_proto tcp`
  const fromVip = sh`protocol ${protocol} flower src_ip ${address} ip_proto tcp`
  return [
    ownOf(address, sh`filter add dev ${to.device} ingress chain ${ours} pref ${first} ${embed(toVip)}`),
    sh`${embed(filter)} ingress chain ${ours} pref ${first + 1} ${embed(toVip)} ct_state +trk+est action ok`,
    sh`${embed(filter)} ingress chain ${ours} pref ${first + 2} ${embed(toVip)} ct_state +trk+new tcp_flags 0x2/0x12 action ct commit`,
    sh`${embed(filter)} ingress chain ${ours} pref ${first + 3} ${embed(toVip)} action skbmod set dmac ${from.mac} set smac ${to.mac} pipe action mirred egress redirect dev ${to.device}`,
    sh`${embed(filter)} egress pref ${first} ${embed(fromVip)} action ct`,
    sh`${embed(filter)} ingress pref ${first} ${embed(toVip)} src_mac ${from.mac} action ok`,
    sh`${embed(filter)} ingress pref ${first + 1} ${embed(toVip)} ct_state -trk action ct pipe action goto chain ${ours}`,
  ]
}

/**
 * Connections that stand at this machine itself since it held the VIP before: the kernel's table has seen nothing of how they began. Who
 * listens on both families names the addresses of IPv4 in those of IPv6.
 */
function ownOf(address: string, filter: Script): Script {
  return sh`ss -Htn state established state close-wait state fin-wait-1 state fin-wait-2 state closing state last-ack |
awk -v vip=${address} -v filter="${embed(filter)}" '
function split_at(text) { match(text, /:[0-9]+$/); port = substr(text, RSTART + 1); host = substr(text, 1, RSTART - 1); gsub(/[][]|%[^]:]*/, "", host); sub(/^::ffff:/, "", host) }
{ split_at($(NF - 1)); if (host != vip) next; to = port; split_at($NF); if (n++ < ${most}) print filter, "src_ip", host, "src_port", port, "dst_port", to, "action ok" }' |
{ tc -force -batch - || :; }`
}

/**
 * The kernel remembers a connection that is over for two minutes, and drops those that find its table full: at 200 new ones a second
 * 24,000 would lie there, where a small machine has room for 12,000 (nf_conntrack-sysctl).
 */
function forgetSoon(): Script {
  return sh`echo "$(cat ${timeouts}_time_wait) $(cat ${timeouts}_close)" >${remembered} &&
echo 1 >${timeouts}_time_wait && echo 1 >${timeouts}_close`
}

function undo(): Script {
  return lines(undoComing(), undoLeaving())
}

/** Of whom the packets come to. */
function undoComing(): Script {
  return sh`${embed(letGoOfIpvs())}
if [ -e ${remembered} ]; then
  if read -r us_wait us_close _ <${remembered}; then
    echo "$us_wait" >${timeouts}_time_wait; echo "$us_close" >${timeouts}_close
  fi
  rm -f ${remembered}
fi
for us_mark in ${mark}*.clsact; do
  [ -e "$us_mark" ] || continue
  us_device="\${us_mark#${mark}}"
  tc qdisc del dev "\${us_device%.clsact}" clsact 2>/dev/null || :
  rm -f "$us_mark"
done`
}

/** Of whose the connections are. */
function undoLeaving(): Script {
  return sh`ip -4 route flush table local proto ${ours} 2>/dev/null || :
ip -6 route flush table local proto ${ours} 2>/dev/null || :
for us_mark in ${mark}*; do
  case $us_mark in *.clsact) continue ;; esac
  [ -e "$us_mark" ] || continue
  us_settings="/proc/sys/net/ipv4/conf/\${us_mark#${mark}}"
  if read -r us_ignore us_announce _ <"$us_mark"; then
    echo "$us_ignore" >"$us_settings/arp_ignore"; echo "$us_announce" >"$us_settings/arp_announce"
  fi
  rm -f "$us_mark"
done`
}

const familyOf = (address: string) => (address.includes(':') ? '-6' : '-4')
