import { type Application, placeOf, unitOf } from '../cluster/index.ts'
import type { Script } from '../model/script.ts'
import { noteRelease, stateOf, useRelease } from '../resources/release-script.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { healthScript } from './health.ts'

/** What the program that changes a version ends with. */
export const changeStatus = { wentBack: 3, notEvenBack: 4, nothingBefore: 5 } as const

/** Which version is to serve on a realserver, and whether that goes back to one before. */
export interface Move {
  readonly application: Application
  readonly to: string
  readonly back: boolean
}

/** Seconds that a change may take, with the way back from it. */
export function lasts({ application: { health } }: Move): number {
  // Beside waiting, whoever runs it may be slow to stop.
  return 2 * (health.within + 45)
}

/**
 * Lets another version serve, which is there already, and asks it whether it is well. Where it is not the version before
 * serves again: all of that is one program, so that a connection which is lost in the middle leaves nothing halfway.
 */
export function changeScript({ application, to, back }: Move, address: string): Script {
  const { name, health, keep, kind, service } = application
  const { base, current } = { ...placeOf(application) }
  const journal = service
    ? sh`journalctl -q --no-pager -o cat -n 12 -u ${unitOf(application)} >&2 || :`
    : sh`:`
  return lines(
    useRelease(name, service !== undefined),
    healthScript(application, address),
    sh`us_start() {
  ${embed(startScript(kind, application))}
}
us_is=$(readlink ${current}) || us_is=
us_is=\${us_is#releases/}
if [ ! -d ${`${base}/releases/${to}`} ]; then echo ${`the version ${to} of ${name} is not there any more`} >&2; exit 1; fi
if us_use ${to} && us_start && us_well ${health.within}; then
  ${embed(back ? wentBackTo(name, to) : noteRelease(name, to))}
  ${embed(pruneScript(name, base, keep))}
  exit 0
fi
echo ${`the version ${to} of ${name} did not become well within ${health.within} s: `}"\${us_said:-it cannot be started}" >&2
${embed(journal)}
if [ -z "$us_is" ] || [ "$us_is" = ${to} ]; then exit ${changeStatus.nothingBefore}; fi
if us_use "$us_is" && us_start && us_well ${health.within}; then exit ${changeStatus.wentBack}; fi
echo ${`the version before of ${name} is not well either: `}"\${us_said:-it cannot be started}" >&2
exit ${changeStatus.notEvenBack}`,
  )
}

/** nginx and Apache read what the link leads to at each request. */
function startScript(kind: Application['kind'], application: Application): Script {
  if (kind === 'service') {
    const unit = unitOf(application)
    return sh`systemctl reset-failed ${unit} 2>/dev/null || :; systemctl restart ${unit}`
  }
  if (kind === 'war')
    return sh`us_unit=tomcat10.service
  systemctl cat "$us_unit" >/dev/null 2>&1 || us_unit=tomcat.service
  systemctl restart "$us_unit"`
  return sh`:`
}

/** What came after it is history no more. */
function wentBackTo(name: string, to: string): Script {
  const history = `${stateOf(name)}/history`
  return sh`us_line=$(grep -nxF ${to} ${history} | tail -n 1 | cut -d : -f 1)
  if [ -n "$us_line" ]; then head -n "$us_line" ${history} >${`${history}.new`}; mv -f ${`${history}.new`} ${history}
  else ${embed(noteRelease(name, to))}; fi`
}

/** Takes away all but the newest, by when they last served. */
function pruneScript(name: string, base: string, keep: number): Script {
  const history = `${stateOf(name)}/history`
  return sh`tail -n 100 ${history} >${`${history}.new`}; mv -f ${`${history}.new`} ${history}
  us_kept=$(tac ${history} | awk '!seen[$0]++' | head -n ${keep})
  for us_dir in ${embed(sh`${`${base}/releases/`}*`)}; do
    us_one=\${us_dir##*/}
    if [ -d "$us_dir" ] && ! printf '%s\n' "$us_kept" | grep -qxF -- "$us_one"; then
      rm -rf -- "$us_dir" ${`${stateOf(name)}/`}"$us_one.sum" ${`${stateOf(name)}/`}"$us_one.unit" ${`${stateOf(name)}/`}"$us_one.env"
    fi
  done`
}
