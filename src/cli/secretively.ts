import { Failure, withoutSecrets } from '../model/failure.ts'
import type { Telling } from '../operations/options.ts'
import { redactor } from '../report/redaction.ts'

/** Secrets that come to be known while a command runs, and how it shows a text without them. */
export interface Secrecy extends Required<Telling> {
  readonly secrets: ReadonlySet<string>
  redact(text: string): string
}

/** Runs a command that comes to know secrets: what ends it holds none of them. */
export async function secretively<T>(command: (secrecy: Secrecy) => Promise<T>): Promise<T> {
  const secrets = new Set<string>()
  const redact = redactor(secrets)
  const onSecrets = (found: ReadonlySet<string>) => {
    for (const secret of found) secrets.add(secret)
  }
  try {
    return await command({ secrets, redact, onSecrets })
  } catch (error) {
    if (error instanceof Failure) throw withoutSecrets(error, redact)
    // A defect is reported with its lines, which may have been made of values.
    if (error instanceof Error)
      Object.assign(error, { message: redact(error.message), stack: redact(error.stack ?? '') })
    throw error
  }
}
