import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** Whether an address answers who sends it an ICMP echo request; `undefined` where the host has no ping. */
type PingReading = boolean | undefined

/** Asks addresses for an echo, all at the same time; each has two seconds, and a second try. */
export const pings: Sensor<PingReading> = {
  name: 'pings',
  waits: true,
  ask: (addresses) => sh`if command -v ping >/dev/null 2>&1; then
  for us_a in ${addresses}; do
    { if ping -c 2 -W 1 "$us_a" >/dev/null 2>&1; then echo "there $us_a"; fi; } &
  done
  wait
else echo none; fi`,
  read: (output, addresses) => {
    const said = output.split('\n')
    const none = said.includes('none')
    return new Map(
      addresses.map((address) => [address, none ? undefined : said.includes(`there ${address}`)]),
    )
  },
}

/** Asks whether an address answers to a ping. */
export function pingOf(address: string): Query<PingReading> {
  return { sensor: pings, subject: address, about: [] }
}
