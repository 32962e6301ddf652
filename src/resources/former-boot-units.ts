import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { bootUnitsFor } from '../sensors/boot-units.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { belongsTo, removeBootUnit, unitOfRoute, unitOfVip } from './boot-unit.ts'
import { putBackRoute } from './guarded-route.ts'

const schema = z.strictObject({
  of: z.enum(['vip', 'route']).describe('Whether addresses or routes are meant.'),
  cluster: z.string().min(1).describe('Name of the cluster that had them made; those of others stay.'),
  keep: z
    .array(z.string())
    .default([])
    .describe('Addresses, or destinations of routes, that are still asked for.'),
})

type FormerBootUnits = z.infer<typeof schema>

/** What one of them brings back, as its unit takes it away. */
interface Former {
  readonly unit: string
  readonly address?: { readonly cidr: string; readonly device: string }
  readonly route?: string
}

/**
 * Addresses and routes that an earlier inventory of the cluster asked for, and this one does not: a VIP that nobody forwards
 * any more, or a way back through a gateway that is gone, would stay on a realserver for good.
 */
export const formerBootUnits: ResourceKind<FormerBootUnits, { found: ReturnType<typeof bootUnitsFor> }> = {
  name: 'former_boot_units',
  summary:
    'Addresses (loopback_vip) or routes (host_route) that an earlier inventory of the cluster asked for are gone, now and at boot.',
  schema,
  subject: ({ of }) => of,
  inspect: ({ of }) => ({ found: bootUnitsFor(of) }),
  converge: ({ of, cluster, keep }, { found }): Change | undefined => {
    const kept = new Set(keep.map(of === 'vip' ? unitOfVip : unitOfRoute))
    const former = found
      .filter(({ name, text }) => !kept.has(name) && belongsTo(cluster, text))
      .map(({ name, text }): Former => ({ unit: name, ...broughtBackBy(text) }))
    if (former.length === 0) return undefined
    return {
      summary: 'remove what nothing asks for any more',
      differences: former.map(({ unit, address, route }) => ({
        is: 'attribute',
        name: unit,
        before: address ? `${address.cidr} on ${address.device}` : (route ?? 'there'),
        after: undefined,
      })),
      script: lines(
        ...former.map(({ unit, address, route }) =>
          lines(
            removeBootUnit(unit),
            ...(address ? [removeAddress(address)] : []),
            ...(route ? [putBackRoute(route)] : []),
          ),
        ),
      ),
      impact: of === 'vip' ? 'restart' : 'none',
      disturbs: [
        `boot-units:${of}`,
        ...former.flatMap(({ unit, address, route }) => [
          `unit:${unit}`,
          `file:/etc/systemd/system/${unit}`,
          ...(address ? [`address:${address.cidr.replace(/\/.*/, '')}`] : []),
          ...(route ? [`route:${route}`] : []),
        ]),
      ],
    }
  },
}

function broughtBackBy(text: string): Pick<Former, 'address' | 'route'> {
  const [, cidr, device] = /^ExecStop=.*'ip addr del ([0-9a-f.:/]+) dev ([\w.@-]+)'$/m.exec(text) ?? []
  if (cidr !== undefined && device !== undefined) return { address: { cidr, device } }
  const [, route] = /^ExecStop=.*'ip route del ([0-9a-f.:/]+)'$/m.exec(text) ?? []
  return route === undefined ? {} : { route }
}

/** The unit may never have run; the end of a tunnel without an address would still unpack what anybody sends. */
function removeAddress({ cidr, device }: { readonly cidr: string; readonly device: string }) {
  return lines(sh`ip addr del ${cidr} dev ${device} 2>/dev/null || :`, sh`${embed(downWhereEmpty(device))}`)
}

/** Closes the end of a tunnel that has no address left. */
export function downWhereEmpty(device: string) {
  if (!/^(tunl|ip6tnl)0$/.test(device)) return sh`:`
  return sh`if [ -z "$(ip -o addr show dev ${device} scope global 2>/dev/null)" ]; then ip link set ${device} down 2>/dev/null || :; fi`
}
