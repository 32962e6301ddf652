import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { fileAt } from '../sensors/files.ts'
import { type RouteReading, routeTo } from '../sensors/host-routes.ts'
import { unitText } from '../sensors/unit-texts.ts'
import { unitNamed } from '../sensors/units.ts'
import { lines } from '../shell/quote.ts'
import {
  type BootUnit,
  bootDifferences,
  bootUnitObstacle,
  bootUnitStands,
  installBootUnit,
  removeBootUnit,
  unitOfRoute,
} from './boot-unit.ts'
import { failedTrialOf, keepRoute, lost, putBackRoute, trialOf, tryRoute } from './guarded-route.ts'
import { cluster, ipAddress, ipDestination, networkDevice } from './network-fields.ts'
import { refuse } from './refuse.ts'

const schema = z
  .strictObject({
    to: ipDestination.describe('The destination: a host, or a network such as 10.0.0.0/24.'),
    via: ipAddress.optional().describe('The router on the way.'),
    dev: networkDevice.optional().describe('The device it leaves by.'),
    src: ipAddress.optional().describe('The address this host uses as its own on the way.'),
    cluster,
    state: z
      .enum(['present', 'absent'])
      .default('present')
      .describe('`absent` takes it away, now and at boot.'),
  })
  .refine(({ via, dev, state }) => state === 'absent' || via || dev, {
    message: 'needs a router or a device',
    path: ['via'],
  })

type HostRoute = z.infer<typeof schema>

/** A route to a host or a network, now and at every boot. */
export const hostRoute: ResourceKind<
  HostRoute,
  {
    route: ReturnType<typeof routeTo>
    unit: ReturnType<typeof unitNamed>
    text: ReturnType<typeof unitText>
    trial: ReturnType<typeof fileAt>
    failed: ReturnType<typeof fileAt>
  }
> = {
  name: 'host_route',
  summary: 'A route to a host or a network, now and at every boot.',
  schema,
  subject: ({ to }) => to,
  inspect: ({ to }) => ({
    route: routeTo(to),
    unit: unitNamed(unitOfRoute(to)),
    text: unitText(unitOfRoute(to)),
    trial: fileAt(trialOf(to)),
    failed: fileAt(failedTrialOf(to)),
  }),
  converge: (wanted, { route, unit, text, trial, failed }) => {
    if (wanted.state === 'absent') return remove(wanted, route, text !== undefined)
    const boot = bootUnit(wanted)
    const obstacle = bootUnitObstacle(boot, unit)
    if (obstacle) return refuse(obstacle)
    const right = (['via', 'dev', 'src'] as const).every(
      (part) => wanted[part] === undefined || wanted[part] === route?.[part],
    )
    const stands = route !== undefined && right
    const lasting = bootUnitStands(boot, text, unit)
    const isOnTrial = trial.type !== 'absent'
    if (stands && lasting && !isOnTrial) return undefined
    if (!stands && failed.type !== 'absent') return refuse(lost(wanted.to))
    const differences: Difference[] = [
      ...(stands
        ? []
        : [{ is: 'attribute' as const, name: 'now', before: show(route), after: show(wanted) }]),
      ...bootDifferences(boot, text, lasting),
    ]
    const { to, via } = wanted
    return {
      summary: !stands ? 'add' : lasting ? 'keep' : 'bring it back at boot',
      differences,
      script: stands
        ? keepRoute(to, installBootUnit(boot))
        : tryRoute({ to, via, words: words(wanted), isSetBefore: text !== undefined }, installBootUnit(boot)),
      impact: 'none',
      disturbs: disturbedBy(to),
      // Nothing goes along with what may cut us off: the next program has to come soon.
      stopsByStatus: stands,
    }
  },
}

function remove({ to }: HostRoute, route: RouteReading, lasting: boolean): Change | undefined {
  if (!route && !lasting) return undefined
  return {
    summary: 'remove',
    differences: [{ is: 'attribute', name: 'now', before: show(route), after: undefined }],
    script: lines(removeBootUnit(unitOfRoute(to)), putBackRoute(to)),
    impact: 'none',
    disturbs: disturbedBy(to),
  }
}

/** At boot the device or the router's network may come up a little later than its target says. */
function bootUnit(wanted: HostRoute): BootUnit {
  const route = `ip route replace ${words(wanted).join(' ')}`
  return {
    name: unitOfRoute(wanted.to),
    description: `Route to ${wanted.to}`,
    cluster: wanted.cluster,
    order: ['Wants=network-online.target', 'After=network.target network-online.target'],
    start: [`for i in 1 2 3 4 5 6 7 8 9; do ${route} && exit 0; sleep 1; done; ${route}`],
    stop: [`ip route del ${wanted.to}`],
  }
}

function words({ to, via, dev, src }: HostRoute): readonly string[] {
  return [to, ...(via ? ['via', via] : []), ...(dev ? ['dev', dev] : []), ...(src ? ['src', src] : [])]
}

function show(route: RouteReading): string | undefined {
  if (!route) return undefined
  const { via, dev, src } = route
  return [via && `via ${via}`, dev && `dev ${dev}`, src && `src ${src}`].filter(Boolean).join(' ')
}

function disturbedBy(to: string): readonly string[] {
  const unit = unitOfRoute(to)
  return [
    'boot-units:route',
    `route:${to}`,
    `unit:${unit}`,
    `file:/etc/systemd/system/${unit}`,
    `file:${trialOf(to)}`,
    `file:${failedTrialOf(to)}`,
  ]
}
