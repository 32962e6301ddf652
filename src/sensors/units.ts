import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** What systemd says of a unit, and what Understudy last made it load. */
export interface UnitReading {
  /** False where this host has no systemd to ask. */
  readonly systemd: boolean
  /** `loaded`, `not-found`, `masked`, `bad-setting` … */
  readonly load: string
  /** `active`, `inactive`, `failed`, `activating` … */
  readonly active: string
  readonly sub: string
  /** `enabled`, `disabled`, `static` …; empty where there is no such unit. */
  readonly enabled: string
  readonly mainPid: number
  /** Differs for each start of the unit; empty while it never ran. */
  readonly invocation: string
  /** When its main process, or else the unit itself, started: seconds since the epoch, 0 while it never did. */
  readonly startedAt: number
  /** Its files changed since systemd read them. */
  readonly needDaemonReload: boolean
  readonly canReload: boolean
  /** The start and the configuration of the last load that Understudy brought about. */
  readonly loaded?: { readonly invocation: string; readonly fingerprint: string }
}

/** Where the last load of each unit is noted: the invocation and the fingerprint of its configuration. */
export const loadedDirectory = '/var/lib/understudy/loaded'

const properties =
  'Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,InvocationID,ExecMainStartTimestamp,ActiveEnterTimestamp,NeedDaemonReload,DropInPaths,CanReload'

/** The unit's full name: systemd takes one without a suffix for a service. */
export function unitName(name: string): string {
  return /\.(service|socket|timer|path|mount|automount|swap|target|slice|scope|device)$/.test(name)
    ? name
    : `${name}.service`
}

/** States of units: one call of systemctl for all. Times are asked for in UTC, because zones' names are ambiguous. */
export const units: Sensor<UnitReading> = {
  name: 'units',
  ask: (names) => sh`
if [ -d /run/systemd/system ]; then
  TZ=UTC systemctl show -p ${properties} -- ${names.map(unitName)} 2>/dev/null | sed 's/^$/#/'
  us_i=0
  for us_u in ${names.map(unitName)}; do
    for us_f in /etc/systemd/system/"$us_u".d/*.conf; do
      if [ -e "$us_f" ]; then printf '\namended %s %s\n' "$us_i" "$us_f"; fi
    done
    if [ -r ${loadedDirectory}/"$us_u" ]; then printf '\nloaded %s %s\n' "$us_i" "$(cat ${loadedDirectory}/"$us_u")"; fi
    us_i=$((us_i + 1))
  done
else
  echo 'no systemd'
fi`,
  read: (output, names) => {
    const blocks = output.split(/^#$/m)
    const systemd = !output.startsWith('no systemd')
    return new Map(
      names.map((name, index) => {
        const loaded = new RegExp(`^loaded ${index} (\\S+) (\\S+)$`, 'm').exec(output)
        const amended = [...output.matchAll(new RegExp(`^amended ${index} (.*)$`, 'gm'))].map(
          ([, file = '']) => file,
        )
        const reading = readUnit(systemd, systemd ? (blocks[index] ?? '') : '', amended)
        return [
          name,
          loaded?.[1] && loaded[2]
            ? { ...reading, loaded: { invocation: loaded[1], fingerprint: loaded[2] } }
            : reading,
        ]
      }),
    )
  },
}

/** Asks for a unit; files of its own that systemd would have to read again count as what it is about. */
export function unitNamed(name: string): Query<UnitReading> {
  return { sensor: units, subject: name, about: [`unit:${unitName(name)}`, ...unitFiles(name)] }
}

/** Tokens of the files in which an administrator writes or amends this unit. */
export function unitFiles(name: string): readonly string[] {
  const path = `file:/etc/systemd/system/${unitName(name)}`
  return [path, `${path}.d`]
}

/** systemd overlooks the first file of a new folder of amendments until it reads everything anew. */
function readUnit(systemd: boolean, text: string, amended: readonly string[]): UnitReading {
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? ''
  return {
    systemd,
    load: value('LoadState') || 'not-found',
    active: value('ActiveState') || 'inactive',
    sub: value('SubState'),
    enabled: value('UnitFileState'),
    mainPid: Number(value('MainPID') || 0),
    invocation: value('InvocationID'),
    startedAt: readTime(value('ExecMainStartTimestamp')) || readTime(value('ActiveEnterTimestamp')),
    needDaemonReload:
      value('NeedDaemonReload') === 'yes' ||
      (value('LoadState') === 'loaded' &&
        amended.some((file) => !value('DropInPaths').split(' ').includes(file))),
    canReload: value('CanReload') === 'yes',
  }
}

/** `Sat 2026-11-21 03:50:57 UTC`; 0 for none. */
function readTime(text: string): number {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(text) ?? []
  return day && time ? Date.parse(`${day}T${time}Z`) / 1000 : 0
}
