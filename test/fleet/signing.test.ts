import { createUser, fromPublic } from '@nats-io/nkeys'
import { expect, it } from 'vitest'
import { hasSigned, signerOf } from '../../src/fleet/signing.ts'

it('signs as nkeys do, and knows their signatures', () => {
  for (const text of ['', 'an order', 'mit Umlauten: äöü', '\0'.repeat(5000)]) {
    const key = createUser()
    const { publicKey, sign } = signerOf(key)
    expect(publicKey).toBe(key.getPublicKey())
    expect(fromPublic(publicKey).verify(Buffer.from(text), sign(text))).toBe(true)
    expect(sign(text)).toEqual(Buffer.from(key.sign(Buffer.from(text))))
    expect(hasSigned(publicKey, text, key.sign(Buffer.from(text)))).toBe(true)
  }
})

it('knows what was not signed by a key', () => {
  const [key, other] = [createUser(), createUser()]
  const signature = signerOf(key).sign('text')
  const changed = Buffer.from(signature)
  changed[3] = (changed[3] ?? 0) ^ 1
  expect(hasSigned(other.getPublicKey(), 'text', signature)).toBe(false)
  expect(hasSigned(key.getPublicKey(), 'texts', signature)).toBe(false)
  expect(hasSigned(key.getPublicKey(), 'text', changed)).toBe(false)
  expect(hasSigned(key.getPublicKey(), 'text', signature.subarray(1))).toBe(false)
  expect(hasSigned(key.getPublicKey(), 'text', Buffer.alloc(0))).toBe(false)
  expect(hasSigned(key.getPublicKey().slice(0, 40), 'text', signature)).toBe(false)
})
