import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** What systemd says of a unit. */
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
  /**
   * When it last began to read its configuration, by a start or a reload that went well: seconds since the epoch, 0 while
   * it never did. What somebody had it read past systemd, by a signal, is not counted.
   */
  readonly loadedAt: number
  /** Its files changed since systemd read them. */
  readonly needDaemonReload: boolean
  readonly canReload: boolean
}

const properties = [
  ...[
    'Id',
    'LoadState',
    'ActiveState',
    'SubState',
    'UnitFileState',
    'MainPID',
    'NeedDaemonReload',
    'DropInPaths',
  ],
  ...[
    'CanReload',
    'ExecMainStartTimestamp',
    'ActiveEnterTimestamp',
    'StateChangeTimestamp',
    'ExecReload',
    'ReloadResult',
  ],
].join(',')

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
  TZ=UTC systemctl show -p ${properties} -- ${names.map(unitName)} 2>/dev/null
  us_i=0
  for us_u in ${names.map(unitName)}; do
    for us_f in /etc/systemd/system/"$us_u".d/*.conf; do
      if [ -e "$us_f" ]; then printf '\namended %s %s\n' "$us_i" "$us_f"; fi
    done
    us_i=$((us_i + 1))
  done
else
  echo 'no systemd'
fi`,
  read: (output, names) => {
    const blocks = output.split(/\n{2,}/)
    const systemd = !output.startsWith('no systemd')
    return new Map(
      names.map((name, index) => {
        const amended = [...output.matchAll(new RegExp(`^amended ${index} (.*)$`, 'gm'))].map(
          ([, file = '']) => file,
        )
        return [name, readUnit(systemd, systemd ? (blocks[index] ?? '') : '', amended)]
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
    loadedAt: Math.max(
      readTime(value('ExecMainStartTimestamp')) || readTime(value('ActiveEnterTimestamp')),
      reloadedAt(text),
    ),
    needDaemonReload:
      value('NeedDaemonReload') === 'yes' ||
      (value('LoadState') === 'loaded' &&
        amended.some((file) => !value('DropInPaths').split(' ').includes(file))),
    canReload: value('CanReload') === 'yes',
  }
}

/**
 * When its last reload began, if it went well. systemd forgets when the commands of a reload ran as soon as it reads its
 * units anew, and some units have none; then the unit's last change of state, with which a reload ends, has to do.
 */
function reloadedAt(text: string): number {
  const commands = [...text.matchAll(/^ExecReload=(.*)$/gm)].map(([, command = '']) => command)
  const began = commands.map((command) => readTime(/ start_time=\[(.*?)\] /.exec(command)?.[1] ?? ''))
  const ran = began.filter((time) => time > 0)
  if (ran.length > 0) {
    const allWell = commands.every((command) => / ignore_errors=yes | code=exited ; status=0 /.test(command))
    return allWell ? Math.min(...ran) : 0
  }
  if (!/^ReloadResult=success$/m.test(text)) return 0
  return readTime(/^StateChangeTimestamp=(.*)$/m.exec(text)?.[1] ?? '')
}

/** `Sat 2026-11-21 03:50:57 UTC`; 0 for none. */
function readTime(text: string): number {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(text) ?? []
  return day && time ? Date.parse(`${day}T${time}Z`) / 1000 : 0
}
