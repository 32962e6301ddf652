import { withDoubt } from '../model/doubt.ts'
import type { Bound, Felt, ProbedService } from '../model/drill.ts'
import type { Fault } from './fault.ts'

/**
 * Milliseconds for which clients were not served. While a dead realserver is still in the pool only some requests fail: no
 * single outage shows that.
 */
export function unserved({ toll }: Pick<Fault, 'toll'>, felt: Felt): number {
  return toll === 'check' ? felt.troubled : felt.longest
}

/**
 * Passed if no client was left longer than the bound, as far as the figures tell, everyone is served again, and all is as
 * before.
 */
export function judge(
  fault: Fault,
  services: readonly (ProbedService & { readonly sorryPage: boolean; readonly broken: boolean })[],
  bound: Bound,
  { unhealed, left }: { readonly unhealed: readonly string[]; readonly left: readonly string[] },
): { readonly passed: boolean; readonly reasons: readonly string[] } {
  const { sorry } = fault
  const lost = (felt: Felt) => unserved(fault, felt)
  const reasons = [
    ...services
      .filter(({ broken }) => broken)
      .map(
        ({ url }) =>
          `the machine that asked ${url} was lost before the drill ended: what followed is not known`,
      ),
    ...services
      .filter(({ felt }) => lost(felt) - felt.doubt > bound.milliseconds)
      .map(
        (service) =>
          `${service.url} was not served for ${withDoubt(lost(service.felt), service.felt.doubt)}; the bound is ${Math.round(bound.milliseconds)} ms (${bound.why})${tooLate(service)}`,
      ),
    ...services
      .filter(({ felt }) => felt.outages.some(({ until }) => until === undefined))
      .map(({ url }) => `${url} was not served again before the drill ended`),
    ...services
      .filter(({ felt, sorryPage }) => sorry && sorryPage && felt.sorry === 0)
      .map(({ url }) => `${url} never showed the sorry page, with no realserver left`),
    ...left.map((what) => `it could not be put back: ${what}`),
    ...unhealed.map((proof) => `afterwards it no longer holds that ${proof}`),
  ]
  return { passed: reasons.length === 0, reasons }
}

/** How many requests of the outages were answered after all: where all are, nothing was cut off. */
function tooLate({ records, felt: { outages } }: ProbedService): string {
  const meanwhile = records.filter(({ sent }) =>
    outages.some(({ from, until }) => sent >= from && (until === undefined || sent < until)),
  )
  const waits = meanwhile.flatMap(({ sent, answered, verdict }) =>
    verdict === 'good' && answered !== undefined ? [answered - sent] : [],
  )
  return waits.length === 0
    ? ''
    : `; of ${meanwhile.length} requests meanwhile ${waits.length} were answered too late, after ${Math.round(Math.max(...waits))} ms at most`
}
