import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { tlsCertificate } from '../../src/resources/tls-certificate.ts'
import type { CertificateFileReading } from '../../src/sensors/certificate-files.ts'
import type { FileReading } from '../../src/sensors/files.ts'
import { certificateFor } from '../certificates.ts'

const path = '/etc/nginx/site.pem'
const site = certificateFor({ names: ['www.example.org'] })
const renewed = certificateFor({ names: ['www.example.org'], until: 400 })
const root = { owner: 'root', group: 'root', uid: 0, gid: 0 }

/** What becomes of a file that holds this, where the site is wanted. */
function change(held: CertificateFileReading, mode = '0600') {
  const at: FileReading = held.is === 'absent' ? { type: 'absent' } : { type: 'file', mode, size: 1, ...root }
  const desired = tlsCertificate.schema.parse({ path, chain: site.certificate, key: site.key })
  return tlsCertificate.converge(desired, { at, held }, { touches: () => false } as never)
}

const file = (certificate: string, text: string): CertificateFileReading => ({
  is: 'file',
  sha256: createHash('sha256').update(text).digest('hex'),
  certificates: certificate,
})
const whole = `${site.certificate}${site.key}`

describe('a certificate with its key', () => {
  it('is left alone where it is as it should be', () => {
    expect(change(file(site.certificate, whole))).toBeUndefined()
    expect(change(file(site.certificate, whole), '0644')?.differences).toEqual([
      { is: 'attribute', name: 'mode', before: '0644', after: '0600' },
    ])
  })

  it('is shown by whose it is, until when, and its fingerprint', () => {
    const words = expect.stringMatching(/^www\.example\.org, until \d{4}-\d\d-\d\d, SHA-256 [0-9a-f]{64}$/)
    const first = change({ is: 'absent' })
    expect(first?.summary).toBe('create')
    expect(first?.differences[0]).toEqual({
      is: 'attribute',
      name: 'certificate',
      before: undefined,
      after: words,
    })
    const next = change(file(renewed.certificate, 'another'))
    expect(next?.differences).toEqual([{ is: 'attribute', name: 'certificate', before: words, after: words }])
    const key = change(file(site.certificate, 'with another key'))
    expect(key?.differences).toEqual([
      { is: 'attribute', name: 'key', before: 'another one', after: 'that of the certificate' },
    ])
    for (const one of [first, next, key])
      expect(JSON.stringify(one?.differences)).not.toContain(site.key.split('\n')[1])
  })
})
