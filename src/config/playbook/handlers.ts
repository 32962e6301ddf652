import type { Failure } from '../../model/failure.ts'
import { quoted } from '../../model/quoted.ts'
import type { Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import type { Entry } from './spec.ts'
import { specsIn } from './tree.ts'

/** Names by which a handler of this name can be notified. */
export function namesOf(name: string, { role }: Entry): readonly string[] {
  return role ? [name, `${role.name} : ${name}`] : [name]
}

/** Notes what is notified and is no handler, as far as names are written out. */
export function checkNotified(
  tasks: readonly Entry[],
  handlers: readonly Entry[],
  problems: Failure[],
): void {
  const written = handlers.flatMap((handler) => [
    ...(handler.name ? namesOf(textOf(handler.name), handler) : []),
    ...handler.listen.map(textOf),
  ])
  if (written.some((name) => name.includes('{{'))) return
  const known = new Set(written)
  const notified = new Set(specsIn([...tasks, ...handlers]).flatMap(({ notify }) => notify))
  for (const one of notified) {
    const name = textOf(one)
    if (known.has(name) || name.includes('{{') || 'items' in one) continue
    problems.push(
      problem(
        'playbook-no-handler',
        `no handler of this play is called or listens to ${quoted(name)}`,
        one.origin,
        suggestion(name, [...known]) ?? 'write it under "handlers:" of the play',
      ),
    )
  }
}

function textOf(name: Sourced): string {
  return 'scalar' in name ? String(name.scalar) : ''
}
