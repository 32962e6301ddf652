import type { Script } from '../../model/script.ts'
import { sh } from '../../shell/quote.ts'
import type { Struck } from '../fault.ts'

/** Where a fault hangs itself on an interface: filters at both its ends, or the queue in its middle. */
type Place = 'clsact' | 'root'

const marks = (place: Place) => `/run/understudy-drill-${place}-`

/** What stands in a place that is not free. */
const occupied = (place: Place) =>
  place === 'clsact' ? '^qdisc (clsact|ingress) ' : '^qdisc [a-z_]+ [1-9a-f][0-9a-f]*: root '

/** Takes a place that nobody else has: traffic control of the machine's own would not come back. */
export function occupy(device: string, place: Place, discipline: readonly string[]): Script {
  return sh`if tc qdisc show dev ${device} | grep -Eq ${occupied(place)}; then
  echo ${`${device} has traffic control of its own, which this drill would destroy`} >&2; exit 1
fi
: >${`${marks(place)}${device}`}
tc qdisc add dev ${device} ${discipline}`
}

/**
 * The same at both ends of every interface that leads to one of some addresses, and of the one given; all are looked at
 * before the first is taken. Their names are in `us_devices`.
 */
export function occupyWaysTo(addresses: readonly string[], device: string): Script {
  return sh`us_devices=$({
  echo ${device}
  for us_address in ${addresses}; do
    ip -o route get "$us_address" 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p'
  done
} | grep -vx lo | sort -u)
for us_device in $us_devices; do
  if tc qdisc show dev "$us_device" | grep -Eq ${occupied('clsact')}; then
    echo "$us_device has traffic control of its own, which this drill would destroy" >&2; exit 1
  fi
done
for us_device in $us_devices; do
  : >${marks('clsact')}"$us_device"
  tc qdisc add dev "$us_device" clsact
done`
}

/** Removes what stands in a place of an interface because of us, and nothing else. */
export const clear =
  (place: Place) =>
  ({ interface: device }: Struck): Script => {
    const mark = `${marks(place)}${device}`
    return sh`if [ -e ${mark} ]; then
  tc qdisc del dev ${device} ${place} 2>/dev/null || :; rm -f ${mark}
fi`
  }

/** The same at both ends of all interfaces. */
export function clearWays(): Script {
  return sh`for us_mark in ${marks('clsact')}*; do
  if [ -e "$us_mark" ]; then
    tc qdisc del dev "\${us_mark#${marks('clsact')}}" clsact 2>/dev/null || :
    rm -f "$us_mark"
  fi
done`
}
