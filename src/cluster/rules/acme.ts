import { createPrivateKey, type KeyObject } from 'node:crypto'
import { certificatesIn, keysIn } from '../certificates.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  type Subject,
  type Wrong,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about certificates that an authority issues. */
export const acmeRules = {
  'acme-nobody-issues': {
    severity: 'error',
    reason: 'TLS needs a certificate, from a file or from an authority, and from one of them.',
    source: 'RFC 8446, 4.4.2',
    find: certificatesComeFromSomebody,
  },
  'acme-no-names': {
    severity: 'error',
    reason: 'An authority issues a certificate for names.',
    source: 'RFC 8555, 7.4',
    find: issuedOnesHaveNames,
  },
  'acme-challenge': {
    severity: 'error',
    reason: 'The authority asks each name on port 80.',
    source: 'RFC 8555, 8.3',
    find: challengesAreAnswered,
  },
  'acme-account-key': {
    severity: 'error',
    reason: 'An account is known by its key, which signs every request to the authority.',
    source: 'RFC 8555, 6.2',
    find: accountsCanSign,
  },
  'acme-authority': {
    severity: 'error',
    reason: 'By the certificate of the authority its directory is told from another one.',
    source: 'RFC 8555, 6.1',
    find: authoritiesAreRead,
  },
  'acme-unused': {
    severity: 'warning',
    reason: 'An authority that nothing is asked of issues nothing.',
    source: 'docs/inventory.md, cluster.acme',
    find: authoritiesAreAsked,
  },
} satisfies Family<'acme'>

function certificatesComeFromSomebody(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(({ path, service: { tls } }) => {
    if (!tls) return []
    const at = [...path, 'tls']
    if (!tls.certificates && !tls.acme)
      return [
        wrong(
          subject,
          at,
          'nothing says which certificate clients are shown',
          'Write certificates: [{ certificate: …, key: … }]; or acme: true, and names, where an authority is to issue it.',
        ),
      ]
    if (tls.certificates && tls.acme)
      return [
        wrong(
          subject,
          [...at, 'acme'],
          'the certificates are here already: nothing is left to be issued',
          'Leave one of the two out.',
        ),
      ]
    if (tls.acme && !subject.settings.acme)
      return [
        wrong(
          subject,
          [...at, 'acme'],
          'nothing says who issues certificates',
          'Add to cluster: acme: { terms_agreed: true, account_key: … }.',
        ),
      ]
    return []
  })
}

function issuedOnesHaveNames(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(({ path, service: { tls } }) =>
    tls?.acme && tls.names.length === 0
      ? [
          wrong(
            subject,
            [...path, 'tls'],
            'nothing says which names the certificate is to be for',
            'Add names: [www.example.org]; each of them has to lead to the VIP.',
          ),
        ]
      : [],
  )
}

/** The authority asks each name on port 80 (RFC 8555, 8.3). */
function challengesAreAnswered(subject: Subject): readonly Wrong[] {
  const { acme } = subject.settings
  if (!acme || acme.dns !== undefined) return []
  return writtenServices(subject).flatMap(({ path, service: { tls }, list }) => {
    if (!tls?.acme) return []
    const plain = list.find(({ port }) => port === 80)
    if (plain && plain.mode === 'http' && !plain.tls && plain.protocol === 'tcp') return []
    return [
      wrong(
        subject,
        [...path, 'tls', 'acme'],
        plain
          ? 'the authority asks for a page on port 80, and what stands there passes on what it cannot read'
          : 'the authority asks for a page on port 80 of each name, and nothing of ours answers there',
        'Add a service: { port: 80, redirect: https }; or prove the names by DNS: acme: { dns: /path/of/a/program }.',
      ),
    ]
  })
}

/** The program that asks signs by RSA. */
function accountsCanSign(subject: Subject): readonly Wrong[] {
  const { acme } = subject.settings
  if (!acme) return []
  const at = ['acme', 'account_key']
  const next =
    'Make one with: openssl genrsa -out account.key 3072; and encrypt it: understudy vault encrypt account.key'
  const [text] = keysIn(acme.account_key)
  const key = text === undefined ? undefined : readKey(text)
  if (!key) return [wrong(subject, at, 'this is no private key in PEM that can be read', next)]
  if (key.asymmetricKeyType !== 'rsa')
    return [
      wrong(
        subject,
        at,
        `the account has a key of the kind ${key.asymmetricKeyType}, and needs one of RSA`,
        next,
      ),
    ]
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < 2048)
    return [
      wrong(subject, at, `a key of ${modulusLength} bits is too short for an account: it needs 2048`, next),
    ]
  return []
}

function readKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text)
  } catch {
    return undefined
  }
}

function authoritiesAreRead(subject: Subject): readonly Wrong[] {
  const { authority } = subject.settings.acme ?? {}
  if (authority === undefined) return []
  const { certificates, broken } = certificatesIn(authority)
  if (broken === 0 && certificates.length > 0) return []
  return [
    wrong(
      subject,
      ['acme', 'authority'],
      'there is no certificate in this that can be read',
      'Give that of the authority which signed the one of the directory, in PEM.',
    ),
  ]
}

function authoritiesAreAsked(subject: Subject): readonly Doubt[] {
  if (!subject.settings.acme || writtenServices(subject).some(({ service }) => service.tls?.acme)) return []
  return [
    doubtful(
      subject,
      ['acme'],
      'no service has a certificate that is issued',
      'Write tls: { acme: true, names: [www.example.org] } in a service, or leave this out.',
    ),
  ]
}
