import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'

/** What changes packets on a machine: nftables, or traffic control where the kernel has no tables for IP. */
export type PacketTool = 'nft' | 'tc'

/** What one cluster's packet rules are to the kernel. */
export interface PacketRulesReading {
  readonly tool: PacketTool
  /** Why this machine could have none. */
  readonly obstacle?: string
  /** Their file; absent where there is none. */
  readonly text?: string
  /** What the kernel has is what it makes of the file. */
  readonly loaded: boolean
}

/** Preferences of filters that are ours: each cluster has some, behind those that others choose and before those that tc does. */
export const preferences = { from: 20_000, each: 8, clusters: 2500 } as const

/** Where the packet rules of a cluster lie, and what their tables are called. */
export function packetFileOf(name: string, tool: PacketTool): string {
  return `/etc/understudy/packets-${name}.${tool === 'nft' ? 'nft' : 'sh'}`
}
export function packetTableOf(name: string): string {
  return `understudy_${name}`
}

/**
 * What the kernel has is compared with what it makes of the file in a network of its own, so that nobody needs to know how nft and tc
 * write what they were told. The same network tells whether there are tables at all.
 */
const packetRules: Sensor<PacketRulesReading> = {
  name: 'packet-rules',
  ask: (names) =>
    lines(
      sh`us_why=
us_tool=nft
if ! command -v nft >/dev/null 2>&1; then us_why='nft is not installed'
elif unshare -n true 2>/dev/null; then
  us_why=$(unshare -n nft add table ip understudy_probe 2>&1) || us_why="its kernel has no nftables: $(printf '%s' "$us_why" | head -n 1)"
  case $us_why in
    'its kernel'*) if unshare -n sh -ec ${probe} >/dev/null 2>&1; then us_tool=tc us_why=; fi ;;
    *) us_why= ;;
  esac
fi
us_show() { nft list table ip "$1" 2>/dev/null; nft list table ip6 "$1" 2>/dev/null; }
us_read() { [ -f "$1" ] && [ -r "$1" ] && echo present && sed 's/^/|/' "$1"; }`,
      ...names.map(
        (name, index) => sh`printf '# %s\n' ${index}
printf '= %s\n' "$us_tool"
if [ -n "$us_why" ]; then printf '! %s\n' "$us_why"; fi
if [ "$us_tool" = tc ]; then
  ${embed(filtersAt(packetFileOf(name, 'tc')))}
else
  ${embed(tablesAt(packetFileOf(name, 'nft'), packetTableOf(name)))}
fi`,
      ),
    ),
  read: (output, names) => {
    const parts = output.split(/^# (\d+)$/m)
    return new Map(
      names.map((name, index) => {
        const part = parts[parts.indexOf(String(index)) + 1] ?? ''
        const obstacle = /^! (.*)$/m.exec(part)?.[1]
        const text = part
          .split('\n')
          .filter((line) => line.startsWith('|'))
          .map((line) => `${line.slice(1)}\n`)
          .join('')
        const reading = {
          tool: /^= tc$/m.test(part) ? ('tc' as const) : ('nft' as const),
          ...(obstacle === undefined ? {} : { obstacle }),
          ...(/^present$/m.test(part) ? { text } : {}),
          loaded: /^loaded$/m.test(part),
        }
        return [name, reading]
      }),
    )
  },
}

/** Whether traffic control can mark packets here, and change whose they are. */
const probe = `tc qdisc add dev lo clsact
tc filter add dev lo ingress pref 1 protocol ip flower dst_ip 192.0.2.1 ip_proto tcp dst_port 1-2 action skbedit mark 1 pipe action ok
tc filter add dev lo egress pref 2 protocol ip flower src_ip 192.0.2.1 ct_state -trk action ct commit nat src addr 192.0.2.2 pipe action ok`

function tablesAt(file: string, table: string): Script {
  return sh`if us_read ${file}; then
  us_then=$(unshare -n sh -c 'nft -f "$1" && { nft list table ip "$2"; nft list table ip6 "$2"; } 2>/dev/null' sh ${file} ${table} 2>/dev/null) || :
  us_now=$(us_show ${table}) || :
  if [ -n "$us_then" ] && [ "$us_then" = "$us_now" ]; then echo loaded; fi
fi`
}

/** Filters of one interface are those of another, but for the machine's own address there. */
function filtersAt(file: string): Script {
  return sh`if us_read ${file}; then
  us_loaded=loaded
  for us_device in $(sh ${file} devices 2>/dev/null); do
    us_now=$(sh ${file} show "$us_device" 2>/dev/null) || :
    us_then=$(unshare -n sh -c 'sh "$1" start lo "$2" "$3" && sh "$1" show lo' sh ${file} "$(sh ${file} own "$us_device" -4)" "$(sh ${file} own "$us_device" -6)" 2>/dev/null) || :
    if [ -z "$us_then" ] || [ "$us_then" != "$us_now" ]; then us_loaded=; fi
  done
  if [ -n "$us_loaded" ]; then echo loaded; fi
fi`
}

/** Asks for the packet rules of a cluster. */
export function packetRulesOf(name: string): Query<PacketRulesReading> {
  return { sensor: packetRules, subject: name, about: [`packets:${name}`] }
}
