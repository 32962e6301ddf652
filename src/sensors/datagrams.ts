import type { Datagram } from '../model/datagram.ts'
import { isAnswered } from '../model/datagram.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import type { Endpoint } from '../model/session.ts'
import { sh } from '../shell/quote.ts'

/** How many of the questions were answered, out of how many; `undefined` where the host has nothing that sends datagrams. */
export type DatagramReading = { readonly asked: number; readonly answered: number } | undefined

/** Seconds an answer may take; a question that got lost is asked once more. */
const patience = 2

/**
 * Asks by datagrams of UDP, each from a port of its own and all at the same time, by bash, which knows them as files under
 * /dev/udp. Subjects: address, port, how often, bytes, and what the answer must be.
 */
export const datagrams: Sensor<DatagramReading> = {
  name: 'datagrams',
  waits: true,
  ask: (subjects) => sh`
us_ask() {
  timeout ${patience} bash -c 'exec 3<>"/dev/udp/$0/$1" || exit 1
printf "$(printf %s "$2" | sed "s/../\\\\x&/g")" | dd obs=65535 >&3
dd bs=65535 count=1 <&3 | od -An -v -tx1 | tr -d " \n"' "$1" "$2" "$3" 2>/dev/null
}
us_asked() {
  us_port=\${1#* } us_sent=\${1#* * * }
  us_said=$(us_ask "\${1%% *}" "\${us_port%% *}" "\${us_sent%% *}") || us_said=
  [ -n "$us_said" ] || us_said=$(us_ask "\${1%% *}" "\${us_port%% *}" "\${us_sent%% *}") || us_said=
  printf '%s\n' "\${us_said:--}"
}
if command -v bash >/dev/null 2>&1; then
  us_i=0
  for us_to in ${subjects}; do
    us_left=\${us_to#* } us_left=\${us_left#* } us_left=\${us_left%% *} us_n=0
    while [ "$us_n" -lt "$us_left" ]; do
      us_asked "$us_to" >"$us_tmp/datagram.$us_i.$us_n" &
      us_n=$((us_n + 1))
    done
    us_i=$((us_i + 1))
  done
  wait
  us_n=0
  while [ "$us_n" -lt "$us_i" ]; do
    cat "$us_tmp/datagram.$us_n".* | while IFS= read -r us_line; do printf '%s %s\n' "$us_n" "$us_line"; done
    us_n=$((us_n + 1))
  done
fi`,
  read: (output, subjects) =>
    new Map(
      subjects.map((subject, index): [string, DatagramReading] => {
        const [, , , , mask = '', value = ''] = subject.split(' ')
        const said = [...output.matchAll(new RegExp(`^${index} (.*)$`, 'gm'))].map(([, one]) => one)
        if (said.length === 0) return [subject, undefined]
        const wanted = { sent: '', mask, value }
        const answers = said.filter((one) => isAnswered(wanted, one === '-' ? undefined : one))
        return [subject, { asked: said.length, answered: answers.length }]
      }),
    ),
}

/** Asks somebody by a datagram, so many times. */
export function answersTo(
  { address, port }: Pick<Endpoint, 'address' | 'port'>,
  { sent, mask, value }: Datagram,
  times: number,
): Query<DatagramReading> {
  return { sensor: datagrams, subject: [address, port, times, sent, mask, value].join(' '), about: [] }
}
