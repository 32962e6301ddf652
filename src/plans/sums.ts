import { createHash, createHmac, scryptSync } from 'node:crypto'

/** A text that is the same for the same data, whatever order its fields were written in. Functions and maps are left out. */
export function canonical(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => {
    if (value instanceof Uint8Array) return createHash('sha256').update(value).digest('hex')
    if (value instanceof Map || typeof value !== 'object' || value === null || Array.isArray(value))
      return value instanceof Map ? undefined : value
    const named = value as Readonly<Record<string, unknown>>
    return Object.fromEntries(
      Object.keys(named)
        .toSorted()
        .map((name) => [name, named[name]]),
    )
  })
}

/** Sums that share a salt. */
export interface Summing {
  readonly salt: string
  /** A text without its secrets. */
  readonly redact: (text: string) => string
  /** What an attempt costs (N of scrypt, RFC 7914): a power of two, 16384 where nothing is said. */
  readonly cost?: number
}

/** A sum, and whether something secret is in it. */
export interface Sum {
  readonly digest: string
  readonly slow?: true
}

/**
 * The sum of a text. Whoever knows all of it but a short password could try passwords until the sum is the same: where
 * there is a secret in it, each attempt costs him what it costs us here. `secretive`: there may be one that nobody knows by name.
 */
export function sumOf(
  text: string | Uint8Array,
  { salt, redact, cost = 16_384 }: Summing,
  secretive = false,
): Sum {
  const digest = createHmac('sha256', salt).update(text).digest('hex')
  const shown = typeof text === 'string' ? text : Buffer.from(text).toString('latin1')
  if (!secretive && redact(shown) === shown) return { digest }
  return { digest: scryptSync(digest, salt, 32, { N: cost, r: 8, p: 1 }).toString('hex'), slow: true }
}

/** The seal of a plan: no secret, it shows what happened by accident. */
export function sealOf(plan: object): string {
  return createHash('sha256').update(canonical(plan)).digest('hex')
}
