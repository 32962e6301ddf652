import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { type HttpAnswer, httpAnswers } from '../../sensors/http.ts'
import type { Sightings } from '../sightings.ts'

/** The only answer that the one who looks from outside got, or why nobody can tell. */
export function answeredOnce(
  { outside, observer }: Sightings,
  url: string,
  as: Parameters<typeof httpAnswers>[2],
): { readonly answer: HttpAnswer } | { readonly untold: Pick<ProofResult, 'verdict' | 'seen' | 'next'> } {
  if (outside instanceof Failure) return { untold: { verdict: 'unknown', seen: outside.message } }
  const [answer] = outside.read(httpAnswers(url, 1, as)) ?? []
  if (answer) return { answer }
  const from = observer ?? 'this computer'
  return {
    untold: {
      verdict: 'unknown',
      seen: `${from} has neither curl nor wget`,
      next: `install curl on ${from}`,
    },
  }
}
