import { type Failure, InvalidInput } from '../../model/failure.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import type { Control } from '../../model/task.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import type { ControlSpec, Entry } from './spec.ts'
import { specsIn } from './tree.ts'

/** A word of `meta`. */
interface Word {
  readonly controls: readonly Control[]
  /** The first host of the wave decides on it, for all of them. */
  readonly once?: true
}

/** What `meta` can do. */
const known: Readonly<Record<string, Word>> = {
  flush_handlers: { controls: [{ is: 'flush' }] },
  noop: { controls: [] },
  end_role: { controls: [{ is: 'end', of: 'role' }] },
  end_host: { controls: [{ is: 'end', of: 'play' }] },
  end_batch: { controls: [{ is: 'end', of: 'play' }], once: true },
  end_play: { controls: [{ is: 'end', of: 'all' }], once: true },
  clear_host_errors: { controls: [{ is: 'forgive' }], once: true },
  // Nothing, where the files of the inventory are what they were.
  refresh_inventory: { controls: [], once: true },
  // Facts are asked for with every inspection, and each step logs in anew.
  clear_facts: { controls: [] },
  reset_connection: { controls: [] },
}

/** What a `meta` task says. */
export function metaWord(parameters: Sourced): string {
  const action = 'entries' in parameters ? parameters.entries.get('action')?.value : undefined
  return action ? String(plain(action)) : ''
}

/** Does the first host of the wave decide on it for all? */
export function decidesForAll(parameters: Sourced): boolean {
  return known[metaWord(parameters)]?.once === true
}

/** What a `meta` task comes to. Throws InvalidInput. */
export function metaControls(parameters: Sourced): readonly Control[] {
  const word = metaWord(parameters)
  const found = known[word]
  if (found) return found.controls
  const origin = 'entries' in parameters ? parameters.entries.get('action')?.value.origin : undefined
  throw new InvalidInput([
    problem(
      'playbook-meta',
      `meta: "${word}" is not supported`,
      origin ?? parameters.origin,
      suggestion(word, Object.keys(known)),
    ),
  ])
}

/** Notes where a role is to end that is none. */
export function checkEndings(entries: readonly Entry[], areHandlers: boolean, problems: Failure[]): void {
  for (const one of specsIn(entries)) {
    if (!('word' in one) || !endsRole(one) || (one.role && !areHandlers)) continue
    problems.push(
      problem(
        'playbook-meta',
        `meta: "end_role" has no role to end ${areHandlers ? 'in a handler' : 'outside of one'}`,
        one.parameters.origin,
        areHandlers ? 'give the handler a "when"' : 'write "meta: end_host" for the rest of the play',
      ),
    )
  }
}

/** Does this task end its role? */
export function endsRole({ word, parameters }: Pick<ControlSpec, 'word' | 'parameters'>): boolean {
  return word === 'meta' && metaWord(parameters) === 'end_role'
}
