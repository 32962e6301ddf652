import type { Failure } from '../model/failure.ts'
import { ForeignModules } from './foreign/foreign-modules.ts'
import { inTurns } from './in-turns.ts'
import { intentOf, type LoadedIntent } from './intent.ts'
import type { IntentRequest } from './intent-request.ts'
import { type InventoryRequest, readMachines } from './machines.ts'
import { type AdHoc, adHocPlay } from './playbook/ad-hoc.ts'
import { endReading } from './reading-for.ts'

/** One thing to do on some hosts, without a playbook. */
export interface AdHocRequest extends InventoryRequest, AdHoc, Pick<IntentRequest, 'foreign' | 'onHosts'> {
  readonly packageRoot: string
}

/** The intent of a single task. Throws InvalidInput. */
export async function loadAdHoc(request: AdHocRequest): Promise<LoadedIntent> {
  const { inventory, machines, warn, meant, reads, secrets } = await readMachines(request)
  const problems: Failure[] = []
  const given = new Set<string>()
  const foreign = request.foreign && new ForeignModules(request.foreign)
  foreign?.place(request.directory)
  const specs = [adHocPlay(request, foreign)]
  endReading({ problems, warn, given, ...(foreign ? { foreign } : {}) })
  const parts = intentOf(specs, {
    inventory,
    machines,
    reads,
    secrets,
    request: { ...request, tags: [], skipTags: [] },
    problems,
    given,
    meant,
  })
  return inTurns(parts)
}
