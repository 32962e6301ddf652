import type { Sourced } from '../../model/sourced.ts'
import type { Layer } from '../expressions/scope.ts'
import { secretByName } from '../secrets.ts'
import { aloneOf, defaultsOf, paramsOf, variablesOf } from './role-variables.ts'
import type { PlaySpec, Role } from './spec.ts'

/** What is said of variables, weakest first. */
type Layers = readonly Layer[]

/** Variables that stand in playbooks and roles: the same for every host and task, and made once for all of them. */
export interface WrittenLayers {
  /** One mapping of names and values. */
  of(mapping: Sourced | undefined): Layer
  /** Defaults that a play sees of all its roles. */
  defaultsIn(play: PlaySpec): Layers
  /** Variables that a play sees of all its roles. */
  variablesIn(play: PlaySpec): Layers
  /** What tasks of a role see of it and of those beside it. */
  role(role: Role): Readonly<Record<'defaults' | 'variables' | 'params', Layers>>
}

export function createWrittenLayers({
  merges,
  private: isPrivate,
}: {
  readonly merges?: boolean | undefined
  readonly private?: boolean | undefined
}): WrittenLayers {
  const ofMappings = new Map<Sourced, Layer>()
  const ofRoles = new Map<Role, ReturnType<WrittenLayers['role']>>()
  const ofPlays = new Map<
    readonly Role[],
    { readonly roles: number } & Record<'defaults' | 'variables', Layers>
  >()

  function of(mapping: Sourced | undefined): Layer {
    if (!mapping || !('entries' in mapping)) return nothing
    const known = ofMappings.get(mapping)
    if (known) return known
    const layer: Layer = new Map(
      [...mapping.entries].map(([name, { value }]) => [name, { sourced: secretByName(name, value) }]),
    )
    ofMappings.set(mapping, layer)
    return layer
  }

  /** Where mappings are merged, the weaker ones count, too. */
  function together(mappings: readonly (Sourced | undefined)[]): Layers {
    const layers = mappings.map(of).filter(({ size }) => size > 0)
    return merges || layers.length < 2 ? layers : [new Map(layers.flatMap((layer) => [...layer]))]
  }

  /** A play that is being read comes by more roles. */
  function exposedBy({ exposed = [] }: PlaySpec) {
    const known = ofPlays.get(exposed)
    if (known?.roles === exposed.length) return known
    const alone = exposed.map(aloneOf)
    const made = {
      roles: exposed.length,
      defaults: together(alone.flatMap(defaultsOf)),
      variables: isPrivate ? [] : together(alone.flatMap(variablesOf)),
    }
    ofPlays.set(exposed, made)
    return made
  }

  return {
    of,
    defaultsIn: (play) => exposedBy(play).defaults,
    variablesIn: (play) => exposedBy(play).variables,
    role: (role) => {
      const made = ofRoles.get(role) ?? {
        defaults: together(defaultsOf(role)),
        variables: together(variablesOf(role)),
        params: together(paramsOf(role)),
      }
      ofRoles.set(role, made)
      return made
    },
  }
}

/** A layer of no variables. */
export const nothing: Layer = new Map()
