import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { findWay } from '../shell/way.ts'

/** A route as ip-route(8) is told of it. */
export interface RouteWords {
  readonly to: string
  readonly via: string | undefined
  readonly words: readonly string[]
  /** A route of ours has been here: what stands there now is not what it was set over. */
  readonly isSetBefore: boolean
}

/** Seconds within which the next program of ours has to come by a new way: fewer than a run needs to give a machine up. */
const patience = 20

/** Where a machine notes that a route is on trial, with what stood there before. */
export function trialOf(to: string): string {
  return `/run/understudy.way.${to.replaceAll(/[:/]/g, '-')}`
}

/** The same once the trial has failed. */
export function failedTrialOf(to: string): string {
  return `${trialOf(to)}.late`
}

/** Why a way is not tried again. */
export function lost(to: string): string {
  return `the machine could not be reached by the new way for ${patience} s, and went back to the way before: see whether answers come back by it, and remove ${failedTrialOf(to)} there to try it again`
}

/**
 * Sets a route that may lead our own answers another way. Where nobody answers at the router of a default route nothing is
 * changed. Where our own way changes, the route is on trial: unless `keepRoute` comes in time the machine puts back what stood
 * there, as nobody else could reach it any more.
 */
export function tryRoute(route: RouteWords, lasting: Script): Script {
  const trial = trialOf(route.to)
  const note = sh`if [ -n "$us_stood" ] && [ ! -e ${replacedBy(route.to)} ]; then
  mkdir -p ${replaced}
  printf '%s\n' "$us_stood" >${replacedBy(route.to)}
fi`
  return lines(
    ...(route.via !== undefined && isDefault(route.to) ? [answers(route.via)] : []),
    sh`# The address that we come from, as the machine sees it.
${embed(findWay)}
us_peer=\${us_way%% *}
us_leads() { if [ -n "$us_peer" ]; then ip route get "$us_peer" 2>/dev/null | sed -n '1s/ uid .*//p'; fi; }
us_before=$(us_leads)
us_stood=$(ip ${familyOf(route.to)} route show ${route.to} 2>/dev/null) || us_stood=
ip route replace ${route.words}`,
    ...(route.isSetBefore ? [] : [note]),
    sh`if [ "$(us_leads)" != "$us_before" ]; then
  printf '%s\n' "$us_stood" >${trial}
  (
    trap '' HUP
    sleep ${patience}
    mv ${trial} ${failedTrialOf(route.to)} || exit 0
    ip route del ${route.words}
    while IFS= read -r us_line; do
      # What was there under another metric is there still.
      case $us_line in *' metric '* | '') continue ;; esac
      # shellcheck disable=SC2086 # words of ip's own
      ip ${familyOf(route.to)} route replace $us_line
    done <${failedTrialOf(route.to)}
  ) </dev/null >/dev/null 2>&1 &
else
${embed(lasting)}
fi`,
  )
}

/** Ends the trial of a route: this program has come, so the controller hears the machine. Then the route lasts. */
export function keepRoute(to: string, lasting: Script): Script {
  const trial = trialOf(to)
  const late = failedTrialOf(to)
  return lines(
    sh`if [ -e ${trial} ]; then mv ${trial} ${trial}.kept 2>/dev/null || :; fi
if [ -e ${late} ]; then echo ${lost(to)} >&2; exit 1; fi
rm -f ${trial}.kept`,
    lasting,
  )
}

/**
 * Takes a route away, and puts back what stood there before it was set. Where that was the way out, and nobody knows another one,
 * it stays: a machine without any could be reached from its neighbours alone.
 */
export function putBackRoute(to: string): Script {
  const family = familyOf(to)
  const onlyWay = `nobody noted which way out this machine had before; until another one is set it keeps this one, which no longer comes at boot`
  return sh`if [ -s ${replacedBy(to)} ]; then
  ip ${family} route del ${to} 2>/dev/null || :
  while IFS= read -r us_line; do
    # What was there under another metric is there still.
    case $us_line in *' metric '* | '') continue ;; esac
    # shellcheck disable=SC2086 # words of ip's own
    ip ${family} route replace $us_line || :
  done <${replacedBy(to)}
  rm -f ${replacedBy(to)}
elif ${embed(isDefault(to) ? sh`[ "$(ip ${family} route show default 2>/dev/null | grep -c .)" -lt 2 ]` : sh`false`)}; then
  echo ${onlyWay} >&2
else ip ${family} route del ${to} 2>/dev/null || :; fi`
}

/** Where machines note what stood where a route of ours stands. */
const replaced = '/var/lib/understudy/routes'

function replacedBy(to: string): string {
  return `${replaced}/${to.replaceAll(/[:/]/g, '-')}`
}

/** Waits until somebody has the address of a router: who takes it by VRRP may need some seconds. */
function answers(via: string): Script {
  const nobody = `nobody answers at ${via}: the way out was left as it is`
  return sh`if command -v ping >/dev/null 2>&1; then
  us_n=0
  until ping -c 1 -W 1 ${via} >/dev/null 2>&1; do
    # One that answers no echo has an address on the link all the same.
    case $(ip neigh show ${via} 2>/dev/null) in *lladdr*) break ;; esac
    us_n=$((us_n + 1))
    if [ "$us_n" -ge 10 ]; then echo ${nobody} >&2; exit 1; fi
    sleep 1
  done
fi`
}

function isDefault(to: string): boolean {
  return to === '0.0.0.0/0' || to === '::/0'
}

function familyOf(to: string): '-4' | '-6' {
  return to.includes(':') ? '-6' : '-4'
}
