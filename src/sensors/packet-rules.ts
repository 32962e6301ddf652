import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'

/** What one cluster's file of packet rules is to the kernel. */
export interface PacketRulesReading {
  /** Why this machine could have none. */
  readonly obstacle?: string
  /** Their file; absent where there is none. */
  readonly text?: string
  /** What the kernel has is what it makes of the file. */
  readonly loaded: boolean
}

/** Where the packet rules of a cluster lie, and what their tables are called. */
export function packetFileOf(name: string): string {
  return `/etc/understudy/packets-${name}.nft`
}
export function packetTableOf(name: string): string {
  return `understudy_${name}`
}

/**
 * What the kernel has is compared with what it makes of the file in a network of its own, so that nobody needs to know how nft
 * writes what it was told. The same network tells whether there are tables at all.
 */
const packetRules: Sensor<PacketRulesReading> = {
  name: 'packet-rules',
  ask: (names) =>
    lines(
      sh`us_why=
if ! command -v nft >/dev/null 2>&1; then us_why='nft is not installed'
elif unshare -n true 2>/dev/null; then
  us_why=$(unshare -n nft add table ip understudy_probe 2>&1) || us_why="its kernel has no nftables: $(printf '%s' "$us_why" | head -n 1)"
  case $us_why in 'its kernel'*) ;; *) us_why= ;; esac
fi
us_show() { nft list table ip "$1" 2>/dev/null; nft list table ip6 "$1" 2>/dev/null; }`,
      ...names.map((name, index) => {
        const [file, table] = [packetFileOf(name), packetTableOf(name)]
        return sh`printf '# %s\n' ${index}
if [ -n "$us_why" ]; then printf '! %s\n' "$us_why"; fi
if [ -f ${file} ] && [ -r ${file} ]; then
  echo present
  sed 's/^/|/' ${file}
  us_then=$(unshare -n sh -c 'nft -f "$1" && { nft list table ip "$2"; nft list table ip6 "$2"; } 2>/dev/null' sh ${file} ${table} 2>/dev/null) || :
  us_now=$(us_show ${table}) || :
  if [ -n "$us_then" ] && [ "$us_then" = "$us_now" ]; then echo loaded; fi
fi`
      }),
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
          ...(obstacle === undefined ? {} : { obstacle }),
          ...(/^present$/m.test(part) ? { text } : {}),
          loaded: /^loaded$/m.test(part),
        }
        return [name, reading]
      }),
    )
  },
}

/** Asks for the packet rules of a cluster. */
export function packetRulesOf(name: string): Query<PacketRulesReading> {
  return { sensor: packetRules, subject: name, about: [`packets:${name}`] }
}
