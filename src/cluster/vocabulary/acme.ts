import { z } from 'zod'
import { pem, where } from './tls.ts'

const externalAccount = z.strictObject({
  key_id: z
    .string()
    .regex(/^[A-Za-z0-9_.~+/=-]+$/, 'must be the name that the authority gave to the account')
    .describe('Name of the account that the authority knows already.'),
  hmac_key: z
    .string()
    .regex(/^[A-Za-z0-9_-]+=*$/, 'must be the key that the authority gave with it, in base64url')
    .describe('The key that it gave with that name; a secret. Never shown.'),
})

/** Who issues certificates by ACME (RFC 8555), and as whom it is asked. */
export const acme = z.strictObject({
  directory: z
    .string()
    .regex(
      /^https:\/\/[A-Za-z0-9.:[\]-]+(?:\/[A-Za-z0-9._~/-]*)?$/,
      'must be the https:// address of a directory',
    )
    .default('https://acme-v02.api.letsencrypt.org/directory')
    .describe('Address of the directory of the authority; that of Let’s Encrypt where absent.'),
  terms_agreed: z
    .literal(true, { error: 'must be true: without an agreement no authority issues anything' })
    .describe('You have read the terms of the authority, and agree to them.'),
  account_key: pem.describe(
    `Private key of the account, RSA, in PEM: \`openssl genrsa 3072\`. All directors ask as this account. ${where} Never shown.`,
  ),
  contact: z
    .string()
    .regex(/^[A-Za-z0-9.!#%&*+/=?^_{|}~-]+@[A-Za-z0-9.-]+$/, 'must be an address for mail')
    .optional()
    .describe('Where the authority sends mail to.'),
  external_account: externalAccount
    .optional()
    .describe('An account with the authority to which this one is to belong, for those that ask for it.'),
  authority: pem
    .optional()
    .describe(
      `Certificates of those who may sign that of the directory, in PEM, for an authority of your own; those that the machine knows where absent. ${where}`,
    ),
  dns: z
    .string()
    .regex(/^(?:\/[A-Za-z0-9._+-]+)+$/, 'must be the absolute path of a program')
    .optional()
    .describe(
      'Names are proved by records of DNS (dns-01), which this program on the directors makes and takes away: it is called with `deploy_challenge` or `clean_challenge`, the name, a token and the text of the record `_acme-challenge`. By a page on port 80 (http-01) where absent.',
    ),
  renew_days: z
    .number()
    .int()
    .min(1)
    .max(90)
    .default(30)
    .describe('Days before its end from which on a certificate is renewed.'),
})

/** The words of `acme`. */
export type AcmeSettings = z.infer<typeof acme>
