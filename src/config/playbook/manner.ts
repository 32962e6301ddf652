import { showOrigin } from '../../model/origin.ts'
import type { Knowledge, Task } from '../../model/task.ts'
import type { Scope } from '../expressions/scope.ts'
import { attempted, type Expanding, waitingOn } from './expanding.ts'
import { decided, type Flag } from './flags.ts'
import { factsGathered } from './kinds.ts'
import { anyName } from './results.ts'
import type { Inherited, Loop, TaskSpec } from './spec.ts'
import { awaitedNames } from './told.ts'

type Manner = Pick<Task, 'once' | 'fatal' | 'ignoreErrors' | 'ignoreUnreachable' | 'decide'>

/** How a task concerns others, and what its failure means: at once, or when its turn comes where that is computed. */
export function mannerOf(
  written: Pick<Inherited, 'ignoreErrors' | 'ignoreUnreachable' | 'runOnce' | 'fatal'> & {
    readonly loop?: Loop
  },
  scopeWith: (known: Knowledge) => Scope,
  expanding: Expanding,
): Manner {
  const { ignoreErrors, ignoreUnreachable, runOnce, fatal, loop } = written
  const said = (decide: (flag: Flag, name: string) => boolean): Manner => ({
    ignoreErrors: decide(ignoreErrors, 'ignore_errors'),
    ...(decide(ignoreUnreachable, 'ignore_unreachable') ? { ignoreUnreachable: true } : {}),
    ...(decide(runOnce, 'run_once') ? { once: true } : {}),
    ...(fatal === undefined ? {} : { fatal: decide(fatal, 'any_errors_fatal') }),
  })
  if ([ignoreErrors, ignoreUnreachable, runOnce, fatal].every((one) => typeof one !== 'object'))
    return said((flag) => flag === true)
  return {
    decide: (known) => {
      const scope = scopeWith(known)
      const { resolver } = expanding
      const made = attempted(() =>
        said((flag, name) => {
          // Each item of a loop says it for itself.
          if (loop && name === 'ignore_errors' && typeof flag === 'object') return false
          return decided(flag, scope, resolver, name)
        }),
      )
      if ('value' in made) return { is: 'decided', ...made.value }
      return { is: 'waiting', on: waitingOn(made.error, expanding), resources: [] }
    },
  }
}

/** What the task says of the host, by its names where these are known. */
export function gathering(spec: TaskSpec): Pick<Task, 'assigns' | 'gathers' | 'remembered'> {
  const { tellsFacts, onlyInTurn } = spec.kind.module ?? {}
  const names = factsGathered(spec)
  if (names.length > 0) return { assigns: awaitedNames(spec, names), gathers: true, remembered: true }
  if (tellsFacts?.())
    return {
      assigns: awaitedNames(spec, [`${anyName}${showOrigin(spec.origin)}`]),
      gathers: 'any names',
      remembered: true,
    }
  return onlyInTurn ? { gathers: 'any names', remembered: true } : {}
}
