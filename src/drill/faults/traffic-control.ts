import type { Script } from '../../model/script.ts'
import { preferences } from '../../sensors/packet-rules.ts'
import { embed, lines, sh } from '../../shell/quote.ts'
import type { Struck } from '../fault.ts'

/** Where a fault hangs itself on an interface: filters at both its ends, or the queue in its middle. */
type Place = 'clsact' | 'root'

const marks = (place: Place) => `/run/understudy-drill-${place}-`

/** `us_occupied DEVICE`: whether what stands in a place there would not come back. Marks for IPVS would: they are brought by a file. */
const occupied = (place: Place): Script =>
  place === 'clsact'
    ? sh`us_occupied() {
  tc qdisc show dev "$1" | grep -Eq '^qdisc (clsact|ingress) ' || return 1
  ! { tc filter show dev "$1" ingress; tc filter show dev "$1" egress; } 2>/dev/null |
    awk -v from=${preferences.from} -v until=${preferences.from + preferences.each * preferences.clusters} '
      { for (i = 2; i < NF; i++) if ($1 == "filter" && $i == "pref") { if ($(i + 1) >= from && $(i + 1) < until) ours = 1; else others = 1 } }
      END { exit others || !ours }'
}`
    : sh`us_occupied() { tc qdisc show dev "$1" | grep -Eq '^qdisc [a-z_]+ [1-9a-f][0-9a-f]*: root '; }`

/** They stood beside the filters of a fault, and went with them. */
const bringBackMarks = sh`for us_file in /etc/understudy/packets-*.sh; do
  if [ -e "$us_file" ]; then sh "$us_file" start || :; fi
done`

/**
 * Takes a place that nobody else has, on every one of some interfaces: traffic control of the machine's own would not come
 * back. All are looked at before the first is taken.
 */
export function occupy(devices: readonly string[], place: Place, discipline: readonly string[]): Script {
  return sh`us_devices=$(printf '%s\n' ${devices})
${embed(take(place, discipline))}`
}

function take(place: Place, discipline: readonly string[]): Script {
  const isThere =
    place === 'clsact' ? sh`tc qdisc show dev "$us_device" | grep -q '^qdisc clsact ' || ` : sh``
  return sh`${embed(occupied(place))}
for us_device in $us_devices; do
  if us_occupied "$us_device"; then
    echo "$us_device has traffic control of its own, which this drill would destroy" >&2; exit 1
  fi
done
for us_device in $us_devices; do
  : >${marks(place)}"$us_device"
  ${embed(isThere)}tc qdisc add dev "$us_device" ${discipline}
done`
}

/** Of some interfaces those that stand on none of the others: what a VLAN sends goes through the interface beneath, too. */
export function occupyLowest(
  devices: readonly string[],
  place: Place,
  discipline: readonly string[],
): Script {
  return sh`us_devices=$(for us_device in ${devices}; do
  us_above=
  for us_lower in ${devices}; do
    if [ -e "/sys/class/net/$us_device/lower_$us_lower" ]; then us_above=yes; fi
  done
  if [ -z "$us_above" ]; then printf '%s\n' "$us_device"; fi
done)
${embed(take(place, discipline))}`
}

/**
 * The same at both ends of every interface that leads to one of some addresses, and of those given; all are looked at
 * before the first is taken. Their names are in `us_devices`.
 */
export function occupyWaysTo(addresses: readonly string[], devices: readonly string[]): Script {
  return sh`us_devices=$({
  printf '%s\n' ${devices}
  for us_address in ${addresses}; do
    ip -o route get "$us_address" 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p'
  done
} | grep -vx lo | sort -u)
${embed(take('clsact', ['clsact']))}`
}

/** Removes what stands in a place of an interface because of us, and nothing else. */
export const clear =
  (place: Place) =>
  ({ interfaces }: Struck): Script =>
    lines(
      ...interfaces.map((device) => {
        const mark = `${marks(place)}${device}`
        return sh`if [ -e ${mark} ]; then
  tc qdisc del dev ${device} ${place} 2>/dev/null || :; rm -f ${mark}
fi`
      }),
      ...(place === 'clsact' ? [bringBackMarks] : []),
    )

/** The same at both ends of all interfaces. */
export function clearWays(): Script {
  return sh`for us_mark in ${marks('clsact')}*; do
  if [ -e "$us_mark" ]; then
    tc qdisc del dev "\${us_mark#${marks('clsact')}}" clsact 2>/dev/null || :
    rm -f "$us_mark"
  fi
done
${embed(bringBackMarks)}`
}
