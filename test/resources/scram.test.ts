import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { expect, it } from 'vitest'
import { fitsVerifier } from '../../src/resources/scram.ts'

/** As a server makes it (RFC 5803). */
function verifier(password: string, rounds: number): string {
  const salt = Buffer.from('0123456789abcdef')
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256')
  const client = createHmac('sha256', salted).update('Client Key').digest()
  const stored = createHash('sha256').update(client).digest('base64')
  const server = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${stored}:${server}`
}

it.each(['x', "p'a\\ss", 'ü'.repeat(80)])('a verifier belongs to the password %s alone', (password) => {
  expect(fitsVerifier(password, verifier(password, 4096))).toBe(true)
  expect(fitsVerifier(`${password}.`, verifier(password, 4096))).toBe(false)
})

it('what is no verifier, or would take for ever, belongs to none', () => {
  for (const other of ['', 'md5abc', 'SCRAM-SHA-256$', verifier('x', 1).replace('$1:', '$999999999:')])
    expect(fitsVerifier('x', other)).toBe(false)
})
