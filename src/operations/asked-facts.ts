import { prepare } from '../engine/rollout.ts'
import type { Facts } from '../model/facts.ts'
import type { Failure } from '../model/failure.ts'
import { usualForks } from '../model/forks.ts'
import type { Host } from '../model/host.ts'
import { connector } from './connector.ts'
import { factsOf } from './facts-of.ts'
import { uninterrupted } from './interruption.ts'
import type { ConnectionOptions } from './options.ts'

/** What hosts said of themselves. */
export interface AskedFacts {
  readonly facts: ReadonlyMap<string, Facts>
  /** Hosts that could not be asked; without a failure where the questions were ended. */
  readonly notAsked: readonly { readonly host: string; readonly failure: Failure | undefined }[]
}

/** Asks hosts what they are, and nothing else. */
export async function askFacts(
  hosts: ReadonlyMap<string, Host>,
  options: ConnectionOptions & { readonly signal?: AbortSignal },
): Promise<AskedFacts> {
  const { open } = await connector(options)
  const { forks = usualForks, signal = uninterrupted } = options
  await using asked = await prepare(
    { hosts, plays: [], secrets: new Set(), warnings: [] },
    { connect: open, emit: () => {}, forks, signal },
  )
  return {
    facts: factsOf(asked.hosts),
    notAsked: asked.hosts.flatMap(({ host, facts, failure }) =>
      facts ? [] : [{ host: host.name, failure }],
    ),
  }
}
