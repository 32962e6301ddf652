import type { Script } from '../../model/script.ts'
import { embed, lines, sh } from '../../shell/quote.ts'
import type { Struck } from '../fault.ts'

/** Where a fault hangs itself on an interface: filters at both its ends, or the queue in its middle. */
type Place = 'clsact' | 'root'

const marks = (place: Place) => `/run/understudy-drill-${place}-`

/** What stands in a place that is not free. */
const occupied = (place: Place) =>
  place === 'clsact' ? '^qdisc (clsact|ingress) ' : '^qdisc [a-z_]+ [1-9a-f][0-9a-f]*: root '

/**
 * Takes a place that nobody else has, on every one of some interfaces: traffic control of the machine's own would not come
 * back. All are looked at before the first is taken.
 */
export function occupy(devices: readonly string[], place: Place, discipline: readonly string[]): Script {
  return sh`us_devices=$(printf '%s\n' ${devices})
${embed(take(place, discipline))}`
}

function take(place: Place, discipline: readonly string[]): Script {
  return sh`for us_device in $us_devices; do
  if tc qdisc show dev "$us_device" | grep -Eq ${occupied(place)}; then
    echo "$us_device has traffic control of its own, which this drill would destroy" >&2; exit 1
  fi
done
for us_device in $us_devices; do
  : >${marks(place)}"$us_device"
  tc qdisc add dev "$us_device" ${discipline}
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
    )

/** The same at both ends of all interfaces. */
export function clearWays(): Script {
  return sh`for us_mark in ${marks('clsact')}*; do
  if [ -e "$us_mark" ]; then
    tc qdisc del dev "\${us_mark#${marks('clsact')}}" clsact 2>/dev/null || :
    rm -f "$us_mark"
  fi
done`
}
