import type { Service } from '../cluster/index.ts'

/** What becomes of answers on their way to clients. */
export interface ExpectedAnswers {
  readonly compress: boolean
  /** Headers by their names; realservers may say something else in them, and not nothing. */
  readonly headers: Readonly<Record<string, string>>
  /** Seconds for which browsers keep what changes seldom; absent: as realservers say. */
  readonly staticMaxAge?: number
}

/** What the balancer does to answers, where the inventory says so. */
export function answersOf({ compress, headers, staticMaxAge, tls, redirect }: Service): {
  readonly answers?: ExpectedAnswers
} {
  const all: Record<string, string> = { ...headers }
  if (tls?.hsts) all['Strict-Transport-Security'] = tls.hsts
  if (redirect || !(compress || staticMaxAge !== undefined || Object.keys(all).length > 0)) return {}
  return { answers: { compress, headers: all, ...(staticMaxAge === undefined ? {} : { staticMaxAge }) } }
}
