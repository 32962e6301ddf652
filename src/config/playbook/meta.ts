import { InvalidInput } from '../../model/failure.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import type { Control } from '../../model/task.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'

/** What `meta` can do here. */
const known: Readonly<Record<string, readonly Control[]>> = {
  flush_handlers: [{ is: 'flush' }],
  noop: [],
  end_play: [{ is: 'end' }],
  end_host: [{ is: 'end' }],
  end_batch: [{ is: 'end' }],
  // Facts are asked for with every inspection, and each step logs in anew.
  clear_facts: [],
  reset_connection: [],
}

/** What it cannot, and what to do instead. */
const refused: Readonly<Record<string, string>> = {
  clear_host_errors: 'use "rescue", which lets a host that failed go on',
  refresh_inventory: 'make two runs of it: an inventory is read once',
  end_role: 'give the tasks that follow a "when"',
}

/** What a `meta` task comes to. Throws InvalidInput. */
export function metaControls(parameters: Sourced): readonly Control[] {
  const action = 'entries' in parameters ? parameters.entries.get('action')?.value : undefined
  const word = action ? String(plain(action)) : ''
  const controls = known[word]
  if (controls) return controls
  const next = refused[word] ?? suggestion(word, Object.keys(known))
  throw new InvalidInput([
    problem(`meta: "${word}" is not supported`, action?.origin ?? parameters.origin, next),
  ])
}
