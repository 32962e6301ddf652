import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { readSections } from './sections.ts'

/** Who answered when the host asked its segment for an address. */
export type ArpReading =
  /** Every hardware address that answered, lower case, each once. */
  | { readonly asked: true; readonly answers: readonly string[]; readonly thorough: boolean }
  /** The address is not on a segment of this host, or nothing here can ask. */
  | { readonly asked: false; readonly why: string }

/**
 * Asks for addresses by ARP, for all at the same time. arping shows every answer to a broadcast that comes within a
 * second; where none does it asks again, three times in all. Without arping the neighbour table is emptied for the
 * addresses and asked anew three times, which sees the answers the kernel took.
 *
 * `-c` is for the arping of iputils that knows no time (2019) and for those that know it only in seconds and a half:
 * they end with the third answer or request. Fewer would end it early where one holder answers twice; `-b` is something
 * else to the arping of Habets, and needless: what is asked a second time is asked when all have answered.
 */
export const arp: Sensor<ArpReading> = {
  name: 'arp',
  waits: true,
  ask: (addresses) => sh`
us_end='
'
us_i=0
: >"$us_tmp/arp-asked"
for us_a in ${addresses}; do
  us_route=$(ip -4 route get "$us_a" 2>&1) || :
  us_route=\${us_route%%"$us_end"*}
  {
    echo "# $us_i"
    case $us_route in
      local*) echo '! the address is its own' ;;
      *' via '*) echo '! it is reached through a router' ;;
      *' dev '*) us_dev=\${us_route#* dev }; echo "$us_i $us_a \${us_dev%% *}" >>"$us_tmp/arp-asked" ;;
      *) printf '! %s\n' "$us_route" ;;
    esac
  } >"$us_tmp/arp.$us_i"
  us_i=$((us_i + 1))
done
us_asked() {
  while read -r us_i us_a us_dev; do "$@"; done <"$us_tmp/arp-asked"
  wait
}
us_arping() {
  while read -r us_line; do
    case $us_line in *:*:*:*:*:*) return 0 ;; esac
  done <"$us_tmp/arp.$us_i"
  arping -c 3 -w 1 -I "$us_dev" "$us_a" >>"$us_tmp/arp.$us_i" 2>/dev/null &
}
us_ping() {
  ip neigh del "$us_a" dev "$us_dev" 2>/dev/null || :
  ping -c 1 -W 1 "$us_a" >/dev/null 2>&1 &
}
us_neighbour() { ip neigh show "$us_a" dev "$us_dev" >>"$us_tmp/arp.$us_i" || :; }
if command -v arping >/dev/null 2>&1; then
  echo thorough
  us_asked us_arping; us_asked us_arping; us_asked us_arping
else
  for us_n in 1 2 3; do us_asked us_ping; us_asked us_neighbour; done
fi
cat "$us_tmp"/arp.*`,
  read: (output, addresses) => {
    const thorough = output.startsWith('thorough')
    return readSections(output, addresses, (text) => readWho(text, thorough))
  },
}

/** Asks who has `address`. */
export function arpAnswers(address: string): Query<ArpReading> {
  return { sensor: arp, subject: address, about: [`arp:${address}`] }
}

function readWho(text: string, thorough: boolean): ArpReading {
  const refused = /^! (.*)/m.exec(text)
  if (refused) return { asked: false, why: refused[1] ?? '' }
  const seen = [...text.toLowerCase().matchAll(/\b(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}\b/g)].map(([mac]) =>
    padded(mac),
  )
  // Its own request is printed without an address of hardware; the broadcast address stands for none.
  const answers = [...new Set(seen)].filter((mac) => mac !== 'ff:ff:ff:ff:ff:ff')
  return { asked: true, answers, thorough }
}

/** The arping of busybox leaves leading zeros out. */
function padded(mac: string): string {
  return mac
    .split(':')
    .map((byte) => byte.padStart(2, '0'))
    .join(':')
}
