import { z } from 'zod'
import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { cryptoFields, cryptoFile, passwordFile } from './crypto-file.ts'
import { absolutePath } from './fields.ts'

const oneLine = z.string().regex(/^[^\n\0]*$/, 'must be one line')
const passphrase = oneLine
  .optional()
  .describe('The password of the key. Never shown.')
  .meta({ writeOnly: true })
const digest = z
  .string()
  .regex(/^[A-Za-z0-9-]+$/, 'must be the name of a digest')
  .default('sha256')
  .describe('By which digest it is signed.')

const requestFields = z.strictObject({
  ...cryptoFields,
  key: absolutePath.describe('The private key.'),
  passphrase,
  digest,
  subject: z
    .array(z.tuple([z.string().regex(/^[A-Za-z0-9.]+$/, 'must be the name of a part of a subject'), oneLine]))
    .default([])
    .describe('Parts of its name, in their order.'),
  extensions: z
    .array(z.tuple([z.string().regex(/^[A-Za-z0-9.]+$/), z.array(oneLine).min(1), z.boolean()]))
    .default([])
    .describe('Extensions, their values and whether they are critical.'),
  force: z.boolean().default(false).describe('It is made in every run.'),
})

type Request = z.infer<typeof requestFields>

/** A configuration of openssl with the subject and the extensions of a request (config(5ssl), req(1ssl)). */
function configOf({ subject, extensions }: Request): string {
  const written = (text: string) => text.replaceAll(/[\\$#"']/g, '\\$&')
  const lists = extensions.map(([name, values, critical], index) => {
    // A name of its own for each value: a comma may be part of it.
    const isNames = name === 'subjectAltName'
    const said = isNames ? [`@names${index}`] : values.map(written)
    return {
      line: `${name} = ${[...(critical ? ['critical'] : []), ...said].join(', ')}`,
      section: isNames
        ? [`[names${index}]`, ...named(values).map(([key, value]) => `${key} = ${written(value)}`)]
        : [],
    }
  })
  return [
    '[req]',
    'prompt = no',
    'utf8 = yes',
    'string_mask = utf8only',
    'distinguished_name = subject',
    ...(extensions.length > 0 ? ['req_extensions = extensions'] : []),
    '[subject]',
    ...subject.map(([name, value], index) => `${index}.${name} = ${written(value)}`),
    '[extensions]',
    ...lists.map(({ line }) => line),
    ...lists.flatMap(({ section }) => section),
    '',
  ].join('\n')
}

function named(values: readonly string[]): readonly (readonly [key: string, value: string])[] {
  return values.map((value, index) => {
    const [, kind = 'DNS', rest = value] = /^([A-Za-z]+):([\s\S]*)$/.exec(value) ?? []
    return [`${kind}.${index}`, rest] as const
  })
}

function requesting(wanted: Request): Script {
  const { key, passphrase: password = '', digest: by, subject } = wanted
  return lines(
    passwordFile('in', password),
    sh`printf '%s' ${configOf(wanted)} >"$us_d/config"
openssl req -new -key ${key} -passin file:"$us_d/in" ${`-${by}`} -config "$us_d/config" ${subject.length === 0 ? ['-subj', '/'] : []}`,
  )
}

/** What a request or a certificate says, in an order that is always the same; its signature and its dates aside. */
const sayings = sh`us_sayings() { sed -e '/^ *Signature Value/,$d' | awk '/^ *Signature Algorithm/ { print; if (seen++) exit; next } { print }' | grep -Ev '^ *(Attributes:|Requested Extensions:|\(none\)|a0:00)' | grep -Ev '^ *([0-9a-f][0-9a-f]:)+' | tr ',' '\n' | sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' | grep -v '^$' | sort; }`

/** A request for a certificate. */
export const certificateRequest = cryptoFile<Request>({
  name: 'openssl_csr',
  summary: 'A request for a certificate.',
  schema: requestFields,
  mode: '0644',
  needs: ({ key }) => [key],
  check: (wanted) => sh`${embed(sayings)}
us_pub() { openssl req -noout -pubkey; }
{
${embed(requesting(wanted))}
} >"$us_d/wanted" || exit 1
us_is=$(openssl req -in ${wanted.path} -noout -text | us_sayings)
us_wants=$(openssl req -in "$us_d/wanted" -noout -text | us_sayings)
if [ "$(us_pub <${wanted.path})" != "$(us_pub <"$us_d/wanted")" ]; then echo 'is for another key'
elif [ "$us_is" = "$us_wants" ]; then echo same; else echo 'says something else'; fi`,
  always: ({ force }) => force,
  make: (wanted) => sh`{
${embed(requesting(wanted))}
} >"$us_got"`,
})

const moment = z
  .string()
  .regex(/^([+-](\d+[wdhmsWDHMS])+|\d{14}Z)$/, 'must be such as +365d or 20300101000000Z')

const certificateFields = z.strictObject({
  ...cryptoFields,
  request: absolutePath.optional().describe('What it is made of; absent: a name that is empty.'),
  key: absolutePath.optional().describe('The key that signs it, where it signs itself.'),
  ca: absolutePath.optional().describe('The certificate of the CA that signs it.'),
  ca_key: absolutePath.optional().describe('The key of that CA.'),
  passphrase,
  digest,
  not_before: moment.default('+0s').describe('From when it holds.'),
  not_after: moment.default('+3650d').describe('Until when it holds.'),
  subject_key: z
    .enum(['create_if_not_provided', 'always_create', 'never_create'])
    .default('create_if_not_provided')
    .describe('Whether it says what its key is called.'),
  authority_key: z.boolean().default(true).describe('Whether it says what the key of its CA is called.'),
  force: z.boolean().default(false).describe('It is made in every run.'),
})

type Certificate = z.infer<typeof certificateFields>

/** Seconds from now of a time that is relative; `undefined` where it is none. */
function secondsIn(text: string): number | undefined {
  const units: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 }
  if (!/^[+-]/.test(text)) return undefined
  const parts = [...text.toLowerCase().matchAll(/(\d+)([wdhms])/g)]
  const sum = parts.reduce((all, [, count, unit = 's']) => all + Number(count) * (units[unit] ?? 1), 0)
  return text.startsWith('-') ? -sum : sum
}

function dated(text: string): Script {
  const seconds = secondsIn(text)
  return seconds === undefined
    ? sh`printf '%s' ${text}`
    : sh`date -u -d "@$(($(date +%s) + ${seconds}))" +%Y%m%d%H%M%SZ`
}

/** Has openssl's own CA sign it in a directory that is thrown away: every release of openssl can (ca(1ssl)). */
function signing(wanted: Certificate): Script {
  const {
    request,
    key,
    ca,
    ca_key,
    passphrase: password = '',
    digest: by,
    subject_key,
    authority_key,
  } = wanted
  const signer = ca_key ?? key ?? ''
  const config = [
    '[ca]',
    'default_ca = here',
    '[here]',
    'database = @/index',
    'new_certs_dir = @',
    'rand_serial = yes',
    'unique_subject = no',
    'policy = any',
    'copy_extensions = copy',
    'x509_extensions = added',
    'email_in_dn = yes',
    '[any]',
    'commonName = optional',
    '[added]',
    ...(subject_key === 'never_create' ? [] : ['subjectKeyIdentifier = hash']),
    ...(ca === undefined || !authority_key ? [] : ['authorityKeyIdentifier = keyid']),
    '[req]',
    'distinguished_name = none',
    '[none]',
    '',
  ].join('\n')
  return lines(
    passwordFile('in', password),
    sh`printf '%s' ${config} | sed "s|@|$us_d|" >"$us_d/config"
: >"$us_d/index"
${embed(request === undefined ? sh`openssl req -new -key ${signer} -passin file:"$us_d/in" -subj / -config "$us_d/config" -out "$us_d/request"` : sh`cat -- ${request} >"$us_d/request"`)}
openssl ca -batch -notext -preserveDN -config "$us_d/config" -in "$us_d/request" -keyfile ${signer} -passin file:"$us_d/in" ${ca === undefined ? ['-selfsign'] : ['-cert', ca]} -md ${by} -startdate "$(${embed(dated(wanted.not_before))})" -enddate "$(${embed(dated(wanted.not_after))})" -out "$us_d/certificate" 2>"$us_d/said" || { cat "$us_d/said" >&2; exit 1; }`,
  )
}

/** A certificate that is signed on the host: by its own key, or by a CA whose key is there. */
export const certificate = cryptoFile<Certificate>({
  name: 'x509_certificate',
  summary: 'A certificate that is signed on the host, by its own key or by a CA.',
  schema: certificateFields,
  mode: '0644',
  needs: ({ request, key, ca, ca_key }) => [request, key, ca, ca_key].filter((one) => one !== undefined),
  check: (wanted) => sh`${embed(sayings)}
us_pub() { openssl x509 -noout -pubkey; }
us_text() { openssl x509 -noout -text -certopt no_serial,no_validity | us_sayings; }
( ${embed(signing(wanted))} ) || exit 1
if [ "$(us_pub <${wanted.path})" != "$(us_pub <"$us_d/certificate")" ]; then echo 'is for another key'
elif [ "$(us_text <${wanted.path})" != "$(us_text <"$us_d/certificate")" ]; then echo 'says something else'
elif ${embed(signedBySame(wanted))}; then echo same; else echo 'is signed by another key'; fi`,
  always: ({ force }) => force,
  make: (wanted) => sh`${embed(signing(wanted))}
cat "$us_d/certificate" >"$us_got"`,
})

/** Whose name it bears was compared; whether it holds, and for what, is nothing that a new one would change. */
function signedBySame({ path, ca }: Certificate): Script {
  return sh`! openssl verify -partial_chain -trusted ${ca ?? path} ${path} 2>&1 | grep -q 'signature failure'`
}
