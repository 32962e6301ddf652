import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { applicationUnit, baseOf, environmentText } from './application-unit.ts'
import { stateDirectory } from './state-directory.ts'

/** One version of an application on a host. */
export interface HostRelease {
  readonly name: string
  /** What its directory is called. */
  readonly release: string
  /** Sum of all that it holds. */
  readonly sum: string
  /** How systemd runs it; absent: somebody else serves what lies there. */
  readonly service?: {
    readonly command: string
    readonly user: string
    readonly port: number
    readonly environment: Readonly<Record<string, string>>
  }
}

/** What is known of an application and of its versions on a host, readable by root only. */
export const stateOf = (name: string): string => `${stateDirectory}/applications/${name}`

/** Where the unit of a version and its environment are kept, and what notes that all of it is there. */
export function partsOf(name: string, release: string) {
  const start = `${stateOf(name)}/${release}`
  return { sum: `${start}.sum`, unit: `${start}.unit`, environment: `${start}.env` }
}

/** The unit of an application as it stands where systemd looks for it. */
export const unitPath = (name: string): string => `/etc/systemd/system/app-${name}.service`

/** The unit of one version. */
export function unitText({ name, release, service }: HostRelease): string | undefined {
  return service && applicationUnit({ name, ...service }, partsOf(name, release).environment)
}

/**
 * Unpacks a version beside those that are there, which changes nothing for anybody: `$us_up_archive` is a tar archive that was
 * packed by gzip. What was unpacked halfway is unpacked anew.
 */
export function stageRelease(wanted: HostRelease): Script {
  const { name, release, sum, service } = wanted
  const base = baseOf(name)
  const place = `${base}/releases/${release}`
  const { sum: marker, unit, environment } = partsOf(name, release)
  return sh`umask 022
if [ -e ${marker} ] && [ -d ${place} ]; then
  if [ "$(cat ${marker})" != ${sum} ]; then echo ${otherContent(wanted)} >&2; exit 1; fi
else
  mkdir -p ${`${base}/releases`}
  (umask 077; mkdir -p ${stateOf(name)})
  us_room=$(mktemp -d ${`${base}/releases/.understudy.XXXXXXXX`})
  trap 'rm -rf -- "$us_room"' EXIT
  trap 'exit 130' INT TERM
  if ! tar -x -z -o -f "$us_up_archive" -C "$us_room"; then
    echo ${`the version ${release} of ${name} cannot be unpacked below ${base}: is the disk full?`} >&2; exit 1
  fi
  chmod 755 "$us_room"
${embed(service ? sh`  chgrp -- "$(id -gn ${service.user})" "$us_room"; chmod 750 "$us_room"` : sh`  :`)}
${embed(service ? written(unit, unitText(wanted) ?? '') : sh`  :`)}
${embed(service ? written(environment, environmentText(service.environment)) : sh`  :`)}
  rm -rf ${place}
  mv -- "$us_room" ${place}
  printf %s ${sum} >${`${marker}.new`}
  # What is later than this note was changed since: nothing of it may come from a clock that goes before.
  find ${place} -newer ${`${marker}.new`} -exec touch -r ${`${marker}.new`} {} +
  mv -f ${`${marker}.new`} ${marker}
fi`
}

/**
 * Makes a version that is there as a whole again what was brought, where somebody changed it: file by file, so that whoever serves from
 * there finds each. `$us_up_archive` is as for staging.
 */
export function mendRelease(wanted: HostRelease): Script {
  const { name, release, sum } = wanted
  const base = baseOf(name)
  const place = `${base}/releases/${release}`
  const { sum: marker } = partsOf(name, release)
  return sh`umask 022
if [ "$(cat ${marker})" != ${sum} ]; then echo ${otherContent(wanted)} >&2; exit 1; fi
us_room=$(mktemp -d ${`${base}/releases/.understudy.XXXXXXXX`})
trap 'rm -rf -- "$us_room"' EXIT
trap 'exit 130' INT TERM
tar -x -z -o -f "$us_up_archive" -C "$us_room" || exit 1
cd ${place} || exit 1
# What is not of it, or of another kind.
find . -depth ! -path . -exec sh -c 'for us_f; do
  if [ -d "$us_f" ] && [ ! -L "$us_f" ]; then
    if [ ! -d "$0/$us_f" ] || [ -L "$0/$us_f" ]; then rm -rf -- "$us_f"; fi
  elif [ ! -e "$0/$us_f" ] && [ ! -L "$0/$us_f" ] || [ -d "$0/$us_f" ] && [ ! -L "$0/$us_f" ]; then
    rm -f -- "$us_f"
  fi
done' "$us_room" {} +
cd "$us_room" || exit 1
find . -type d -exec sh -c 'for us_f; do mkdir -p -- "$0/$us_f"; done' ${place} {} + &&
find . ! -type d -exec sh -c 'for us_f; do mv -f -- "$us_f" "$0/$us_f" || exit 1; done' ${place} {} + || exit 1
touch ${marker}
find ${place} -newer ${marker} -exec touch -r ${marker} {} +`
}

/** Versions are never changed: what has one name is one thing. */
function otherContent({ name, release }: HostRelease): string {
  return `the version ${release} of ${name} is there already and holds something else: give what is new another version`
}

/** By `printf` of the shell, whose arguments nobody sees. */
function written(path: string, text: string): Script {
  return sh`  (umask 077; printf %s ${text} >${`${path}.new`}); mv -f ${`${path}.new`} ${path}`
}

/**
 * `us_use VERSION` makes a version that is there the one that serves: by a link that is replaced in one step. Afterwards the
 * unit that runs it, where there is one, is that of the version. It tells by its status whether all of that was done.
 */
export function useRelease(name: string, hasUnit: boolean): Script {
  const base = baseOf(name)
  const unit = unitPath(name)
  const installs = sh` &&
  cp -- ${`${stateOf(name)}/`}"$1.unit" ${`${unit}.new`} && chmod 644 ${`${unit}.new`} && mv -f ${`${unit}.new`} ${unit} &&
  systemctl daemon-reload`
  return sh`us_use() {
  ln -sfn "releases/$1" ${`${base}/current.new`} && mv -T -f ${`${base}/current.new`} ${`${base}/current`}${embed(hasUnit ? installs : sh``)}
}`
}

/** Notes that a version serves now: the last line is the newest, and what stands before it is what one goes back to. */
export function noteRelease(name: string, release: string): Script {
  return sh`printf '%s\n' ${release} >>${`${stateOf(name)}/history`}`
}

/** The first version of a host: nothing has to be stopped for it. */
export function firstRelease(wanted: HostRelease): Script {
  const { name, release } = wanted
  return lines(
    stageRelease(wanted),
    useRelease(name, wanted.service !== undefined),
    sh`us_use ${release}`,
    noteRelease(name, release),
  )
}
