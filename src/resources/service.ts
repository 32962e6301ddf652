import { z } from 'zod'
import type { Change, Difference, Impact } from '../model/change.ts'
import type { ResourceKind, Upcoming } from '../model/resource.ts'
import { type ConfigurationReading, configurationAt } from '../sensors/configurations.ts'
import { fileAt } from '../sensors/files.ts'
import { type ListenersReading, listenersOn } from '../sensors/listeners.ts'
import { type ProgramReading, programOf } from '../sensors/programs.ts'
import { type UnitReading, unitFiles, unitName, unitNamed } from '../sensors/units.ts'
import { lines } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { predecessorQueries, predecessors, predecessorsIn } from './predecessors.ts'
import { refuse } from './refuse.ts'
import { otherConfiguration, otherProgram } from './running-configuration.ts'
import { giveWay, type Move, serviceScript } from './service-script.ts'

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^(?!-(?!\.(?:mount|slice)$))[A-Za-z0-9_.@:\\-]+$/, 'must be the name of a unit')
    .describe('The unit; `.service` may be left out.'),
  state: z
    .enum(['started', 'stopped', 'any'])
    .default('started')
    .describe('Whether it runs; a failed unit counts as stopped. `any`: it is left as it is.'),
  enabled: z.boolean().optional().describe('Whether it starts at boot; left alone where absent.'),
  masked: z.boolean().optional().describe('Whether nothing may start it; left alone where absent.'),
  configuration: z
    .array(absolutePath)
    .default([])
    .describe(
      'Files and directories the running service must have loaded; what was written after its last load makes it load anew.',
    ),
  on_change: z
    .enum(['reload', 'restart'])
    .default('reload')
    .describe('How it loads its configuration anew; a unit that cannot reload is restarted.'),
  listens: z
    .array(z.number().int().min(1).max(65_535))
    .default([])
    .describe('Ports of TCP it is to listen on: where somebody else has one, it is not started in vain.'),
  program: absolutePath
    .optional()
    .describe('The file it must run; where that is another one, or was replaced since, it is restarted.'),
  ...predecessors,
})

type Service = z.infer<typeof schema>

interface Found {
  readonly unit: UnitReading
  readonly configuration: ConfigurationReading
  readonly running?: ProgramReading
  /** Who listens on each of its ports. */
  readonly [port: `port ${number}`]: ListenersReading
  readonly [predecessor: `unit ${string}`]: UnitReading
}

/** A service of systemd. That it has loaded what lies on the disk is inspected, so no notification can get lost. */
export const service: ResourceKind<
  Service,
  {
    unit: ReturnType<typeof unitNamed>
    configuration: ReturnType<typeof configurationAt>
  }
> = {
  name: 'service',
  summary: 'A service that runs or not, starts at boot or not, and has loaded its configuration.',
  schema,
  shorthand: 'name',
  subject: ({ name }) => name.replace(/\.service$/, ''),
  inspect: ({ name, configuration, program, listens, ...earlier }) => ({
    ...predecessorQueries(earlier),
    unit: unitNamed(name),
    configuration: configurationAt(configuration),
    ...(program === undefined ? {} : { running: programOf(name) }),
    ...Object.fromEntries(listens.map((port) => [`port ${port}`, listenersOn(port)])),
  }),
  converge: (wanted, found, upcoming) => {
    const { unit, configuration, running }: Found = found
    const earlier = predecessorsIn(wanted, found)
    const obstacle = obstacleOf(wanted, unit) ?? squatterOf(wanted, found, earlier)
    if (obstacle) return refuse(obstacle)
    const reread = unit.needDaemonReload || touches(upcoming, wanted, unitFiles(wanted.name))
    const stale = wanted.configuration.length > 0 && !hasLoaded(unit, configuration)
    const replaced = programDifference(wanted, running, upcoming) ?? configurationDifference(wanted, unit)
    const wake = unit.paused && isRunning(unit) && wanted.state === 'started'
    const move = moveFor(wanted, unit, { reread, stale, replaced }, upcoming)
    const boot = bootFor(wanted, unit)
    const daemonReload = reread && wanted.state === 'started'
    const mask =
      wanted.masked !== undefined && wanted.masked !== (unit.load === 'masked') ? wanted.masked : undefined
    if (!move && boot === undefined && !daemonReload && !wake && mask === undefined) return undefined
    const former = move === 'start' ? earlier : []
    return describe(wanted, unit, { move, boot, daemonReload, replaced, wake, mask, former })
  },
}

/** Why the unit cannot be brought to run what it is to run, if so: nobody's decisions are undone behind their back. */
function obstacleOf(
  { name, state, masked, enabled }: Service,
  { load, diverted }: UnitReading,
): string | undefined {
  if (state === 'stopped' || masked) return undefined
  const unit = unitName(name)
  if (load === 'masked' && masked === undefined && (state === 'started' || enabled))
    return `${unit} is masked: systemctl unmask ${unit} lets it start`
  const [file] = diverted
  if (file === undefined) return undefined
  return `${file} makes ${unit} run something else, or as somebody else: remove it, then systemctl daemon-reload`
}

/** Who has a port that a unit needs which does not run, if anybody. */
function squatterOf(
  { name, state, listens }: Service,
  found: Found,
  earlier: readonly string[],
): string | undefined {
  if (state !== 'started' || isRunning(found.unit)) return undefined
  const unit = unitName(name)
  for (const port of listens) {
    const other = found[`port ${port}`]?.find((one) => one.unit !== unit)
    if (other && !earlier.includes(other.unit))
      return `port ${port} is taken by ${other.unit || 'a program without a unit'}: ${unit} could not start; stop that first`
  }
  return undefined
}

/** A daemon that was started with another configuration does not become right by loading that one again. */
function configurationDifference(
  { name, configuration }: Service,
  unit: UnitReading,
): Difference | undefined {
  const program = otherProgram(unit.commandLine, name)
  if (program !== undefined)
    return { is: 'attribute', name: 'runs', before: program, after: name.replace(/\.service$/, '') }
  const other = otherConfiguration(unit.commandLine, configuration)
  if (other === undefined) return undefined
  return { is: 'attribute', name: 'reads', before: other, after: configuration.join(', ') }
}

function isRunning({ active }: UnitReading): boolean {
  return active === 'active' || active === 'reloading' || active === 'refreshing'
}

/** Seconds after which a unit that is still on its way is taken to hang. */
const patience = 60

/**
 * Loaded is what was last changed before the second in which the service last began to read. Whoever loaded it: a note of
 * our own would still match after somebody edited a file, had it loaded, and the file was put back.
 */
function hasLoaded({ loadedAt }: UnitReading, { changedAt }: ConfigurationReading): boolean {
  return changedAt < loadedAt || changedAt === 0
}

/** A process keeps the file it was started from, whatever is installed in its place. */
function programDifference(
  { program }: Service,
  running: ProgramReading | undefined,
  upcoming: Upcoming,
): Difference | undefined {
  const path = running?.path
  if (program === undefined || path === undefined) return undefined
  const soon = path === program && upcoming.touches(fileAt(program))
  if (path === program && !soon) return undefined
  return { is: 'attribute', name: 'program', before: soon ? `${path} (deleted)` : path, after: program }
}

/** What speaks for loading anew. */
interface Causes {
  readonly reread: boolean
  readonly stale: boolean
  readonly replaced: Difference | undefined
}

/** How the unit gets where it is to be; `undefined`: it is there. */
function moveFor(
  wanted: Service,
  unit: UnitReading,
  { reread, stale, replaced }: Causes,
  upcoming: Upcoming,
): Move | undefined {
  const runs = isRunning(unit)
  if (wanted.state === 'any' || (wanted.masked && wanted.state === 'started')) return undefined
  if (wanted.state === 'stopped') return runs || unit.active === 'activating' ? 'stop' : undefined
  if (unit.activatingFor > patience) return 'restart'
  if (!runs) return 'start'
  if (replaced) return 'restart'
  const anew = stale || touches(upcoming, wanted, configurationAt(wanted.configuration).about)
  if (!anew && !(reread && wanted.on_change === 'restart')) return undefined
  return wanted.on_change === 'reload' && unit.canReload ? 'reload' : 'restart'
}

/** Whether to enable or disable it; units that have no say at boot, such as static ones, are as they must be. */
function bootFor({ enabled }: Service, unit: UnitReading): boolean | undefined {
  if (enabled === undefined) return undefined
  if (enabled) {
    const fixed = ['enabled', 'static', 'indirect', 'generated', 'alias', 'transient']
    return fixed.includes(unit.enabled) ? undefined : true
  }
  return unit.enabled.startsWith('enabled') ? false : undefined
}

function touches(upcoming: Upcoming, wanted: Service, about: readonly string[]): boolean {
  return upcoming.touches({ ...unitNamed(wanted.name), about })
}

/** What is done, and why. */
interface Decision {
  readonly move: Move | undefined
  readonly boot: boolean | undefined
  readonly daemonReload: boolean
  readonly replaced: Difference | undefined
  readonly wake: boolean
  /** Whether nothing may start it, where that changes. */
  readonly mask: boolean | undefined
  /** Units that give way to it. */
  readonly former: readonly string[]
}

function describe(
  wanted: Service,
  unit: UnitReading,
  { move, boot, daemonReload, replaced, wake, mask, former }: Decision,
): Change {
  const failed = unit.active === 'failed' && move === 'start' ? 'start, it had failed' : move
  const words = [
    ...(daemonReload ? ['have systemd read its files anew'] : []),
    ...(mask === undefined ? [] : [mask ? 'mask' : 'unmask']),
    ...(wake ? ['wake'] : []),
    ...(boot === undefined ? [] : [boot ? 'enable' : 'disable']),
    ...(failed ? [former.length > 0 ? `${failed} in the place of ${former.join(', ')}` : failed] : []),
  ]
  const differences: Difference[] = []
  if (mask !== undefined)
    differences.push({
      is: 'attribute',
      name: 'masked',
      before: mask ? 'no' : 'yes',
      after: mask ? 'yes' : 'no',
    })
  if (wake) differences.push({ is: 'attribute', name: 'processes', before: 'stopped', after: 'running' })
  if (move === 'start' || move === 'stop')
    differences.push({
      is: 'attribute',
      name: 'state',
      before: unit.load === 'not-found' ? undefined : unit.active,
      after: move === 'start' ? 'active' : 'inactive',
    })
  if (replaced && move === 'restart') differences.push(replaced)
  else if (move === 'reload' || move === 'restart')
    differences.push({
      is: 'attribute',
      name: 'configuration',
      before: 'of its last load',
      after: 'as on the disk',
    })
  if (boot !== undefined)
    differences.push({
      is: 'attribute',
      name: 'at boot',
      before: unit.enabled || undefined,
      after: boot ? 'enabled' : 'disabled',
    })
  return {
    summary: words.join(', '),
    differences,
    script: lines(...former.map(giveWay), serviceScript(wanted, { move, boot, daemonReload, wake, mask })),
    impact: former.length > 0 ? 'restart' : impactOf(wanted.name, move),
    disturbs: [wanted.name, ...former].map((one) => `unit:${unitName(one)}`),
    ...(move === 'restart'
      ? {
          keeps: [wanted.name, ...former]
            .map((one) => `unit:${unitName(one)}`)
            .concat(`restart:${unitName(wanted.name)}`),
        }
      : {}),
  }
}

/** The VIP lives and dies with keepalived; any other service takes at most itself away. */
function impactOf(name: string, move: Move | undefined): Impact {
  if (move === 'reload') return 'reload'
  if (move !== 'restart' && move !== 'stop') return 'none'
  return unitName(name) === 'keepalived.service' ? 'failover' : 'restart'
}
