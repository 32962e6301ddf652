import type { Sourced, SourcedEntry } from '../../model/sourced.ts'

/**
 * The keys of a task, with the module as one of them also where it is said by `action: MODULE …`. One that says
 * `local_action: MODULE …`, or `connection: local`, is the same as one delegated to this computer.
 */
export function withoutActions(
  entries: ReadonlyMap<string, SourcedEntry>,
): ReadonlyMap<string, SourcedEntry> {
  const action = entries.get('action')
  if (action)
    return withoutActions(
      new Map([...[...entries].filter(([name]) => name !== 'action'), ...actionIn(action)]),
    )
  const local = entries.get('local_action')
  const connection = entries.get('connection')
  const isLocal = connection && 'scalar' in connection.value && connection.value.scalar === 'local'
  if (!local && !isLocal) return entries
  const { key } = local ?? connection ?? { key: { file: '', line: 1, col: 1 } }
  const here: SourcedEntry = { key, value: { origin: key, scalar: 'localhost' } }
  const others = [...entries].filter(
    ([name]) => name !== 'local_action' && name !== 'delegate_to' && !(isLocal && name === 'connection'),
  )
  return new Map([...others, ...(local ? actionIn(local) : []), ['delegate_to', here]])
}

/** The module of it, and what it is told. */
function actionIn({ key, value }: SourcedEntry): readonly (readonly [string, SourcedEntry])[] {
  if ('entries' in value) {
    const named = value.entries.get('module')?.value
    const fields = new Map([...value.entries].filter(([name]) => name !== 'module'))
    const name = named && 'scalar' in named ? String(named.scalar) : ''
    return [[name, { key, value: { origin: value.origin, entries: fields } }]]
  }
  const text = 'scalar' in value ? String(value.scalar) : ''
  const [, name = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? []
  const told: Sourced = { origin: value.origin, scalar: rest === '' ? null : rest }
  return [[name, { key, value: told }]]
}
