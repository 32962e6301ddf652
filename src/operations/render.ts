import { hostsOfCluster, tiersOf } from '../cluster/index.ts'
import { Failure } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import { quoted } from '../model/quoted.ts'
import { askFacts } from './asked-facts.ts'
import type { ConnectionOptions } from './options.ts'
import { loadPlaybook, type PlaybookOptions } from './playbook.ts'
import { lastWriting } from './rendered.ts'

/** Which file of which host. */
export interface RenderOptions extends PlaybookOptions, ConnectionOptions {
  /** Its name in the inventory. */
  readonly host: string
  /** Absolute path on the host. */
  readonly path: string
  /** Ends the questions under way. */
  readonly signal?: AbortSignal
}

/** A file as a playbook writes it. */
export interface Rendered {
  readonly text: string
  /** The task that writes it last. */
  readonly origin: Origin
}

/**
 * Tells what a playbook writes to a file of a host, whatever is there now. The host and those of its cluster are asked for what
 * they are, and for nothing else. Throws INVALID_INPUT where no task writes it, and what kept a host from being asked.
 */
export async function render(options: RenderOptions): Promise<Rendered> {
  const { host, path } = options
  const intent = await loadPlaybook({ ...options, limit: undefined }, 'asked')
  if (!intent.machines.has(host))
    throw new Failure('INVALID_INPUT', `the inventory has no host ${quoted(host)}`, {
      next: 'understudy inventory lists them',
    })
  const around = intent.clusters
    .flatMap(tiersOf)
    .map(hostsOfCluster)
    .filter((hosts) => hosts.includes(host))
    .flat()
  const hosts = new Map([...intent.machines].filter(([name]) => name === host || around.includes(name)))
  const { facts, notAsked } = await askFacts(hosts, options)
  const own = notAsked.find((one) => one.host === host)?.failure
  if (own) throw own
  const found = lastWriting(intent, { host, path, facts })
  if (found && !found.waits) return found
  if (found)
    throw new Failure(
      'INVALID_INPUT',
      `what ${path} is to hold on ${host} rests on what an earlier task tells`,
      {
        where: { host, origin: found.origin },
        next: 'understudy plan --diff shows it once that task has run',
      },
    )
  const [silent] = notAsked
  throw new Failure('INVALID_INPUT', `no task is known to write ${path} on ${host}`, {
    where: { host },
    next: silent
      ? `it may rest on ${silent.host}, which could not be asked: ${silent.failure?.message ?? 'interrupted'}`
      : 'give the path that it has on the host, such as /etc/keepalived/keepalived.conf',
  })
}
