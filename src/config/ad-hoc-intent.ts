import type { Failure } from '../model/failure.ts'
import { ForeignModules } from './foreign/foreign-modules.ts'
import { intentOf, type LoadedIntent } from './intent.ts'
import type { IntentRequest } from './intent-request.ts'
import { loadInventory } from './inventory/index.ts'
import { collectingWarnings, type InventoryRequest, machinesOf, sourcesFor } from './machines.ts'
import { type AdHoc, adHocPlay } from './playbook/ad-hoc.ts'
import { endReading } from './reading-for.ts'
import { secretReads } from './secret-reads.ts'
import { noSettings, usualConnection } from './settings/effects.ts'

/** One thing to do on some hosts, without a playbook. */
export interface AdHocRequest extends InventoryRequest, AdHoc, Pick<IntentRequest, 'foreign'> {
  readonly packageRoot: string
}

/** The intent of a single task. Throws InvalidInput. */
export async function loadAdHoc(request: AdHocRequest): Promise<LoadedIntent> {
  const { warn, warnings, meant } = collectingWarnings()
  const reads = secretReads(request.onSecret)
  const secrets = await sourcesFor(request, reads.learn)
  const { settings = noSettings, extraVars } = request
  const usually = usualConnection(settings)
  const inventory = await loadInventory(request.inventory, { extraVars, warn, secrets, usually })
  const machines = machinesOf(inventory, request.become === true, {
    warnings,
    reads,
    secrets,
    onlyLooks: true,
  })
  const problems: Failure[] = []
  const given = new Set<string>()
  const foreign = request.foreign && new ForeignModules(request.foreign)
  foreign?.place(request.directory)
  const specs = [adHocPlay(request, foreign)]
  endReading({ problems, warn, given, ...(foreign ? { foreign } : {}) })
  return intentOf(specs, {
    inventory,
    machines,
    reads,
    secrets,
    request: { ...request, tags: [], skipTags: [] },
    problems,
    given,
    meant,
  })
}
