import type { Bound, ProbedService } from '../model/drill.ts'

/** Passed if no client was left longer than the bound, none got a wrong page at the end, and all is as before. */
export function judge(
  services: readonly ProbedService[],
  bound: Bound,
  unhealed: readonly string[],
): { readonly passed: boolean; readonly reasons: readonly string[] } {
  const reasons = [
    ...services
      .filter(({ felt, interval }) => felt.troubled > bound.milliseconds + interval)
      .map(
        ({ url, felt }) =>
          `${url} was not served well for ${Math.round(felt.troubled)} ms; the bound is ${bound.milliseconds} ms (${bound.why})`,
      ),
    ...services
      .filter(({ felt }) => felt.outages.some(({ until }) => until === undefined))
      .map(({ url }) => `${url} was not served again before the drill ended`),
    ...unhealed.map((proof) => `afterwards it no longer holds that ${proof}`),
  ]
  return { passed: reasons.length === 0, reasons }
}
