import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { inSections, readSections } from './sections.ts'

/** Who answered when the host asked its segment for an address. */
export type ArpReading =
  /** Every hardware address that answered, lower case, each once. */
  | { readonly asked: true; readonly answers: readonly string[]; readonly thorough: boolean }
  /** The address is not on a segment of this host, or nothing here can ask. */
  | { readonly asked: false; readonly why: string }

/**
 * Asks for addresses by ARP. With arping (iputils) every answer to three requests is seen; without it the
 * neighbour table is emptied for the address and asked anew three times, which sees the answer the kernel took.
 */
export const arp: Sensor<ArpReading> = {
  name: 'arp',
  ask: (addresses) =>
    lines(
      sh`us_arp() {
  us_route=$(ip -4 route get "$1" 2>&1 | head -n 1)
  case $us_route in
    local*) echo '! the address is its own'; return 0 ;;
    *' via '*) echo '! it is reached through a router'; return 0 ;;
    *' dev '*) ;;
    *) printf '! %s\n' "$us_route"; return 0 ;;
  esac
  us_dev=$(printf '%s\n' "$us_route" | sed 's/.* dev \([^ ]*\).*/\1/')
  if command -v arping >/dev/null 2>&1; then
    echo thorough
    arping -c 3 -w 3 -I "$us_dev" "$1" 2>/dev/null || :
    return 0
  fi
  for us_n in 1 2 3; do
    ip neigh del "$1" dev "$us_dev" 2>/dev/null || :
    ping -c 1 -W 1 "$1" >/dev/null 2>&1 || :
    ip neigh show "$1" dev "$us_dev" || :
  done
}`,
      inSections(addresses.map((address) => sh`us_arp ${address}`)),
    ),
  read: (output, addresses) => readSections(output, addresses, readWho),
}

/** Asks who has `address`. */
export function arpAnswers(address: string): Query<ArpReading> {
  return { sensor: arp, subject: address, about: [`arp:${address}`] }
}

function readWho(text: string): ArpReading {
  const refused = /^! (.*)/m.exec(text)
  if (refused) return { asked: false, why: refused[1] ?? '' }
  const seen = [...text.toLowerCase().matchAll(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g)].map(([mac]) => mac)
  // Its own request is printed without an address of hardware; the broadcast address stands for none.
  const answers = [...new Set(seen)].filter((mac) => mac !== 'ff:ff:ff:ff:ff:ff')
  return { asked: true, answers, thorough: /^thorough$/m.test(text) }
}
