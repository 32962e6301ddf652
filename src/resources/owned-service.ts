import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { type ContentReading, contentOf } from '../sensors/contents.ts'
import { unitName, unitNamed } from '../sensors/units.ts'
import { lines, sh } from '../shell/quote.ts'
import { refuse } from './refuse.ts'
import { serviceScript } from './service-script.ts'
import { replaceFile } from './small-file.ts'

const owned = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9_.@-]+$/, 'must be the name of a service')
    .describe('The service.'),
  cluster: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be the name of a cluster')
    .describe('Name of the cluster whose configuration it has.'),
}

const schema = z.strictObject(owned)

type Owned = z.infer<typeof schema>

/**
 * A service has one configuration as a whole, and so serves one cluster: whose it is stands on the machine, so that another one
 * cannot take it away unnoticed, and that nothing is ever stopped that Understudy did not set up.
 */
export const ownedService: ResourceKind<Owned, { note: ReturnType<typeof contentOf> }> = {
  name: 'owned_service',
  summary: 'A service whose whole configuration is that of one cluster: one of another cluster is refused.',
  schema,
  subject: ({ name }) => name,
  inspect: ({ name }) => ({ note: contentOf(ownershipNoteOf(name)) }),
  converge: ({ name, cluster }, { note }) => {
    const owner = ownerIn(note)
    if (owner === cluster) return undefined
    if (owner !== undefined)
      return refuse(
        `${name} is configured here as a part of the cluster ${owner}, and a machine's ${name} has one configuration: bring the VIPs and services of both into one cluster, each VIP with its own services and realservers, or give ${cluster} other machines; where ${owner} is no more, or was named anew, remove ${ownershipNoteOf(name)}`,
      )
    return {
      summary: `note that it is part of ${cluster}`,
      differences: [{ is: 'attribute', name: 'part of', before: undefined, after: cluster }],
      script: lines(sh`mkdir -p ${folder}`, replaceFile(ownershipNoteOf(name), sh`printf '%s\n' ${cluster}`)),
      impact: 'none',
      disturbs: [`file:${ownershipNoteOf(name)}`],
    }
  },
}

/**
 * A service that a machine had in an earlier shape of its cluster, and that nothing asks for any more: it is stopped, and starts
 * at no boot. One of another cluster, or that somebody set up by hand, is left alone.
 */
export const formerService: ResourceKind<
  Owned,
  { note: ReturnType<typeof contentOf>; unit: ReturnType<typeof unitNamed> }
> = {
  name: 'former_service',
  summary:
    'A service that an earlier inventory of the cluster asked for, and this one does not: stopped, and not started at boot.',
  schema,
  subject: ({ name }) => name,
  inspect: ({ name }) => ({ note: contentOf(ownershipNoteOf(name)), unit: unitNamed(name) }),
  converge: ({ name, cluster }, { note, unit }): Change | undefined => {
    if (ownerIn(note) !== cluster) return undefined
    const runs = ['active', 'reloading', 'refreshing', 'activating'].includes(unit.active)
    const boots = unit.enabled.startsWith('enabled')
    return {
      summary: runs ? 'stop, nothing needs it any more' : 'nothing needs it any more',
      differences: [
        ...(runs
          ? [{ is: 'attribute' as const, name: 'state', before: unit.active, after: 'inactive' }]
          : []),
        ...(boots
          ? [{ is: 'attribute' as const, name: 'at boot', before: unit.enabled, after: 'disabled' }]
          : []),
        { is: 'attribute', name: 'part of', before: cluster, after: undefined },
      ],
      script: lines(
        ...(runs || boots
          ? [
              serviceScript(
                { name, configuration: [] },
                {
                  move: runs ? 'stop' : undefined,
                  boot: boots ? false : undefined,
                  daemonReload: false,
                  wake: false,
                },
              ),
            ]
          : []),
        sh`rm -f ${ownershipNoteOf(name)}`,
      ),
      impact: !runs ? 'none' : unitName(name) === 'keepalived.service' ? 'failover' : 'restart',
      disturbs: [`unit:${unitName(name)}`, `file:${ownershipNoteOf(name)}`],
    }
  },
}

/** Where machines note whose their services are. */
const folder = '/var/lib/understudy/services'

/** Where a machine notes whose a service is. */
export function ownershipNoteOf(name: string): string {
  return `${folder}/${name}`
}

/** Name of the cluster whose it is; `undefined`: nobody's. */
export function ownerIn(note: ContentReading | undefined): string | undefined {
  return note?.is === 'read' ? new TextDecoder().decode(note.bytes).trim() || undefined : undefined
}
