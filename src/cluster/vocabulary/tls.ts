import { z } from 'zod'
import { port } from './words.ts'

const hostName = z
  .string()
  .regex(
    /^(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
    'must be a name such as www.example.org; other letters as DNS has them, xn--…',
  )

/** How a text of PEM is given. */
export const where =
  'A file, by its path from the file this stands in, which may be encrypted by ansible-vault; or a secret (`!vault`, `!file`, `!command`) that holds the text itself.'

/** A text of PEM, or the name of its file. */
export const pem = z.string().min(1)

const certificate = z.strictObject({
  certificate: pem.describe(
    `The certificate and, one after the other, those that sign it, in PEM; its own comes first. ${where}`,
  ),
  key: pem
    .optional()
    .describe(
      `Its private key, in PEM and without a passphrase; absent: it stands beside the certificate in the same text. ${where} Never shown.`,
    ),
})

const certificates = z.array(certificate).min(1).max(1000)

const hsts = z.strictObject({
  max_age: z
    .number()
    .int()
    .min(0)
    .max(315_360_000)
    .default(31_536_000)
    .describe('Seconds for which browsers ask for these names by TLS alone; 0 takes it back.'),
  include_subdomains: z.boolean().default(false).describe('It counts for all names below these, too.'),
  preload: z.boolean().default(false).describe('Makers of browsers may put these names on their lists.'),
})

/** How clients are spoken with over TLS. */
export const tls = z.strictObject({
  certificates: certificates
    .optional()
    .describe(
      'Certificates with their keys. Which one a client is shown goes by the name it asks for (SNI), which is looked for among those in the certificates; the first one where it asks for none of them.',
    ),
  acme: z
    .literal(true, { error: 'must be true; leave it out, and give certificates, where nobody issues them' })
    .optional()
    .describe(
      'Instead of `certificates`: one for all `names`, which the authority of `acme` issues and renews. Each director has its own.',
    ),
  names: z
    .array(hostName)
    .default([])
    .describe(
      'Names by which clients ask; each must be in one of the certificates, or is put into the one that is issued.',
    ),
  minimum: z
    .union([z.literal(1.2), z.literal(1.3)], { error: 'must be 1.2 or 1.3, a version of TLS' })
    .default(1.2)
    .describe('Version of TLS below which nobody is spoken with.'),
  http3: z
    .boolean()
    .default(false)
    .describe(
      'HTTP/3 beside HTTP/2 and 1.1, by UDP on the same port, of which clients are told (`Alt-Svc`). nginx 1.25 and HAProxy 3.0 or later, such as those of Debian 13.',
    ),
  hsts: hsts
    .optional()
    .describe(
      'Browsers remember that these names are asked for by TLS alone (`Strict-Transport-Security`); not where absent.',
    ),
})

/** How realservers are spoken with over TLS. */
export const backendTls = z.strictObject({
  verify: z
    .boolean()
    .default(true)
    .describe(
      'Whether nginx or HAProxy look whose certificate a realserver has; `false`: any will do, and what passes between can be read by whoever stands there.',
    ),
  authority: pem
    .optional()
    .describe(`Certificates of those who may sign that of the realservers, in PEM. ${where}`),
  name: hostName
    .optional()
    .describe('The name that is in the certificate of the realservers, by which they are asked (SNI).'),
  certificates: certificates
    .optional()
    .describe(
      'Certificates with their keys that the nginx of the realservers serves with; a server of your own has its own.',
    ),
})

/** Where a service sends those who ask it. */
export const redirect = z.union([
  z.literal('https'),
  z.strictObject({
    to: z.literal('https').default('https').describe('The same name by TLS.'),
    port: port
      .optional()
      .describe('Port of the service there; that of the only one with TLS behind the VIP where absent.'),
    status: z
      .union([z.literal(301), z.literal(308)])
      .default(301)
      .describe('301; or 308, after which what was sent with the request is sent again.'),
  }),
])

/** The words of `tls`. */
export type TlsSettings = z.infer<typeof tls>
/** The words of `backend_tls`. */
export type BackendTlsSettings = z.infer<typeof backendTls>
/** A certificate with its key. */
export type CertificateSettings = z.infer<typeof certificate>
/** The words of `redirect`. */
export type RedirectSettings = z.infer<typeof redirect>
