import { InvalidInput } from '../../model/failure.ts'
import { showOrigin } from '../../model/origin.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import type { Resolver } from '../expressions/resolve.ts'
import type { Scope } from '../expressions/scope.ts'
import type { Joined } from '../inventory/index.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import type { ControlSpec } from './spec.ts'

const mark = 'groups at '

/** The name under which a host keeps what a task says of its groups: no variable can have it. */
export function regroupingOf({ origin }: Pick<ControlSpec, 'origin'>): string {
  return `${mark}${showOrigin(origin)}`
}

/** Is it such a name? */
export function isRegrouping(name: string): boolean {
  return name.startsWith(mark)
}

/** Names of groups as a task writes them, some of which may be computed. */
export function namesWritten({
  word,
  parameters,
}: Pick<ControlSpec, 'word' | 'parameters'>): readonly string[] {
  const fields = 'entries' in parameters ? parameters.entries : new Map()
  const names = word === 'group_by' ? ['key', 'parents'] : []
  return names.flatMap((name) => {
    const written: Sourced | undefined = fields.get(name)?.value
    return written ? wordsOf(plain(written)) : []
  })
}

/** What `group_by` or `add_host` says, on this host. Throws what computing it throws, and InvalidInput. */
export function joinedBy(
  { word, parameters, origin }: Pick<ControlSpec, 'word' | 'parameters' | 'origin'>,
  host: string,
  scope: Scope,
  resolver: Resolver,
): readonly Joined[] {
  const value = resolver.sourced(parameters, scope)
  const fields = new Map('entries' in value ? value.entries : [])
  const take = (...names: readonly string[]) => {
    const name = names.find((one) => fields.has(one))
    const found = name === undefined ? undefined : fields.get(name)?.value
    for (const one of names) fields.delete(one)
    return found && 'scalar' in found && found.scalar === null ? undefined : found
  }
  const needed = (found: Sourced | undefined, name: string) => {
    if (found && 'scalar' in found && String(found.scalar) !== '') return String(found.scalar)
    throw new InvalidInput([
      problem('playbook-grouping', `${word} needs a "${name}"`, origin, `write ${name}: NAME`),
    ])
  }
  if (word === 'group_by') {
    const group = needed(take('key'), 'key').replaceAll(' ', '-')
    const parents = take('parents')
    const [strange] = fields
    if (strange)
      throw new InvalidInput([
        problem(
          'playbook-grouping',
          `group_by has no option "${strange[0]}"`,
          strange[1].key,
          suggestion(strange[0], ['key', 'parents']),
        ),
      ])
    const above = parents ? wordsOf(plain(parents)).map((one) => one.replaceAll(' ', '-')) : ['all']
    return [{ host, group, parents: above, origin }]
  }
  const written = needed(take('name', 'hostname', 'host'), 'name')
  const groups = take('groups', 'groupname', 'group')
  const [, name = written, port] = /^([^:]+):(\d+)$/.exec(written) ?? []
  const given = [...fields].map(([one, { key, value: said }]) => ({ name: one, key, value: said }))
  const variables =
    port === undefined
      ? given
      : [{ name: 'ansible_port', key: origin, value: { origin, scalar: Number(port) } }, ...given]
  const itself: Joined = { host: name, parents: [], variables, origin }
  const all = groups ? wordsOf(plain(groups)) : []
  return [itself, ...all.map((group): Joined => ({ host: name, group, parents: ['all'], origin }))]
}

/** A list, or words with commas between. */
function wordsOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value.map(String) : String(value ?? '').split(',')
  return list.map((one) => one.trim()).filter((one) => one !== '')
}
