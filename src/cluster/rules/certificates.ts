import type { X509Certificate } from 'node:crypto'
import { addressesIn, isFor, isSignedBy, isWeak, namesIn, titleOf } from '../certificates.ts'
import { eachPair, listsOf } from './certificate-pairs.ts'
import { type Doubt, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about certificates and keys, each by itself and against the others of its service. */
export const certificateRules = {
  'certificate-unread': {
    severity: 'error',
    reason: 'What cannot be read as a certificate or a key no server starts with.',
    source: 'RFC 7468',
    find: pairsAreRead,
  },
  'certificate-key': {
    severity: 'error',
    reason: 'Only the key with which a certificate was asked for proves that one is its owner.',
    source: 'RFC 8446, 4.4.3',
    find: keysFit,
  },
  'certificate-weak': {
    severity: 'error',
    reason: 'Servers of today start with no key that is short enough to be reckoned.',
    source: 'OpenSSL, SSL_CTX_set_security_level(3): level 2 wants RSA of 2048 bits and curves of 224',
    find: keysAreLong,
  },
  'certificate-chain': {
    severity: 'error',
    reason:
      'Each certificate of a chain is signed by the one after it: clients that find it otherwise go no further.',
    source: 'RFC 5246, 7.4.2; RFC 8446, 4.4.2',
    find: chainsAreSigned,
  },
  'certificate-expired': {
    severity: 'error',
    whenOnlyLooked: 'warning',
    reason: 'No client goes on where a certificate has expired, or holds from tomorrow only.',
    source: 'RFC 5280, 4.1.2.5',
    find: certificatesHold,
  },
  'certificate-expires-soon': {
    severity: 'warning',
    reason: 'A certificate that expires within 30 days is forgotten on the day on which it does.',
    source: 'RFC 5280, 4.1.2.5',
    find: certificatesLast,
  },
  'certificate-nameless': {
    severity: 'error',
    reason: 'Clients look for the name that they asked for in subjectAltName alone.',
    source: 'RFC 9525, 2',
    find: clientsFindNames,
  },
  'certificate-name-twice': {
    severity: 'error',
    reason: 'A client that asks for a name can be shown one certificate only.',
    source: 'RFC 6066, 3',
    find: namesAreOfOne,
  },
  'certificate-uncovered': {
    severity: 'error',
    reason: 'A client that is shown a certificate for other names goes no further.',
    source: 'RFC 9525, 6',
    find: namesAreCovered,
  },
} satisfies Family<'certificate'>

/** Days before its end in which a certificate is to be renewed. */
const soon = 30
const day = 86_400_000

function pairsAreRead(subject: Subject): readonly Wrong[] {
  return listsOf(subject).flatMap(({ pairs }) =>
    pairs.flatMap(({ path, unread }) =>
      unread.map(({ word, message, next }) => wrong(subject, [...path, word], message, next)),
    ),
  )
}

function keysAreLong(subject: Subject): readonly Wrong[] {
  return eachPair(subject, (_own, { path, chain }) => {
    const weak = chain.find(isWeak)
    return weak
      ? [
          wrong(
            subject,
            [...path, 'certificate'],
            `the key of the certificate of ${titleOf(weak)} is too short: nginx and HAProxy would not start with it`,
            'Have one made for a longer key: openssl ecparam -genkey -name prime256v1, or openssl genrsa 3072.',
          ),
        ]
      : []
  })
}

function keysFit(subject: Subject): readonly Wrong[] {
  return eachPair(subject, (own, { path, key, chain }, others) => {
    // In another place of the chain: it is in the wrong order, which is another matter.
    if (!key || chain.some((one) => one.checkPrivateKey(key))) return []
    const owner = others.find((other) => other.chain[0]?.checkPrivateKey(key))?.chain[0]
    return [
      wrong(
        subject,
        [...path, 'key'],
        `the key is not that of the certificate of ${titleOf(own)}${owner ? `, but that of ${titleOf(owner)}` : ''}`,
        'Give the key with which its request was made; openssl x509 -noout -pubkey -in … and openssl pkey -pubout -in … print the same of two that belong together.',
      ),
    ]
  })
}

function chainsAreSigned(subject: Subject): readonly Wrong[] {
  return eachPair(subject, (own, { path, key, chain }) => {
    const first = chain.find((one) => key && one.checkPrivateKey(key)) ?? own
    const right = inOrder(first, chain)
    const problem = (message: string, next: string) => [
      wrong(subject, [...path, 'certificate'], message, next),
    ]
    if (right.length === chain.length && right.some((one, index) => one !== chain[index]))
      return problem(
        `the certificates are in the wrong order: ${chain.map(titleOf).join(', ')}`,
        `Put each before the one that signs it: ${right.map(titleOf).join(', ')}.`,
      )
    const broken = chain.findIndex((one, index) => {
      const next = chain[index + 1]
      return next !== undefined && !isSignedBy(one, next)
    })
    const [one, next] = chain.slice(broken)
    if (broken < 0 || !one || !next) return []
    return problem(
      `${titleOf(next)} did not sign ${titleOf(one)}, which stands before it`,
      `Let the certificate of ${one.issuer.replaceAll('\n', ', ')} come after that of ${titleOf(one)}, and leave out what does not belong to it.`,
    )
  })
}

/** Each before the one that signs it, from the first on, as far as they are there. */
function inOrder(first: X509Certificate, all: readonly X509Certificate[]): readonly X509Certificate[] {
  const right = [first]
  for (let last = first; ; ) {
    const next = all.find((one) => !right.includes(one) && isSignedBy(last, one))
    if (!next) return right
    right.push(next)
    last = next
  }
}

/** Each certificate of each chain, with whose it is, and from when to when it holds. */
function eachTime(
  subject: Subject,
  find: (times: {
    readonly whose: string
    readonly from: number
    readonly until: number
    readonly now: number
  }) => readonly [message: string, next: string] | undefined,
) {
  const { moment } = subject
  if (!moment) return []
  return listsOf(subject).flatMap(({ pairs }) =>
    pairs.flatMap(({ path, chain, unread }) => {
      const [own] = chain
      if (!own || unread.some(({ word }) => word !== 'key')) return []
      return chain.flatMap((one) => {
        const whose =
          one === own
            ? `the certificate of ${titleOf(own)}`
            : `the certificate of ${titleOf(one)}, which signs it,`
        const times = { from: Date.parse(one.validFrom), until: Date.parse(one.validTo), now: moment.now }
        const at = [...path, 'certificate']
        const found = find({ whose, ...times })
        return found ? [{ at, found }] : []
      })
    }),
  )
}

function certificatesHold(subject: Subject): readonly Wrong[] {
  return eachTime(subject, ({ whose, from, until, now }) => {
    if (until <= now)
      return [
        `${whose} has expired on ${dateOf(until)}: no client would go on`,
        'Have it renewed, and put the new one here.',
      ]
    if (from <= now) return undefined
    return [
      `${whose} holds from ${dateOf(from)} only`,
      'Wait until then; where that is past, the clock of this computer is wrong.',
    ]
  }).map(({ at, found }) => wrong(subject, at, ...found))
}

function certificatesLast(subject: Subject): readonly Doubt[] {
  return eachTime(subject, ({ whose, from, until, now }) => {
    const days = Math.floor((until - now) / day)
    if (until <= now || from > now || days >= soon) return undefined
    return [
      `${whose} expires in ${days === 1 ? '1 day' : `${days} days`}, on ${dateOf(until)}`,
      'Have it renewed.',
    ]
  }).map(({ at, found }) => doubtful(subject, at, ...found))
}

function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}

/** Clients look for the name they asked for among these alone. */
function clientsFindNames(subject: Subject): readonly Wrong[] {
  return eachPair(subject, (own, { path }, all) => {
    if (namesIn(own).length > 0) return []
    const at = [...path, 'certificate']
    if (addressesIn(own).length === 0)
      return [
        wrong(
          subject,
          at,
          `the certificate of ${titleOf(own)} is for no name: clients look at subjectAltName alone, and it has none`,
          'Have one made with: openssl req … -addext subjectAltName=DNS:www.example.org',
        ),
      ]
    if (all[0]?.chain[0] === own) return []
    return [
      wrong(
        subject,
        at,
        `the certificate is for ${addressesIn(own).join(', ')} alone: a client that asks for an address names nobody, and is shown the first certificate`,
        'Put it first.',
      ),
    ]
  })
}

function namesAreOfOne(subject: Subject): readonly Wrong[] {
  return listsOf(subject).flatMap(({ pairs }) =>
    pairs.flatMap(({ chain: [own], path }, index) => {
      const names = own ? namesIn(own) : []
      const earlier = pairs.slice(0, index).flatMap(({ chain: [one] }) => (one ? namesIn(one) : []))
      const [shared] = names.filter((name) => earlier.includes(name))
      if (shared === undefined) return []
      return [
        wrong(
          subject,
          [...path, 'certificate'],
          `there are two certificates for ${shared}: a client that asks for it can be shown one only`,
          'Take one of them out.',
        ),
      ]
    }),
  )
}

function namesAreCovered(subject: Subject): readonly Wrong[] {
  return listsOf(subject).flatMap(({ path, names, pairs }) => {
    const all = pairs.flatMap(({ chain: [own] }) => own ?? [])
    if (all.length < pairs.length) return []
    return names.flatMap((name, index) =>
      all.some((one) => isFor(one, name))
        ? []
        : [
            wrong(
              subject,
              [...path, 'names', index],
              `no certificate is for ${name}: they are for ${all.flatMap(namesIn).join(', ') || 'no name'}`,
              'Have one made that is, or take the name out.',
            ),
          ],
    )
  })
}
