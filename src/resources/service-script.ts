import type { Script } from '../model/script.ts'
import { fingerprint } from '../sensors/configurations.ts'
import { loadedDirectory, unitName } from '../sensors/units.ts'
import { lines, sh } from '../shell/quote.ts'

/** What is done to a unit. */
export type Move = 'start' | 'stop' | 'reload' | 'restart'

/** What the script needs to know of the service. */
export interface ServiceUnit {
  readonly name: string
  readonly configuration: readonly string[]
}

/** The change of a service: daemon-reload, boot, move, a look whether it stays up, and the note of what it loaded. */
export function serviceScript(
  { name, configuration }: ServiceUnit,
  move: Move | undefined,
  boot: boolean | undefined,
  daemonReload: boolean,
): Script {
  const unit = unitName(name)
  return lines(
    sh`if [ ! -d /run/systemd/system ]; then echo 'this host does not run systemd' >&2; exit 1; fi`,
    ...(daemonReload ? [sh`systemctl daemon-reload`] : []),
    present(unit),
    ...(boot === undefined ? [] : [sh`systemctl ${boot ? 'enable' : 'disable'} -q -- ${unit}`]),
    ...(move === 'stop' ? [sh`systemctl stop -- ${unit}`] : []),
    ...(move && move !== 'stop' ? [load(unit, move, configuration)] : []),
  )
}

/** Ends the step with plain words where systemd knows no such unit or is forbidden to start it. */
function present(unit: string): Script {
  return sh`case $(systemctl show -p LoadState --value -- ${unit}) in
  not-found) echo ${`there is no unit ${unit} on this host: is its package installed?`} >&2; exit 1 ;;
  masked) echo ${`${unit} is masked: systemctl unmask ${unit} lets it start`} >&2; exit 1 ;;
esac
if [ "$(systemctl show -p NeedDaemonReload --value -- ${unit})" = yes ]; then systemctl daemon-reload; fi`
}

/**
 * The fingerprint is taken before the move: what is written while the service loads counts as not loaded, and
 * the next inspection makes it load again.
 */
function load(unit: string, move: Move, configuration: readonly string[]): Script {
  const noted = configuration.length > 0
  return lines(
    ...(noted ? [fingerprint, sh`us_print=$(us_fingerprint ${configuration})`] : []),
    sh`us_gone() {
  printf '%s\n' "$1" >&2
  journalctl --sync 2>/dev/null || :
  journalctl -u ${unit} -n 15 --no-pager -q >&2 2>/dev/null || :
  exit 1
}`,
    ...(move === 'start' ? [sh`systemctl reset-failed -- ${unit} 2>/dev/null || :`] : []),
    sh`systemctl ${move} -- ${unit} || us_gone ${`${unit} did not ${move}; its journal ends:`}
for us_i in 1 2 3; do
  sleep 0.4 2>/dev/null || sleep 1
  us_state=$(systemctl is-active -- ${unit} || :)
  if [ "$us_state" != active ]; then
    us_gone ${unit}" is $us_state after that; its journal ends:"
  fi
done`,
    ...(noted
      ? [
          sh`mkdir -p ${loadedDirectory}
printf '%s %s\n' "$(systemctl show -p InvocationID --value -- ${unit})" "$us_print" >${`${loadedDirectory}/.${unit}.new`}
mv -f -- ${`${loadedDirectory}/.${unit}.new`} ${`${loadedDirectory}/${unit}`}`,
        ]
      : []),
  )
}
