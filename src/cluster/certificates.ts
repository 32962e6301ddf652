import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { CertificateSettings } from './vocabulary/index.ts'

/** A certificate that one of our servers serves with, as the inventory has it; or of an authority that issues it to each director. */
export interface ServedCertificate {
  /** Names of DNS that it is for, some with `*` for their first part; none where it is for addresses alone. */
  readonly names: readonly string[]
  /** It and those that sign it, in PEM. */
  readonly chain: string
  readonly key: string
  /** Its end, in milliseconds since the epoch. */
  readonly until: number
  /** SHA-256 of it and of each that signs it, in hexadecimal digits. */
  readonly fingerprints: readonly string[]
  /** Of these, those that clients have to be sent: the last one, where it signed itself, they have to know anyway. */
  readonly needed: readonly string[]
  /** An authority issues it, so that nothing but its names is known of it here. */
  readonly isIssued?: true
}

/** A certificate and its key as somebody wrote them, as far as they can be read. */
export interface ReadPair {
  /** Its own, then those that are to sign it; empty where there is none. */
  readonly chain: readonly X509Certificate[]
  readonly key?: KeyObject
  /** The text of the key alone. */
  readonly keyText: string
  /** Why one of the two cannot be read. */
  readonly unread: readonly Unread[]
}

/** What is wrong with a text of PEM, and what to do. */
export interface Unread {
  readonly word: 'certificate' | 'key'
  readonly message: string
  readonly next: string
}

/** The parts of a text of PEM (RFC 7468), by what they say they are. */
function partsOf(text: string): readonly { readonly label: string; readonly text: string }[] {
  return [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)].map(
    ([whole, label = '']) => ({ label, text: whole.replaceAll(/\r\n?/g, '\n') }),
  )
}

/** Private keys in a text of PEM, in whatever form. */
export function keysIn(text: string): readonly string[] {
  return partsOf(text)
    .filter(({ label }) => label.endsWith('PRIVATE KEY'))
    .map((part) => part.text)
}

/** Reads certificates of PEM; those that cannot be read are left out, and counted. */
export function certificatesIn(text: string): {
  readonly certificates: readonly X509Certificate[]
  readonly broken: number
} {
  const parts = partsOf(text).filter(({ label }) => /^(?:X509 |TRUSTED )?CERTIFICATE$/.test(label))
  const certificates = parts.flatMap((part) => {
    try {
      return [new X509Certificate(part.text)]
    } catch {
      return []
    }
  })
  return { certificates, broken: parts.length - certificates.length }
}

/** Reads a certificate with those that sign it, and its key. */
export function readPair({ certificate, key: own }: CertificateSettings): ReadPair {
  const { certificates: chain, broken } = certificatesIn(certificate)
  const found = keyIn(own ?? certificate)
  const missing = own === undefined && 'unread' in found && chain.length > 0
  const ofKey = missing
    ? unreadKey('its private key stands neither here nor in key', 'Add key: and the file that holds it.')
    : 'unread' in found
      ? found.unread
      : undefined
  const ofCertificate = unreadCertificate(certificate, chain.length, broken)
  return {
    chain,
    keyText: 'text' in found ? found.text : '',
    ...('key' in found ? { key: found.key } : {}),
    unread: [
      ...(ofCertificate ? [ofCertificate] : []),
      // Where the certificate cannot be read, the key in the same text is no matter yet.
      ...(ofKey && (own !== undefined || !ofCertificate) ? [ofKey] : []),
    ],
  }
}

function unreadCertificate(text: string, count: number, broken: number): Unread | undefined {
  const unread = (message: string, next: string): Unread => ({ word: 'certificate', message, next })
  const labels = partsOf(text).map(({ label }) => label)
  if (broken > 0)
    return unread(
      'a part of this is said to be a certificate, and cannot be read as one',
      'Look at it with: openssl x509 -noout -text -in FILE',
    )
  if (count > 0) return undefined
  if (labels.some((label) => label.endsWith('CERTIFICATE REQUEST')))
    return unread(
      'this is a request for a certificate, and not the certificate',
      'Give what the authority made of it.',
    )
  if (labels.some((label) => label.endsWith('PRIVATE KEY')))
    return unread('this is a private key, and no certificate', 'Write it as key, and the certificate here.')
  return unread(
    'this is no certificate in PEM: nowhere in it stands -----BEGIN CERTIFICATE-----',
    'Turn DER into PEM with: openssl x509 -inform der -in FILE -out FILE.pem',
  )
}

function unreadKey(message: string, next: string): Unread {
  return { word: 'key', message, next }
}

function keyIn(
  text: string,
): { readonly key: KeyObject; readonly text: string } | { readonly unread: Unread } {
  const part = partsOf(text).find(({ label }) => label.endsWith('PRIVATE KEY'))
  if (!part)
    return {
      unread: unreadKey(
        'this is no private key in PEM: nowhere in it stands -----BEGIN … PRIVATE KEY-----',
        'Turn another form into PEM with: openssl pkey -inform der -in FILE -out FILE.key',
      ),
    }
  if (part.label.startsWith('ENCRYPTED') || /^Proc-Type: *4,ENCRYPTED/m.test(part.text))
    return {
      unread: unreadKey(
        'the key is encrypted: whatever starts the server, a boot above all, would have to know its passphrase',
        'Take it away with: openssl pkey -in FILE -out FILE.open; and keep the file by: understudy vault encrypt FILE.open',
      ),
    }
  try {
    return { key: createPrivateKey(part.text), text: part.text }
  } catch {
    return {
      unread: unreadKey(
        'this is said to be a private key, and cannot be read as one',
        'Look at it with: openssl pkey -noout -check -in FILE',
      ),
    }
  }
}

/** The names of DNS that a certificate is for (RFC 6125, 6.4.4: what stands in its subject is none). */
export function namesIn({ subjectAltName }: X509Certificate): readonly string[] {
  return alternatives(subjectAltName, /^DNS:((?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)$/)
}

/** The addresses that it is for. */
export function addressesIn({ subjectAltName }: X509Certificate): readonly string[] {
  return alternatives(subjectAltName, /^IP Address:([0-9A-Fa-f:.]+)$/)
}

function alternatives(written: string | undefined, pattern: RegExp): readonly string[] {
  return (written ?? '').split(', ').flatMap((one) => pattern.exec(one)?.[1]?.toLowerCase() ?? [])
}

/** What people know it by: the first name it is for, or else its subject. */
export function titleOf(certificate: X509Certificate): string {
  const [name] = namesIn(certificate)
  return name ?? (/^CN=(.+)$/m.exec(certificate.subject)?.[1] || certificate.subject.replaceAll('\n', ', '))
}

/** Is its key shorter than what servers start with (OpenSSL's security level 2, as distributions set it)? */
export function isWeak({ publicKey }: X509Certificate): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength, namedCurve } = {} } = publicKey
  if (type === 'rsa' || type === 'rsa-pss' || type === 'dsa') return (modulusLength ?? 0) < 2048
  // Curves are called by their bits: secp192r1, prime192v1, sect163k1.
  return type === 'ec' && Number(/\d+/.exec(namedCurve ?? '')?.[0] ?? 256) < 224
}

/** Did the second sign the first? */
export function isSignedBy(one: X509Certificate, other: X509Certificate): boolean {
  return one.checkIssued(other) && one.verify(other.publicKey)
}

/** SHA-256 of a certificate, in hexadecimal digits. */
export function fingerprintOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase()
}

/** Certificates that our servers serve with; those that cannot be read are nobody's. */
export function servedWith(pairs: readonly CertificateSettings[]): readonly ServedCertificate[] {
  return pairs.map(readPair).flatMap(({ chain, keyText }) => {
    const [own] = chain
    if (!own || keyText === '') return []
    return [
      {
        names: namesIn(own),
        chain: chain.map((one) => one.toString().trim()).join('\n'),
        key: keyText,
        until: Date.parse(own.validTo),
        fingerprints: chain.map(fingerprintOf),
        needed: chain.filter((one, index) => index === 0 || !isSignedBy(one, one)).map(fingerprintOf),
      },
    ]
  })
}

/** What an authority issues for these names. */
export function issuedFor(names: readonly string[]): ServedCertificate {
  return {
    names: names.map((name) => name.toLowerCase()),
    ...{ chain: '', key: '', until: 0, fingerprints: [], needed: [] },
    isIssued: true,
  }
}

/** Certificates alone, in PEM: whatever else stands in the text is not for the machines. */
export function certificatesOnly(text: string): string {
  return `${certificatesIn(text)
    .certificates.map((one) => one.toString().trim())
    .join('\n')}\n`
}

/** The one that a client is shown which asks by a name: an exact one counts before one with `*`. */
export function certificateFor(
  name: string,
  certificates: readonly ServedCertificate[],
): ServedCertificate | undefined {
  const wide = name.replace(/^[^.]+/, '*')
  return (
    certificates.find(({ names }) => names.includes(name)) ??
    certificates.find(({ names }) => names.includes(wide))
  )
}

/** Does a client that asks by this name take it; or, where it is an ending, any client whose name has one part before? */
export function isFor(certificate: X509Certificate, name: string): boolean {
  if (name.startsWith('*')) return namesIn(certificate).includes(name.toLowerCase())

  return certificate.checkHost(name, { subject: 'never' }) !== undefined
}
