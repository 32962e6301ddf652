import { InvalidInput } from '../../model/failure.ts'
import type { Host } from '../../model/host.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import type { Scope } from '../expressions/scope.ts'
import { problem } from '../problem.ts'
import type { Expanding } from './expanding.ts'
import type { Fields } from './fields.ts'

/** Keywords that say how a host is reached, and what holds of the host. */
const words: Readonly<Record<string, (host: Host) => string | number | undefined>> = {
  remote_user: ({ user }) => user,
  port: ({ port }) => port ?? 22,
  connection: ({ connection }) => connection,
  become_method: ({ become }) => become?.method ?? 'sudo',
}

/** What a part of a play says of how its hosts are reached. */
export function reachingOf(fields: Fields): ReadonlyMap<string, Sourced> {
  return new Map(
    Object.keys(words).flatMap((word) => {
      const value = fields.raw(word)
      return value ? [[word, value] as const] : []
    }),
  )
}

/** Throws InvalidInput where a task wants its host to be reached otherwise than it is: one connection serves the run. */
export function checkReaching(
  reaching: ReadonlyMap<string, Sourced>,
  host: Host | undefined,
  scope: Scope,
  { resolver }: Pick<Expanding, 'resolver'>,
): void {
  for (const [word, written] of host ? reaching : []) {
    const value = String(plain(resolver.sourced(written, scope)) ?? '').replace(/^ansible\.builtin\./, '')
    const meant = word === 'connection' && /^(smart|paramiko)$/.test(value) ? 'ssh' : value
    const holds = host && words[word]?.(host)
    if (meant === '' || meant === String(holds)) continue
    throw new InvalidInput([
      problem(
        'playbook-connection-twice',
        `one connection to ${host?.name} serves the whole run, and this task says another ${word} than ${holds ?? 'the one of the ssh configuration'}`,
        written.origin,
        word === 'connection'
          ? 'write delegate_to: localhost where this computer is meant'
          : `write it at the play, or set ${word === 'remote_user' ? 'ansible_user' : `ansible_${word}`} in the inventory${word === 'remote_user' ? '; become_user at the task names who runs a step' : ''}`,
      ),
    ])
  }
}
