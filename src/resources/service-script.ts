import type { Script } from '../model/script.ts'
import { lastChange } from '../sensors/configurations.ts'
import { unitName } from '../sensors/units.ts'
import { lines, sh } from '../shell/quote.ts'

/** What is done to a unit. */
export type Move = 'start' | 'stop' | 'reload' | 'restart'

/** What the script needs to know of the service. */
export interface ServiceUnit {
  readonly name: string
  readonly configuration: readonly string[]
}

/** What is to be done to it; `undefined`: nothing. */
export interface ServiceMoves {
  readonly move: Move | undefined
  /** Whether it is to start at boot. */
  readonly boot: boolean | undefined
  readonly daemonReload: boolean
  /** Let processes that were stopped by a signal, or frozen, go on. */
  readonly wake: boolean
  /** Whether nothing may start it; `undefined`: as it is. */
  readonly mask?: boolean | undefined
}

/** The change of a service: daemon-reload, waking, boot, move, and a look whether it stays up. */
export function serviceScript(
  { name, configuration }: ServiceUnit,
  { move, boot, daemonReload, wake, mask }: ServiceMoves,
): Script {
  const unit = unitName(name)
  return lines(
    sh`if [ ! -d /run/systemd/system ]; then echo 'this host does not run systemd' >&2; exit 1; fi`,
    ...(daemonReload ? [sh`systemctl daemon-reload`] : []),
    ...(mask === false ? [sh`systemctl unmask -q -- ${unit}`] : []),
    ...(mask ? [] : [present(unit)]),
    ...(wake
      ? [sh`systemctl thaw -- ${unit} 2>/dev/null || :; systemctl kill --kill-who=all -s CONT -- ${unit}`]
      : []),
    ...(boot === undefined ? [] : [atBoot(unit, boot)]),
    ...(move === 'stop' ? [sh`systemctl stop -- ${unit}`] : []),
    ...(mask ? [sh`systemctl mask -q -- ${unit}`] : []),
    ...(move && move !== 'stop' ? [load(unit, move, configuration)] : []),
  )
}

/** Stops a unit whose place another one takes; first of all nothing may start it again, such as what watches it. */
export function giveWay(unit: string): Script {
  return sh`systemctl disable -q -- ${unit} 2>/dev/null || :
systemctl stop -- ${unit}`
}

/** Ends the step with plain words where systemd knows no such unit or is forbidden to start it. */
function present(unit: string): Script {
  return sh`us_unit=$(systemctl show -p LoadState,NeedDaemonReload,FragmentPath -- ${unit})
case $us_unit in
  *LoadState=not-found*) echo ${`there is no unit ${unit} on this host: is its package installed?`} >&2; exit 1 ;;
  *LoadState=masked*) echo ${`${unit} is masked: systemctl unmask ${unit} lets it start`} >&2; exit 1 ;;
esac
case $us_unit in *NeedDaemonReload=yes*) systemctl daemon-reload ;; esac`
}

/**
 * For a unit that has an init script beside it, Debian's systemctl would write its links of SysV too, and have systemd read
 * all its units anew twice more; systemd does not look at them (SYSTEMCTL_SKIP_SYSV in systemd's ENVIRONMENT.md).
 */
function atBoot(unit: string, boot: boolean): Script {
  return sh`case $us_unit in
  *FragmentPath=/run/systemd/generator*) ;;
  *) export SYSTEMCTL_SKIP_SYSV=1 ;;
esac
systemctl ${boot ? 'enable' : 'disable'} -q -- ${unit}`
}

/**
 * Times are compared by the second: what was written in the second of a load counts as not loaded, and the next inspection
 * makes it load again. So a load waits for the second after the last write.
 */
function load(unit: string, move: Move, configuration: readonly string[]): Script {
  return lines(
    ...(configuration.length > 0
      ? [
          lastChange,
          sh`us_written=$(us_changed ${configuration})
for us_i in 1 2 3 4 5; do
  if [ "$us_written" -lt "$(date +%s)" ]; then break; fi
  sleep 0.2 2>/dev/null || sleep 1
done`,
        ]
      : []),
    sh`us_gone() {
  printf '%s\n' "$1" >&2
  journalctl --sync 2>/dev/null || :
  journalctl -u ${unit} -n 15 --no-pager -q >&2 2>/dev/null || :
  exit 1
}`,
    ...(move === 'start' ? [sh`systemctl reset-failed -- ${unit} 2>/dev/null || :`] : []),
    sh`systemctl ${move} -- ${unit} || us_gone ${`${unit} did not ${move}; its journal ends:`}
us_left=25
for us_i in 1 2 3; do
  sleep 0.4 2>/dev/null || sleep 1
  us_state=$(systemctl is-active -- ${unit} || :)
  # HAProxy's master tells systemd that it loads anew after its signal came, and is then as little active as it is gone.
  while [ "$us_state" = reloading ] && [ "$us_left" -gt 0 ]; do
    us_left=$((us_left - 1))
    sleep 0.4 2>/dev/null || sleep 1
    us_state=$(systemctl is-active -- ${unit} || :)
  done
  if [ "$us_state" != active ]; then
    us_gone ${unit}" is $us_state after that; its journal ends:"
  fi
done`,
  )
}
