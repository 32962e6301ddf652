import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { arpAsker } from './arp-asker.ts'
import { readSections } from './sections.ts'
import { solicitor } from './solicitor.ts'

/** Who answered when the host asked its segment for an address. */
export type NeighbourReading =
  /** Every hardware address that answered, lower case, each once; all of them where it was `thorough`. */
  | { readonly asked: true; readonly answers: readonly string[]; readonly thorough: boolean }
  /** The address is not on a segment of this host, or nothing here can ask. */
  | { readonly asked: false; readonly why: string }

/**
 * Asks for addresses, by ARP or by neighbour solicitation, for all at the same time. Our `arpAsker` and `solicitor`, and
 * arping where there is no Perl, show every answer to a broadcast that comes within a second; where none does they ask
 * again, three times in all. Without any of them the neighbour table is emptied for the address and asked anew three times, which sees the answers the
 * kernel took.
 *
 * `-c` is for the arping of iputils that knows no time (2019) and for those that know it only in seconds and a half:
 * they end with the third answer or request. Fewer would end it early where one holder answers twice; `-b` is something
 * else to the arping of Habets, and needless: what is asked a second time is asked when all have answered.
 */
export const neighbours = asking('neighbours', 3)

/** The same, once: what may be free is asked for, and somebody waits. */
const claimants = asking('claimants', 1)

function asking(name: string, tries: number): Sensor<NeighbourReading> {
  return {
    name,
    waits: true,
    ask: (addresses) => whoHave(addresses, tries),
    read: (output, addresses) => readSections(output, addresses, readWho),
  }
}

function whoHave(addresses: readonly string[], tries: number): Script {
  const times = Array.from({ length: tries }, (_, time) => `${time + 1}`)
  return sh`
us_end='
'
us_has() { command -v "$1" >/dev/null 2>&1; }
us_i=0
for us_a in ${addresses}; do
  us_by=us_table
  case $us_a in
    *:*)
      us_family=-6
      if us_has perl; then us_by=us_solicit; fi ;;
    *)
      us_family=-4
      if us_has perl; then us_by=us_arp; elif us_has arping; then us_by=us_arping; fi ;;
  esac
  us_route=$(ip "$us_family" route get "$us_a" 2>&1) || :
  us_route=\${us_route%%"$us_end"*}
  {
    echo "# $us_i"
    case $us_route in
      unreachable* | prohibit* | blackhole*) printf '! %s\n' "$us_route" ;;
      local*) echo '! the address is its own' ;;
      *' via '*) echo '! it is reached through a router' ;;
      *' dev '*) us_dev=\${us_route#* dev }; echo "$us_by $us_i $us_a \${us_dev%% *}" >>"$us_tmp/to-ask" ;;
      *) printf '! %s\n' "$us_route" ;;
    esac
  } >"$us_tmp/answers.$us_i"
  us_i=$((us_i + 1))
done
us_arping() {
  echo thorough
  for us_n in ${times}; do
    us_told=$(arping -c 3 -w 1 -I "$us_dev" "$us_a" 2>/dev/null) || :
    printf '%s\n' "$us_told"
    case $us_told in *:*:*:*:*:*) return 0 ;; esac
  done
}
us_arp() {
  if us_told=$(perl -e ${arpAsker} "$us_dev" "$us_a" ${tries} 2>/dev/null); then printf 'thorough\n%s\n' "$us_told"
  elif us_has arping; then us_arping
  else us_table; fi
}
us_solicit() {
  if us_told=$(perl -e ${solicitor} "$us_dev" "$us_a" ${tries} 2>/dev/null); then printf 'thorough\n%s\n' "$us_told"; else us_table; fi
}
us_table() {
  for us_n in ${times}; do
    ip neigh del "$us_a" dev "$us_dev" 2>/dev/null || :
    ping -c 1 -W 1 "$us_a" >/dev/null 2>&1 || :
    ip neigh show "$us_a" dev "$us_dev" || :
  done
}
if [ -e "$us_tmp/to-ask" ]; then
  while read -r us_by us_i us_a us_dev; do "$us_by" >>"$us_tmp/answers.$us_i" </dev/null & done <"$us_tmp/to-ask"
  wait
fi
cat "$us_tmp"/answers.*`
}

/** Asks who has `address`, up to three times. */
export function whoHas(address: string): Query<NeighbourReading> {
  return { sensor: neighbours, subject: address, about: [`neighbours:${address}`] }
}

/** Asks who has `address`, once: for a second at most. */
export function whoHasNow(address: string): Query<NeighbourReading> {
  return { sensor: claimants, subject: address, about: [`neighbours:${address}`] }
}

function readWho(text: string): NeighbourReading {
  const refused = /^! (.*)/m.exec(text)
  if (refused) return { asked: false, why: refused[1] ?? '' }
  const seen = [...text.toLowerCase().matchAll(/\b(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}\b/g)].map(([mac]) =>
    padded(mac),
  )
  // Its own request is printed without an address of hardware; the broadcast address stands for none.
  const answers = [...new Set(seen)].filter((mac) => mac !== 'ff:ff:ff:ff:ff:ff')
  return { asked: true, answers, thorough: /^thorough$/m.test(text) }
}

/** The arping of busybox leaves leading zeros out. */
function padded(mac: string): string {
  return mac
    .split(':')
    .map((byte) => byte.padStart(2, '0'))
    .join(':')
}
