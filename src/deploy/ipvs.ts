import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { type Drain, moment, refuseAlone, returnsWithin, untilScript } from './drain.ts'

/** The place of a realserver in one virtual service of the kernel. */
export interface IpvsPlace {
  /** As `ipvsadm -ln` heads it: `TCP 10.0.0.100:80`, `FWM 7`. */
  readonly heading: string
  /** As ipvsadm is told of it: `-t 10.0.0.100:80`, `-f 7 -6`. */
  readonly service: readonly string[]
  /** The realserver there. */
  readonly server: string
  readonly forwarding: 'dr' | 'nat' | 'tun'
  readonly weight: number
  /** Clients that came before come again. */
  readonly persistent: boolean
}

/** Seconds that keepalived has to find out that a realserver is not well. */
const findsOutWithin = 120

const flags = { dr: '-g', nat: '-m', tun: '-i' } as const

/**
 * By the weight 0 in the kernel's table (ipvsadm(8)), of which keepalived hears nothing. Where its check fails meanwhile it takes
 * the realserver out, and puts it in again with its weight: who keeps watch takes that back.
 */
export function drainIpvs(id: string, host: string, places: readonly IpvsPlace[]): Drain {
  const watch = `understudy-drain-${id}`
  const armed = `/run/understudy-undo-${id}.sh`
  const each = (work: (place: IpvsPlace) => ReturnType<typeof sh>) => lines(...places.map(work))
  const tools = lines(
    untilScript,
    sh`# Weight and connections of a realserver in a service: nothing where it is not there.
us_row() {
  ipvsadm -ln | awk -v s="$1" -v d="$2" '
/^(TCP|UDP|SCTP|FWM) / { found = ($1 " " $2 == s) }
found && $1 == "->" && $2 == d { print $4, $5 }'
}
us_balances() { ipvsadm -ln | awk -v s="$1" '$1 " " $2 == s { n++ } END { exit !n }'; }
us_others() {
  ipvsadm -ln | awk -v s="$1" -v d="$2" '
/^(TCP|UDP|SCTP|FWM) / { found = ($1 " " $2 == s) }
found && $1 == "->" && $2 != d && $4 > 0 && $3 != "Local" { n++ }
END { print n + 0 }'
}
us_weigh() { us_w=$(us_row "$1" "$2"); us_w=\${us_w%% *}; }`,
  )
  const weigh = ({ heading, service, server, forwarding }: IpvsPlace, from: 'any' | 'none', weight: number) =>
    sh`us_weigh ${heading} ${server}
if [ -n "$us_w" ] && [ "$us_w" ${embed(from === 'any' ? sh`!=` : sh`=`)} 0 ]; then
  ipvsadm -e ${service} -r ${server} ${flags[forwarding]} -w ${weight}
fi`
  const zero = each((place) => weigh(place, 'any', 0))
  const persistent = places.some((place) => place.persistent)
  const zeroWhile = (holds: Script) => sh`while ${embed(holds)}; do
${embed(zero)}
sleep 0.3 2>/dev/null || sleep 1
done`
  const watching = lines(tools, zeroWhile(sh`[ -e ${armed} ]`))
  const watched = (by: Script) =>
    sh`systemd-run --quiet --collect --unit=${watch} --description=${`${host} gets no connections meanwhile`} /bin/sh -c ${by}`
  const stopWatch = sh`systemctl stop ${`${watch}.service`} 2>/dev/null || :`
  const weighAgain = lines(
    ...(persistent ? [sh`sysctl -qw net.ipv4.vs.expire_quiescent_template=0`] : []),
    each((place) => weigh(place, 'none', place.weight)),
  )
  const untilFoundOut = lines(
    tools,
    sh`us_there() {
:
${embed(each(({ heading, server }) => sh`[ -z "$(us_row ${heading} ${server})" ] || return 0`))}
return 1
}
us_end=$(($(date +%s) + ${findsOutWithin}))`,
    zeroWhile(sh`us_there && [ "$(date +%s)" -lt "$us_end" ]`),
    weighAgain,
  )
  return {
    take: lines(
      tools,
      // Of one that was killed, or that waits for keepalived.
      stopWatch,
      each(
        ({ heading, server }) => sh`us_weigh ${heading} ${server}
if [ -n "$us_w" ] && [ "$us_w" != 0 ] && [ "$(us_others ${heading} ${server})" = 0 ]; then
  ${embed(refuseAlone(host, sh`${heading}`))}
fi`,
      ),
      ...(persistent ? [sh`sysctl -qw net.ipv4.vs.expire_quiescent_template=1`] : []),
      zero,
      watched(watching),
    ),
    give: lines(tools, stopWatch, weighAgain),
    // Until keepalived has found out, and taken it from the table itself: its checks may take longer than the change did.
    shun: lines(tools, stopWatch, watched(untilFoundOut)),
    left: lines(
      tools,
      sh`us_count() {
  {
    :
${embed(each(({ heading, server }) => sh`us_row ${heading} ${server}`))}
  } | awk '{ n += $2 } END { print n + 0 }'
}
us_none() { [ "$(us_count)" = 0 ]; }
us_until ${moment} us_none || :
us_count`,
    ),
    leave: sh`:`,
    back: lines(
      tools,
      each(
        ({
          heading,
          server,
        }) => sh`# Who has no table of it sends nobody anywhere, as while its keepalived does not run.
us_there() {
  us_balances ${heading} || return 0
  us_weigh ${heading} ${server}
  [ -n "$us_w" ] && [ "$us_w" != 0 ]
}
us_until ${returnsWithin} us_there || { echo ${`${server} is not in the table of ${heading} again`} >&2; exit 1; }`,
      ),
    ),
  }
}
