import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { certificatesOnly, keysIn } from './certificates.ts'
import type { AcmeSettings } from './vocabulary/index.ts'

/** Who issues certificates, and as whom all directors ask. */
export interface Acme {
  readonly directory: string
  /** In PEM. */
  readonly accountKey: string
  /** RFC 7638: what the answer to a challenge ends with, whoever is asked (RFC 8555, 8.1). */
  readonly thumbprint: string
  readonly contact?: string
  readonly externalAccount?: { readonly keyId: string; readonly hmacKey: string }
  /** In PEM. */
  readonly authority?: string
  /** A program of the user's on the directors. */
  readonly dns?: string
  /** Days before the end of a certificate. */
  readonly renewDays: number
}

/** What the inventory says of an authority. */
export function acmeOf(said: AcmeSettings): Acme {
  const { external_account: external } = said
  return {
    directory: said.directory,
    accountKey: `${keysIn(said.account_key)[0]?.trim() ?? ''}\n`,
    thumbprint: thumbprintOf(said.account_key),
    renewDays: said.renew_days,
    ...(said.contact === undefined ? {} : { contact: said.contact }),
    ...(external ? { externalAccount: { keyId: external.key_id, hmacKey: external.hmac_key } } : {}),
    ...(said.authority === undefined ? {} : { authority: certificatesOnly(said.authority) }),
    ...(said.dns === undefined ? {} : { dns: said.dns }),
  }
}

/** Of a key that cannot be read there is none; a rule says so. */
function thumbprintOf(text: string): string {
  try {
    const { e, n } = createPublicKey(createPrivateKey(keysIn(text)[0] ?? '')).export({ format: 'jwk' })
    return createHash('sha256')
      .update(JSON.stringify({ e, kty: 'RSA', n }))
      .digest('base64url')
  } catch {
    return ''
  }
}
