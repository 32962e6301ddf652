import type { z } from 'zod'
import { Failure } from '../model/failure.ts'
import { type KeptPlan, keptPlan, keptVersion, kind } from './kept.ts'
import { sealOf } from './sums.ts'

const anew = 'make it anew: understudy plan --out'

/** Does a file hold a plan, or what is left of one? `start`: its first characters. */
export function beginsPlan(path: string, start: string): boolean {
  if (start.includes(`"${kind}"`)) return true
  // A playbook in JSON is a list.
  return /\.json$/i.test(path) && !start.trimStart().startsWith('[')
}

/** The plan in a text. Throws INVALID_INPUT where it is none, is not whole, or was edited. */
export function readPlan(path: string, text: string, understudy?: string): KeptPlan {
  const data = parsed(path, text)
  const head = data as { readonly kind?: unknown; readonly version?: unknown } | null
  if (typeof data !== 'object' || head?.kind !== kind)
    throw wrong(`${path} is no plan`, `${anew}; a playbook ends in .yaml`)
  if (head.version !== keptVersion)
    throw wrong(
      `${path} ${head.version === undefined ? 'says no version' : `is a plan of version ${JSON.stringify(head.version)}`}, and this understudy knows version ${keptVersion}`,
      `apply it with the understudy that made it, or ${anew}`,
    )
  const found = keptPlan.safeParse(data)
  if (!found.success) {
    const [issue] = found.error.issues
    throw wrong(`${path} is not the plan that was written: ${issue ? inWords(issue) : 'another shape'}`, anew)
  }
  const { seal, ...plan } = found.data
  if (seal !== sealOf(plan))
    throw wrong(
      `${path} was changed since it was written: its seal does not fit`,
      `a plan is not edited: change the inventory or the playbook, and ${anew}`,
    )
  const { made } = plan
  if (understudy !== undefined && made.understudy !== understudy)
    throw wrong(
      `${path} was made by understudy ${made.understudy}, and this is ${understudy}: it may do the same in another way`,
      anew,
    )
  return found.data
}

/** What differs from the shape of a plan. */
function inWords(issue: z.core.$ZodIssue): string {
  const place = issue.path.map(String).join('.') || 'the whole'
  if (issue.code === 'unrecognized_keys') return `${place} has ${issue.keys.join(', ')}, which no plan has`
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return isMissing ? `${place} is missing` : `${place} is something else than in a plan`
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const trimmed = text.trimEnd()
    if (/^\uFEFF|[\uFFFD\0]/.test(text.slice(0, 1000)))
      throw wrong(
        `${path} is not of UTF-8 as it was written: something has saved it in another encoding`,
        anew,
      )
    const cut = trimmed.startsWith('{') && !trimmed.endsWith('}')
    throw wrong(
      trimmed === ''
        ? `${path} is empty`
        : cut
          ? `${path} ends in the middle: it was not written whole`
          : `${path} is no plan: ${(error as Error).message.replaceAll(/\s+/g, ' ')}`,
      anew,
    )
  }
}

function wrong(message: string, next: string): Failure {
  return new Failure('INVALID_INPUT', message, { next })
}
