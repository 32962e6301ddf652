import type { X509Certificate } from 'node:crypto'
import { type ReadPair, readPair } from '../certificates.ts'
import type { CertificateSettings } from '../vocabulary/index.ts'
import { type Subject, type Wrong, writtenServices } from './subject.ts'

/** A certificate with its key, and the place it is written at. */
interface Placed extends ReadPair {
  readonly path: readonly PropertyKey[]
}

/** The certificates of one server. */
export function listsOf(subject: Subject): readonly {
  readonly path: readonly PropertyKey[]
  readonly names: readonly string[]
  readonly pairs: readonly Placed[]
}[] {
  const placed = (pairs: readonly CertificateSettings[], path: readonly PropertyKey[]) =>
    pairs.map((pair, index) => ({ ...readPair(pair), path: [...path, 'certificates', index] }))
  return writtenServices(subject)
    .flatMap(({ path, service: { tls, backend_tls: behind } }) => [
      ...(tls?.certificates ? [{ at: [...path, 'tls'], said: tls.certificates, names: tls.names }] : []),
      ...(behind?.certificates
        ? [{ at: [...path, 'backend_tls'], said: behind.certificates, names: [] }]
        : []),
    ])
    .map(({ at, said, names }) => ({ path: at, names, pairs: placed(said, at) }))
}

/** What each pair gives, those left out that cannot be read. */
export function eachPair(
  subject: Subject,
  find: (own: X509Certificate, pair: Placed, others: readonly Placed[]) => readonly Wrong[],
): readonly Wrong[] {
  return listsOf(subject).flatMap(({ pairs }) =>
    pairs.flatMap((pair) => {
      const [own] = pair.chain
      return own && pair.unread.every(({ word }) => word === 'key') ? find(own, pair, pairs) : []
    }),
  )
}
