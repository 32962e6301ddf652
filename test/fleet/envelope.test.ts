import { createUser } from '@nats-io/nkeys'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { opened, sealed } from '../../src/fleet/envelope.ts'

const shape = z.strictObject({ cluster: z.string() })
const key = createUser()
const trusted = new Set([key.getPublicKey()])

describe('what is signed', () => {
  it('is opened where its key is trusted', () => {
    expect(opened(sealed({ cluster: 'shop' }, key), shape, trusted)).toEqual({ cluster: 'shop' })
  })

  it('is refused where its key is not trusted, and says which', () => {
    const other = createUser()
    expect(() => opened(sealed({ cluster: 'shop' }, other), shape, trusted)).toThrow(
      `signed by ${other.getPublicKey()}, which is not trusted here`,
    )
  })

  it.each([
    [
      'another body',
      (one: ReturnType<typeof sealed>) => ({ ...one, body: one.body.replace('shop', 'bank') }),
    ],
    ['a signature that is none', (one: ReturnType<typeof sealed>) => ({ ...one, signature: 'AAAA' })],
    [
      'the signature of another text',
      (one: ReturnType<typeof sealed>) => ({ ...one, signature: sealed({ cluster: 'x' }, key).signature }),
    ],
  ])('is refused with %s', (_, changed) => {
    expect(() => opened(changed(sealed({ cluster: 'shop' }, key)), shape, trusted)).toThrow(
      'it was changed on its way',
    )
  })

  it('is refused where somebody else put a trusted name on it', () => {
    const forged = { ...sealed({ cluster: 'shop' }, createUser()), key: key.getPublicKey() }
    expect(() => opened(forged, shape, trusted)).toThrow('it was changed on its way')
  })

  it('is refused where it is of another shape', () => {
    expect(() => opened(sealed({ clusters: 1 }, key), shape, trusted)).toThrow(
      'not of a known shape: cluster',
    )
  })
})
