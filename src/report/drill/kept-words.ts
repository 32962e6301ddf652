import { withDoubt } from '../../model/doubt.ts'
import type { KeptOpen } from '../../model/drill.ts'

/** What became of a connection that was kept open, in a few words; none but of pages: nobody knows what to say over another one. */
export function keptWords(url: string, { connections, stall, doubt }: KeptOpen): string | undefined {
  if (!/^https?:/.test(url)) return undefined
  const count = (end: string) => connections.filter((one) => one.end === end).length
  const broken = count('broken')
  if (connections.length === 0) return 'a kept-open connection never came about'
  const fate =
    broken > 0
      ? `a kept-open connection broke${broken > 1 ? ` ${broken} times` : ''}`
      : count('silent') > 0
        ? 'a kept-open connection fell silent'
        : 'a kept-open connection survived'
  return `${fate}; longest wait ${withDoubt(stall, doubt)}`
}
