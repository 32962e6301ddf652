import { z } from 'zod'
import { absolutePath } from './fields.ts'

const condition = z.string().min(1)

/** When a command runs, where and on what input. */
export const guards = {
  creates: absolutePath.optional().describe('It has run already where this exists.'),
  removes: absolutePath.optional().describe('It has run already where this does not exist.'),
  unless: condition
    .optional()
    .describe('It has run already where this line of shell succeeds. Read-only: plans run it too.'),
  onlyif: condition
    .optional()
    .describe('It has run already where this line of shell fails. Read-only: plans run it too.'),
  changed_when: z
    .literal(false, {
      error: 'can only be false: a command that changes things says by creates, unless … when',
    })
    .optional()
    .describe('`false`: it only asks. Plans run it too, and `register` has its answer.'),
  always: z.boolean().default(false).describe('`true`: it runs in every run, and is shown as such.'),
  chdir: absolutePath.optional().describe('The directory it runs in.'),
  stdin: z.string().optional().describe('Its standard input; empty where absent.'),
}

const guardsSchema = z.object(guards)

/** When a command runs, where and on what input. */
export type Guards = z.infer<typeof guardsSchema>

/** Does it say when it has run already? */
export function isGuarded({ creates, removes, unless, onlyif }: Guards): boolean {
  return [creates, removes, unless, onlyif].some((guard) => guard !== undefined)
}

/** What is wrong with these guards together, if something is. */
export function guardProblem(given: Guards): string | undefined {
  const { changed_when, always } = given
  const guarded = isGuarded(given)
  if (changed_when === false && (always || guarded)) {
    return '`changed_when: false` is asked in every run: it goes with no other condition'
  }
  if (changed_when === false || always || guarded) return undefined
  return (
    'nothing says when it has run already: give `creates`, `removes`, `unless` or `onlyif`, ' +
    'or `changed_when: false` where it only asks, or `always: true`'
  )
}
