import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { type CertificateFileReading, certificatesOfFile } from '../sensors/certificate-files.ts'
import type { ContentReading } from '../sensors/contents.ts'
import { fileAt } from '../sensors/files.ts'
import { sha256 } from '../sensors/sha256.ts'
import { atomicWrite } from './atomic-write.ts'
import { obstacleAt } from './content.ts'
import { absolutePath } from './fields.ts'
import { ownershipDifferences, ownershipScript } from './ownership.ts'
import { refuse } from './refuse.ts'
import { ifWritable } from './writable.ts'

const schema = z.strictObject({
  path: absolutePath.describe('The file. It is for root alone; its folder has to be there.'),
  chain: z
    .string()
    .regex(
      /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s-]*-----END CERTIFICATE-----\s*$/,
      'must be certificates in PEM',
    )
    .describe('The certificate and those that sign it, in PEM.'),
  key: z
    .string()
    .default('')
    .describe('Its private key, in PEM; empty where the file is to hold certificates alone. Never shown.')
    .meta({ writeOnly: true }),
})

type TlsCertificate = z.infer<typeof schema>

const forRoot = { owner: 'root', group: 'root', mode: '0600' } as const

/** A certificate with its key in one file, so that the two are never of different age. The key never comes back from a host. */
export const tlsCertificate: ResourceKind<
  TlsCertificate,
  { at: ReturnType<typeof fileAt>; held: ReturnType<typeof certificatesOfFile> }
> = {
  name: 'tls_certificate',
  summary:
    'A certificate with those that sign it and its key, in one file for root alone; replaced in one step.',
  schema,
  subject: ({ path }) => path,
  inspect: ({ path }) => ({ at: fileAt(path), held: certificatesOfFile(path) }),
  converge: ({ path, chain, key }, { at, held }, upcoming) => {
    const content = new TextEncoder().encode([chain.trim(), key.trim(), ''].join('\n').replace(/\n+$/, '\n'))
    const found = asContent(held)
    const obstacle = obstacleAt(path, at, found)
    if (obstacle) return upcoming.touches(fileAt(path)) ? undefined : refuse(obstacle)
    const attributes = ownershipDifferences(forRoot, at)
    const common = { impact: 'none', disturbs: [`file:${path}`] } as const
    if ('sha256' in found && found.sha256 === sha256(content)) {
      if (attributes.length === 0) return undefined
      const change: Change = {
        summary: 'set owner and mode',
        differences: attributes,
        script: ownershipScript(forRoot, path),
        ...common,
      }
      return ifWritable(change, { path, at }, upcoming)
    }
    const write = { path, content, ownership: forRoot, validate: undefined, backup: false, at, found }
    const { script, uploads } = atomicWrite(write)
    const change: Change = {
      summary: at.type === 'absent' ? 'create' : 'update',
      differences: [...contentDifferences(chain, held), ...attributes],
      script,
      ...common,
      ...(uploads.length > 0 ? { uploads } : {}),
    }
    return ifWritable(change, { path, at, bytes: content.length }, upcoming)
  },
}

/** What is known of its content: whoever writes has to know that nobody else did meanwhile. */
function asContent(held: CertificateFileReading): ContentReading {
  return held.is === 'file' ? { is: 'large', size: 0, sha256: held.sha256 } : held
}

/** What of it people may see. */
function contentDifferences(chain: string, held: CertificateFileReading): readonly Difference[] {
  const before = held.is === 'file' ? wordsOf(held.certificates) : undefined
  const after = wordsOf(chain)
  return before === after
    ? [{ is: 'attribute', name: 'key', before: 'another one', after: 'that of the certificate' }]
    : [{ is: 'attribute', name: 'certificate', before, after }]
}

/** Whose the first certificate is, until when, and its fingerprint. */
function wordsOf(text: string): string {
  const [first = ''] = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(text) ?? []
  try {
    const { subject, subjectAltName, validTo, fingerprint256 } = new X509Certificate(first)
    const name = /\bDNS:([^,\s]+)/.exec(subjectAltName ?? '')?.[1] ?? subject.replaceAll('\n', ', ')
    const until = new Date(validTo).toISOString().slice(0, 10)
    return `${name}, until ${until}, SHA-256 ${fingerprint256.replaceAll(':', '').toLowerCase()}`
  } catch {
    return 'no certificate'
  }
}
