import type { KeyPair } from '@nats-io/nkeys'
import { z } from 'zod'
import { Failure } from '../model/failure.ts'
import { hasSigned, signerOf } from './signing.ts'

/** Something that was signed: the text itself, so that nobody has to write it again to check it. */
export const envelope = z.strictObject({
  /** The public nkey of who signed it. */
  key: z.string().regex(/^U[A-Z2-7]{55}$/),
  /** Of the body, in base64. */
  signature: z.base64().max(100),
  body: z.string().max(512 * 1024),
})

/** The same, typed. */
export type Envelope = z.output<typeof envelope>

/** Signs a value. */
export function sealed(value: unknown, key: KeyPair): Envelope {
  const body = JSON.stringify(value)
  const signer = signerOf(key)
  return { key: signer.publicKey, signature: signer.sign(body).toString('base64'), body }
}

/**
 * The value of an envelope that one of the trusted keys has signed. Throws INVALID_INPUT where none has, or where it is not of this
 * schema.
 */
export function opened<Value>(
  { key, signature, body }: Envelope,
  schema: z.ZodType<Value>,
  trusted: ReadonlySet<string>,
): Value {
  if (!trusted.has(key))
    throw new Failure('INVALID_INPUT', `signed by ${key}, which is not trusted here`, {
      next: 'have it signed by a key that this worker trusts, or start the worker with --trust for this one',
    })
  if (!hasSigned(key, body, Buffer.from(signature, 'base64')))
    throw new Failure('INVALID_INPUT', `the signature is not that of ${key}: it was changed on its way`, {
      next: 'find out who can write to the streams of this fleet',
    })
  const read = schema.safeParse(jsonIn(body))
  if (read.success) return read.data
  throw new Failure('INVALID_INPUT', `what was signed is not of a known shape: ${firstOf(read.error)}`, {
    next: 'let worker and sender be of the same version of understudy',
  })
}

/** JSON, or nothing where it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The first thing that is wrong, and where. */
export function firstOf(error: z.ZodError): string {
  const [issue] = error.issues
  return issue ? `${issue.path.join('.') || 'all of it'}: ${issue.message}` : 'it is empty'
}
