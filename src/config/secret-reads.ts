import { Failure, withoutSecrets } from '../model/failure.ts'
import { isCommon, type Marked, textOf, veilOf, wholly } from '../model/marked.ts'

/**
 * Which secrets went into what was computed. It watches values being read and knows nothing of what is done with them,
 * so that no language of expressions or templates needs to know of it: what was made with a secret is one.
 */
export interface SecretReads {
  /** Every secret text known so far; it grows while values are computed. */
  readonly known: ReadonlySet<string>
  /** From now on this text is hidden wherever it stands. */
  learn(secret: string): void
  /** Says to whoever is watching that these were read. */
  note(read: readonly Marked[]): void
  /** Begins to watch what is read, until it is done; the watch begun last ends first. */
  watch(): Watch
  /** What `compute` gives, with the secrets that were read for it. */
  watched<T>(compute: () => T): Computed<T>
}

/** What was read since it began. */
export interface Watch {
  readonly read: readonly Marked[]
  done(): void
}

/** A value, with the secrets it was made of. */
export interface Computed<T> {
  readonly value: T
  readonly read: readonly Marked[]
}

/** An account that begins empty; `tell` hears of each secret as it comes to be known. */
export function secretReads(tell: (secret: string) => void = () => {}): SecretReads {
  const known = new Set<string>()
  const watching: Marked[][] = []
  function watch(): Watch {
    const read: Marked[] = []
    watching.push(read)
    const done = () => {
      const at = watching.lastIndexOf(read)
      if (at >= 0) watching.splice(at)
    }
    return { read, done }
  }
  return {
    known,
    learn: (secret) => {
      if (secret === '' || known.has(secret)) return
      known.add(secret)
      tell(secret)
    },
    note: (read) => watching.at(-1)?.push(...read),
    watch,
    watched: (compute) => {
      const { read, done } = watch()
      try {
        const value = compute()
        done()
        return { value, read }
      } catch (error) {
        done()
        // Whoever watches from further out may have to tell of the error.
        watching.at(-1)?.push(...read)
        throw error instanceof Failure ? withoutSecrets(error, veilOf(read)) : error
      }
    },
  }
}

/** A value that is computed once, when it is first asked for; each time its secrets count as read. */
export function once<T>(reads: SecretReads, compute: () => T): () => T {
  let known: Computed<T> | undefined
  return () => {
    known ??= reads.watched(compute)
    reads.note(known.read)
    return known.value
  }
}

/** What is secret in a text that was made with secrets: what was in the one it is, or else all of it. */
export function markedAs(text: string, read: readonly Marked[]): Marked {
  return read.find((one) => textOf(one) === text) ?? wholly(text)
}

/**
 * What an expression made of secrets is a secret as well, with everything in it. What it says in so many words where all
 * can read it is hidden in its place, and not wherever it stands.
 */
export function learnMade(reads: SecretReads, { value, read }: Computed<unknown>, written: string): void {
  for (const text of textsIn(value)) {
    const marked = markedAs(text, read)
    reads.note([marked])
    if (marked.every((piece) => typeof piece !== 'string') && !written.includes(text) && !isCommon(text))
      reads.learn(text)
  }
}

/** Every text and number in a value; what cannot be told yet is left out, and is told when it is read. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)]
  if (value instanceof Uint8Array) return [new TextDecoder().decode(value)]
  if (typeof value === 'bigint') return [String(value)]
  if (value instanceof Map) return [...value].flatMap((pair) => textsIn(pair))
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value).flatMap((name) => {
    try {
      return textsIn((value as Record<string, unknown>)[name])
    } catch {
      return []
    }
  })
}
