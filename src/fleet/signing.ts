import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { KeyPair } from '@nats-io/nkeys'

/*
 * Signatures of nkeys by the runtime's own Ed25519. The library's are made in JavaScript, and make the public key anew each time: it
 * took half a minute to sign what a run of 1,000 clusters is sent with.
 */

/** What stands before the 32 bytes of a private and of a public key of Ed25519 in DER (RFC 8410, sections 7 and 4). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** Bytes of the kind of a key before its own, and of its checksum behind them. */
const [kindOfPublic, kindOfSeed, bytes] = [1, 2, 32]

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A key that signs, and its public nkey. */
export interface Signer {
  readonly publicKey: string
  sign(text: string): Buffer
}

const signers = new WeakMap<KeyPair, Signer>()

/** The signer of a key. */
export function signerOf(key: KeyPair): Signer {
  const known = signers.get(key)
  if (known) return known
  const raw = unarmoured(Buffer.from(key.getSeed()).toString('latin1'), kindOfSeed)
  const der = Buffer.concat([privatePrefix, raw])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const made = {
    publicKey: key.getPublicKey(),
    sign: (text: string) => sign(null, Buffer.from(text), privateKey),
  }
  signers.set(key, made)
  return made
}

/** Whether this public nkey has signed a text; false for what is no key or no signature. */
export function hasSigned(publicKey: string, text: string, signature: Uint8Array): boolean {
  try {
    return verify(null, Buffer.from(text), publicKeyOf(publicKey), signature)
  } catch {
    return false
  }
}

function publicKeyOf(nkey: string): KeyObject {
  const der = Buffer.concat([publicPrefix, unarmoured(nkey, kindOfPublic)])
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}

/** The bytes of a key in base32 (RFC 4648, section 6), without those of its kind and its checksum. */
function unarmoured(nkey: string, kind: number): Buffer {
  const bits = [...nkey].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const all = bits.match(/.{8}/g) ?? []
  return Buffer.from(all.slice(kind, kind + bytes).map((one) => Number.parseInt(one, 2)))
}
