import type { Datagram } from '../model/datagram.ts'
import { isAnswered } from '../model/datagram.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import type { Endpoint } from '../model/session.ts'
import { sh } from '../shell/quote.ts'

/** How many of the questions were answered, out of how many; `undefined` where the host has nothing that sends datagrams. */
export type DatagramReading = { readonly asked: number; readonly answered: number } | undefined

/**
 * Seconds an answer may take. Datagrams get lost, so a question is asked again, as clients do: from the same port, for
 * which a director keeps the realserver that it chose at first, so that one that never answers is not made up for by others.
 */
const patience = '1 2 3'

/**
 * Asks by datagrams of UDP, each from a port of its own and all at the same time, by bash, which knows them as files under
 * /dev/udp. Subjects: address, port, how often, bytes, and what the answer must be.
 */
export const datagrams: Sensor<DatagramReading> = {
  name: 'datagrams',
  waits: true,
  ask: (subjects) => sh`
us_ask() {
  us_port=\${1#* } us_sent=\${1#* * * }
  bash -c 'exec 3<>"/dev/udp/$0/$1" || exit 1
sent=$(printf %s "$2" | sed "s/../\\\\x&/g")
for patience in $3; do
  printf "$sent" | dd obs=65535 >&3
  said=$(timeout "$patience" dd bs=65535 count=1 <&3 | od -An -v -tx1 | tr -d " \n")
  [ -z "$said" ] || break
done
printf "%s\n" "\${said:--}"' "\${1%% *}" "\${us_port%% *}" "\${us_sent%% *}" ${patience} 2>/dev/null || echo -
}
if command -v bash >/dev/null 2>&1; then
  us_i=0
  for us_to in ${subjects}; do
    us_left=\${us_to#* } us_left=\${us_left#* } us_left=\${us_left%% *} us_n=0
    while [ "$us_n" -lt "$us_left" ]; do
      us_ask "$us_to" >"$us_tmp/datagram.$us_i.$us_n" &
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
