import { sitesOf } from '../../fleet/file.ts'
import { layoutOf } from '../../fleet/layout.ts'
import { shapeVersion } from '../../fleet/names.ts'
import { connectEngine, type EngineOptions } from '../../nats/engine.ts'
import { openFleet } from '../../nats/fleet.ts'
import { type Missing, makeLayout, missingOn } from '../../nats/layout.ts'
import { engineOf } from './engine-of.ts'
import { readFleet } from './reading.ts'

/** What is to be made on the engine. */
export interface FleetInitOptions {
  readonly file: string
  readonly engine: Partial<Omit<EngineOptions, 'name'>>
  /** Say what would be made, and make nothing. */
  readonly dryRun?: boolean
}

/** What was, or would be, made or changed on the engine. */
export interface FleetInitResult {
  readonly fleet: string
  readonly engine: string
  readonly changes: readonly Missing[]
}

/**
 * Makes streams and buckets of a fleet on the engine, as its file says; a second time it changes nothing. Throws INVALID_INPUT where
 * something of another version, or of somebody else, has these names.
 */
export async function fleetInit({
  file,
  engine: given,
  dryRun = false,
}: FleetInitOptions): Promise<FleetInitResult> {
  const { said } = await readFleet(file)
  await using engine = await connectEngine({ ...engineOf(said, file, given), name: 'understudy fleet init' })
  const layout = layoutOf(said)
  const missing = await missingOn(engine, layout)
  // A site that no cluster names has nothing to do for a worker, whatever else is said of it.
  const sites = [...sitesOf({ sites: {}, clusters: said.clusters })]
  const isNew = missing.some(({ is }) => is === 'new')
  const known = isNew ? undefined : await (await openFleet(engine, said.fleet)).buckets.about.get('fleet')
  const sitesChange = JSON.stringify(known?.value.sites) !== JSON.stringify(sites)
  const changes: readonly Missing[] = [
    ...missing,
    ...(sitesChange
      ? [{ name: 'sites', is: known ? ('other' as const) : ('new' as const), what: sites.join(', ') }]
      : []),
  ]
  if (!dryRun && changes.length > 0) {
    if (missing.length > 0) await makeLayout(engine, layout)
    const { buckets } = await openFleet(engine, said.fleet)
    const made = known?.value.made ?? new Date().toISOString()
    await buckets.about.put('fleet', { v: shapeVersion, fleet: said.fleet, sites, made })
  }
  return { fleet: said.fleet, engine: engine.address, changes }
}
