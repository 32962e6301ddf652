import type { Difference } from '../model/change.ts'
import type { Script } from '../model/script.ts'
import type { UnitReading } from '../sensors/units.ts'
import { lines, sh } from '../shell/quote.ts'
import { replaceFile } from './small-file.ts'

/** A oneshot unit that brings something back at boot, whatever manages the host's network. */
export interface BootUnit {
  readonly name: string
  readonly description: string
  /** The cluster that asks for it, where one does. */
  readonly cluster?: string | undefined
  /** Lines of `[Unit]` that order it. */
  readonly order: readonly string[]
  /** Commands of POSIX sh without single quotes or backslashes, run in order; the first that fails fails the unit. */
  readonly start: readonly string[]
  readonly stop: readonly string[]
  /** What is run where it is reloaded, by itself or with another unit. */
  readonly reload?: readonly string[]
}

/** The text of its file, systemd.unit(5). */
export function bootUnitText({ description, cluster, order, start, stop, reload = [] }: BootUnit): string {
  return `# Written by understudy.
${cluster === undefined ? '' : `${heading(cluster)}\n`}[Unit]
Description=${description}
${order.join('\n')}

[Service]
Type=oneshot
RemainAfterExit=yes
Environment=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${start.map((command) => `ExecStart=/bin/sh -ec '${literal(command)}'`).join('\n')}
${reload.map((command) => `ExecReload=/bin/sh -ec '${literal(command)}'\n`).join('')}${stop.map((command) => `ExecStop=-/bin/sh -c '${literal(command)}'`).join('\n')}

[Install]
WantedBy=multi-user.target
`
}

/** Whether a unit of this text was asked for by a cluster. */
export function belongsTo(cluster: string, text: string): boolean {
  return text.split('\n').includes(heading(cluster))
}

function heading(cluster: string): string {
  return `# For the cluster ${cluster}.`
}

/** The unit that brings back a VIP on a realserver. */
export function unitOfVip(address: string): string {
  return `understudy-vip-${address.replaceAll(':', '-')}.service`
}

/** The unit that brings back the route to a destination. */
export function unitOfRoute(to: string): string {
  return `understudy-route-${to.replaceAll(/[:/]/g, '-')}.service`
}

/** Is it in place as wanted: its text, enabled, and run? */
export function bootUnitStands(unit: BootUnit, text: string | undefined, state: UnitReading): boolean {
  return text === bootUnitText(unit) && state.enabled === 'enabled' && state.active === 'active'
}

/** What it changes at boot where it does not stand as wanted. */
export function bootDifferences(unit: BootUnit, text: string | undefined, stands: boolean): Difference[] {
  return stands ? [] : [{ is: 'attribute', name: 'at boot', before: text && 'otherwise', after: unit.name }]
}

/** Why it cannot be put in place, if so: somebody decided that it must not run. */
export function bootUnitObstacle({ name }: BootUnit, { load, enabled }: UnitReading): string | undefined {
  if (load !== 'masked' && enabled !== 'masked') return undefined
  return `${name} is masked: systemctl unmask ${name} lets it bring this back at boot`
}

/** Puts it in place and starts it; its commands are such that running them again does no harm. */
export function installBootUnit(unit: BootUnit): Script {
  const path = `/etc/systemd/system/${unit.name}`
  return lines(
    sh`if [ ! -d /run/systemd/system ]; then
  echo 'this host does not run systemd, so nothing would bring this back at boot' >&2
  exit 1
fi`,
    replaceFile(path, sh`printf %s ${bootUnitText(unit)}`),
    sh`# This makes systemd read all units anew as well.
systemctl enable -q ${unit.name}
systemctl reset-failed ${unit.name} 2>/dev/null || :
systemctl start ${unit.name}`,
  )
}

/** Takes it away; its stop commands are the caller's to run as well, for a unit that never ran. */
export function removeBootUnit(name: string): Script {
  return sh`if [ -d /run/systemd/system ]; then systemctl disable -q --now ${name} 2>/dev/null || :; fi
rm -f /etc/systemd/system/${name}
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi`
}

/** systemd's own variables and specifiers, systemd.service(5), are not meant. */
function literal(command: string): string {
  return command.replaceAll(/[$%]/g, '$&$&')
}
