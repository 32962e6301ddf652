import { certificatesIn, isFor, isSignedBy, namesIn, readPair, titleOf } from '../certificates.ts'
import { type Family, type Subject, type Wrong, writtenServices, wrong } from './subject.ts'

/** Rules about the authorities that realservers are known by. */
export const authorityRules = {
  'authority-unsigned': {
    severity: 'error',
    reason:
      'A balancer that checks realservers by an authority refuses those that it did not sign, or whose name is another.',
    source: 'nginx, proxy_ssl_trusted_certificate; HAProxy, 5.2, ca-file and verifyhost',
    find: authoritiesSigned,
  },
} satisfies Family<'authority'>

/** What the balancer is to check realservers by must be such that it finds them good. */
function authoritiesSigned(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(({ path, service: { backend_tls: behind } }) => {
    if (behind?.authority === undefined) return []
    const at = [...path, 'backend_tls', 'authority']
    const { certificates: authorities, broken } = certificatesIn(behind.authority)
    if (broken > 0 || authorities.length === 0)
      return [
        wrong(
          subject,
          at,
          broken > 0
            ? 'a part of this is said to be a certificate, and cannot be read as one'
            : 'there is no certificate in this: nowhere in it stands -----BEGIN CERTIFICATE-----',
          'Give the certificate of the authority that signs those of the realservers, in PEM.',
        ),
      ]
    const pairs = (behind.certificates ?? []).map(readPair)
    return pairs.flatMap(({ chain }, index): readonly Wrong[] => {
      const [own] = chain
      if (!own) return []
      const isKnown = chain.some((one) =>
        authorities.some((by) => by.fingerprint256 === one.fingerprint256 || isSignedBy(one, by)),
      )
      const place = [...path, 'backend_tls', 'certificates', index, 'certificate']
      if (!isKnown)
        return [
          wrong(
            subject,
            place,
            `authority did not sign the certificate of ${titleOf(own)}: the balancer would refuse every realserver`,
            `Give the certificate of ${(chain.at(-1) ?? own).issuer.replaceAll('\n', ', ')} as authority.`,
          ),
        ]
      if (index > 0 || behind.name === undefined || isFor(own, behind.name)) return []
      return [
        wrong(
          subject,
          [...path, 'backend_tls', 'name'],
          `the certificate of the realservers is not for ${behind.name}, but for ${namesIn(own).join(', ') || 'no name'}: the balancer would refuse them`,
          'Write one of its names.',
        ),
      ]
    })
  })
}
