import type { CheckSettings } from '../vocabulary/index.ts'

/** A time at most, and the program with its own parameters that it comes from. */
export interface Span {
  readonly seconds: number
  readonly why: string
}

/** What the program that fails over does about a realserver that is gone, and about one that returns. */
export interface Detection {
  /** From the moment it is gone until no client waits for it any more. */
  readonly out: Span
  /** From the moment it works again until it is given clients. */
  readonly back: Span
  /** It is never taken out: as long as it is gone, there are clients who wait for it. */
  readonly lasting: boolean
  /** Why clients get the errors (status 500) of a realserver that answers with them as long as it does; absent where these take it out. */
  readonly passesErrors?: string
}

/** What passes errors on where only connections are made to know whether a realserver is well. */
export function onlyConnects(program: string, check: CheckSettings): Pick<Detection, 'passesErrors'> {
  return 'path' in check ? {} : { passesErrors: `${program}: its check does not look at answers` }
}

/**
 * Seconds until a check with these words has failed as often as it may: a realserver dies right after a good check, and each
 * check that follows waits for its whole timeout.
 */
export function untilFailed({ interval, timeout, retries, retry_delay: delay }: CheckSettings): number {
  return interval + timeout * (retries + 1) + delay * retries
}

/** Seconds as people read them, rounded to what a configuration can say. */
export function said(seconds: number): string {
  return `${Math.round(seconds * 1000) / 1000} s`
}
