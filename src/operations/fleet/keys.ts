import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createCurve, createUser, fromCurveSeed, fromSeed, type KeyPair } from '@nats-io/nkeys'
import { Failure } from '../../model/failure.ts'

/** What a key is for: `signer` signs orders and comes to the engine, `user` only comes to it, `site` opens secrets. */
export type KeyKind = 'signer' | 'user' | 'site'

/**
 * Makes a key and writes its seed, for nobody but who made it; the public key is returned. Throws INVALID_INPUT where something is
 * there, or nothing can be written.
 */
export async function makeKey(kind: KeyKind, path: string): Promise<string> {
  const key = kind === 'site' ? createCurve() : createUser()
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(`${textOf(key.getSeed())}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new Failure('INVALID_INPUT', `the key cannot be written to ${path}: ${(cause as Error).message}`, {
      next: 'name another place: a key that is there is never written over',
      cause,
    })
  }
  return key.getPublicKey()
}

/** The key whose seed lies in a file. Throws INVALID_INPUT where it is none, or of another kind. */
export function readKey(kind: 'signer' | 'site', path: string): KeyPair {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Failure('INVALID_INPUT', `the key ${path} cannot be read: ${(cause as Error).message}`, {
      next: 'make one: understudy fleet key',
      cause,
    })
  }
  const [seed] = (kind === 'signer' ? /^SU[A-Z2-7]{56}$/m : /^SX[A-Z2-7]{56}$/m).exec(text) ?? []
  try {
    if (seed) return kind === 'signer' ? fromSeed(Buffer.from(seed)) : fromCurveSeed(Buffer.from(seed))
  } catch {
    // Its checksum is wrong: told below.
  }
  throw new Failure('INVALID_INPUT', `${path} is no key of a ${kind}`, {
    next: `make one: understudy fleet key ${kind} ${path}.new`,
  })
}

/** Public keys as they were given: each itself, or a file that has some, a line each. Throws INVALID_INPUT. */
export function trustedKeys(given: readonly string[]): ReadonlySet<string> {
  const isKey = (text: string) => /^U[A-Z2-7]{55}$/.test(text)
  const keys = given.flatMap((one) => {
    if (isKey(one)) return [one]
    let text: string
    try {
      text = readFileSync(one, 'utf8')
    } catch (cause) {
      throw new Failure('INVALID_INPUT', `${one} is neither a public key nor a file with some`, {
        next: 'a public key begins with U: understudy fleet key prints it',
        cause,
      })
    }
    return text.split(/\s+/).filter(isKey)
  })
  if (keys.length > 0) return new Set(keys)
  throw new Failure('INVALID_INPUT', 'no key is trusted: nothing could be carried out', {
    next: 'give --trust with the public key of who signs, or with a file of them',
  })
}

/** Seals a text for a site: by a key that is made for it and forgotten. */
export function sealFor(site: string, text: string): { readonly sender: string; readonly box: string } {
  const once = createCurve()
  const box = Buffer.from(once.seal(Buffer.from(text), site)).toString('base64')
  return { sender: once.getPublicKey(), box }
}

/** Opens what was sealed. Throws INVALID_INPUT where it was for another key. */
export function openSealed(
  { sender, box }: { sender: string; box: string },
  key: KeyPair,
  name: string,
): string {
  try {
    const text = key.open(Buffer.from(box, 'base64'), sender)
    if (text) return textOf(text)
  } catch {
    // Told below.
  }
  throw new Failure('INVALID_INPUT', `the secret ${name} was not sealed for the key of this site`, {
    next: `let the file of the fleet say of this site: key: ${key.getPublicKey()}`,
  })
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}
