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
  /** Somebody stopped its processes by a signal, or froze it: it runs and does nothing. */
  readonly paused: boolean
  /** Seconds it has been on its way to `active`; 0 where it is not. */
  readonly activatingFor: number
  /** The words its main process was started with; empty where it does not run, or nobody may know. */
  readonly commandLine: readonly string[]
  /** Files of an administrator, not our own, that change what the unit of a package runs, or as whom. */
  readonly diverted: readonly string[]
}

const properties = [
  'Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,NeedDaemonReload,DropInPaths,CanReload,FreezerState',
  'ExecMainStartTimestamp,ActiveEnterTimestamp,StateChangeTimestamp,InactiveExitTimestampMonotonic',
  'ExecReload,ReloadResult,SourcePath,WantedBy,RequiredBy',
].join(',')

/** The unit's full name: systemd takes one without a suffix for a service. */
export function unitName(name: string): string {
  return /\.(service|socket|timer|path|mount|automount|swap|target|slice|scope|device)$/.test(name)
    ? name
    : `${name}.service`
}

/**
 * States of units: one call of systemctl for all, and one look at all processes for those that were stopped. Times are
 * asked for in UTC, because zones' names are ambiguous.
 */
export const units: Sensor<UnitReading> = {
  name: 'units',
  ask: (names) => sh`
if [ -d /run/systemd/system ]; then
  us_shown=$(TZ=UTC systemctl show -p ${properties} -- ${names.map(unitName)} 2>/dev/null)
  printf '%s\n\n# more\n' "$us_shown"
  read -r us_up _ </proc/uptime && printf 'uptime %s\n' "\${us_up%.*}"
  while :; do
    case $us_shown in *MainPID=*) ;; *) break ;; esac
    us_shown=\${us_shown#*MainPID=}; us_pid=\${us_shown%%[!0-9]*}
    if [ "\${us_pid:-0}" -gt 0 ] && [ -r "/proc/$us_pid/cmdline" ]; then
      printf '# runs %s\n' "$us_pid"; tr '\0' '\n' <"/proc/$us_pid/cmdline"
    fi
  done
  printf '\n# more\n'
  us_stopped=$(grep -sl '^State:[[:space:]]*T' /proc/[0-9]*/status)
  for us_f in $us_stopped; do
    printf 'stopped '; tr '\n' ' ' <"\${us_f%status}cgroup" 2>/dev/null; echo
  done
  us_i=0
  for us_u in ${names.map(unitName)}; do
    for us_d in /etc/systemd/system /run/systemd/system; do
      for us_f in "$us_d/$us_u.d"/*.conf; do
        [ -f "$us_f" ] || continue
        if [ "$us_d" = /etc/systemd/system ]; then printf 'amended %s %s\n' "$us_i" "$us_f"; fi
        if ! grep -qs ${managed} "$us_f" && grep -Eqs ${diverting} "$us_f"; then printf 'diverted %s %s\n' "$us_i" "$us_f"; fi
      done
    done
    us_f=/etc/systemd/system/$us_u
    if [ -f "$us_f" ] && ! [ -h "$us_f" ]; then
      for us_d in /usr/lib/systemd/system /lib/systemd/system; do
        [ -f "$us_d/$us_u" ] || continue
        if ! grep -qs ${managed} "$us_f" && [ "$(grep -E ${diverting} "$us_f")" != "$(grep -E ${diverting} "$us_d/$us_u")" ]; then
          printf 'diverted %s %s\n' "$us_i" "$us_f"
        fi
        break
      done
    fi
    us_i=$((us_i + 1))
  done
else
  echo 'no systemd'
fi`,
  read: (output, names) => {
    const systemd = !output.startsWith('no systemd')
    const [shown = '', running = '', rest = ''] = output.split(/^# more$/m)
    const blocks = shown.trim().split(/\n{2,}/)
    return new Map(
      names.map((name, index) => {
        const files = (word: string) =>
          [...rest.matchAll(new RegExp(`^${word} ${index} (.*)$`, 'gm'))].map(([, file = '']) => file)
        return [
          name,
          {
            ...readUnit(systemd, systemd ? (blocks[index] ?? '') : '', files('amended'), { running, rest }),
            diverted: files('diverted'),
          },
        ]
      }),
    )
  },
}

const managed = '^# Managed by Understudy'
/** What in systemd.service(5) and systemd.exec(5) makes a unit run something else, as somebody else or somewhere else. */
const diverting = '^[[:space:]]*(ExecStart|User|Group|RootDirectory|RootImage)[[:space:]]*='

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
function readUnit(
  systemd: boolean,
  text: string,
  amended: readonly string[],
  { running, rest }: { readonly running: string; readonly rest: string },
): Omit<UnitReading, 'diverted'> {
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? ''
  const mainPid = Number(value('MainPID') || 0)
  const active = value('ActiveState') || 'inactive'
  const began = Number(value('InactiveExitTimestampMonotonic') || 0) / 1_000_000
  return {
    systemd,
    load: value('LoadState') || 'not-found',
    active,
    sub: value('SubState'),
    enabled: isOrphan(value) ? 'disabled' : value('UnitFileState'),
    mainPid,
    loadedAt: Math.max(
      readTime(value('ExecMainStartTimestamp')) || readTime(value('ActiveEnterTimestamp')),
      reloadedAt(text),
    ),
    needDaemonReload:
      value('NeedDaemonReload') === 'yes' ||
      (value('LoadState') === 'loaded' &&
        amended.some((file) => !value('DropInPaths').split(' ').includes(file))),
    canReload: value('CanReload') === 'yes',
    paused: value('FreezerState') === 'frozen' || isStopped(value('Id'), rest),
    activatingFor:
      active === 'activating' ? Math.max(0, Number(/^uptime (\d+)$/m.exec(running)?.[1] ?? 0) - began) : 0,
    commandLine: commandLineOf(mainPid, running),
  }
}

/** A script of /etc/init.d is a unit whether anything starts it at boot or not: its links decide (systemd-sysv-generator(8)). */
function isOrphan(value: (name: string) => string): boolean {
  return (
    value('UnitFileState') === 'generated' &&
    value('SourcePath').startsWith('/etc/init.d/') &&
    value('WantedBy') === '' &&
    value('RequiredBy') === ''
  )
}

/** The control group of a process of a service ends with the service's name, or goes on below it (cgroups(7)). */
function isStopped(unit: string, told: string): boolean {
  return [...told.matchAll(/^stopped (.*)$/gm)].some(([, groups = '']) =>
    groups.split(' ').some((group) => group.split('/').includes(unit)),
  )
}

function commandLineOf(pid: number, told: string): readonly string[] {
  if (pid === 0) return []
  const [, text = ''] = told.split(`# runs ${pid}\n`)
  return text.split(/^# /m)[0]?.trimEnd().split('\n') ?? []
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
