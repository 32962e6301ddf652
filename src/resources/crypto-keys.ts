import { z } from 'zod'
import { embed, lines, sh } from '../shell/quote.ts'
import { cryptoFields, cryptoFile, passwordFile } from './crypto-file.ts'
import { absolutePath } from './fields.ts'

const passphrase = z
  .string()
  .regex(/^[^\n\0]+$/, 'must be one line')
  .optional()
  .describe('The password of the key. Never shown.')
  .meta({ writeOnly: true })

/** Names of curves that openssl has for what others call otherwise. */
const curveNames: Readonly<Record<string, string>> = { secp256r1: 'prime256v1', secp192r1: 'prime192v1' }

const keyFields = z
  .strictObject({
    ...cryptoFields,
    type: z.enum(['RSA', 'ECC', 'Ed25519', 'Ed448', 'X25519', 'X448']).default('RSA').describe('Its kind.'),
    size: z.int().min(512).max(16_384).default(4096).describe('Bits of a key of RSA.'),
    curve: z
      .string()
      .regex(/^[A-Za-z0-9]+$/, 'must be the name of a curve')
      .optional()
      .describe('Its curve, where its kind is ECC.'),
    passphrase,
    cipher: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, 'must be the name of a cipher')
      .default('aes256')
      .describe('How it is encrypted, where it has a password.'),
    regenerate: z
      .enum(['never', 'fail', 'partial_idempotence', 'full_idempotence', 'always'])
      .default('full_idempotence')
      .describe('When one that is there is replaced.'),
  })
  .refine(({ type, curve }) => type !== 'ECC' || curve !== undefined, {
    path: ['curve'],
    message: 'is missing: a key of ECC has one',
  })

type Key = z.infer<typeof keyFields>

/** A private key that the host's openssl makes. */
export const privateKey = cryptoFile<Key>({
  name: 'openssl_privatekey',
  summary: "A private key that the host's openssl makes.",
  schema: keyFields,
  mode: '0600',
  needs: () => [],
  // Only what is public of it is printed.
  check: ({ path, type, size, curve = '', passphrase: password = '' }) => {
    const is = {
      RSA: sh`printf '%s\n' "$us_about" | grep -q '^Modulus' && printf '%s\n' "$us_about" | grep -q ${`(${size} bit`}`,
      ECC: sh`printf '%s\n' "$us_about" | grep -q ${`^ASN1 OID: ${curveNames[curve] ?? curve}$`}`,
    }
    const other = sh`printf '%s\n' "$us_about" | grep -qi ${`^${type} Public-Key`}`
    return lines(
      passwordFile('in', password),
      // With no password asked for, none may be needed.
      sh`us_about=$(openssl pkey -in ${path} -passin file:"$us_d/in" -noout -text_pub 2>/dev/null) || { echo 'cannot be read with this password'; exit 0; }
if grep -q ENCRYPTED ${path}; then us_locked=yes; else us_locked=no; fi
if [ "$us_locked" != ${password === '' ? 'no' : 'yes'} ]; then echo ${password === '' ? 'has a password' : 'has no password'}
elif ${embed(type === 'RSA' || type === 'ECC' ? is[type] : other)}; then echo same
else echo ${`is no key of ${type}${type === 'RSA' ? ` with ${size} bits` : type === 'ECC' ? ` on ${curve}` : ''}`}; fi`,
    )
  },
  refusal: ({ path, regenerate }, said) => {
    const unreadable = said.startsWith('cannot')
    if (said === 'same' || regenerate === 'always' || regenerate === 'full_idempotence') return undefined
    if (regenerate === 'partial_idempotence' && !unreadable) return undefined
    return `${path} ${said}, and "regenerate: ${regenerate}" keeps it`
  },
  always: ({ regenerate }) => regenerate === 'always',
  make: ({ type, size, curve = '', passphrase: password, cipher }) => {
    const kind =
      type === 'RSA'
        ? ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${size}`]
        : type === 'ECC'
          ? [
              '-algorithm',
              'EC',
              '-pkeyopt',
              `ec_paramgen_curve:${curveNames[curve] ?? curve}`,
              '-pkeyopt',
              'ec_param_enc:named_curve',
            ]
          : ['-algorithm', type.toUpperCase()]
    return password === undefined
      ? sh`openssl genpkey ${kind} -out "$us_got" 2>"$us_d/said" || { cat "$us_d/said" >&2; exit 1; }`
      : lines(
          passwordFile('out', password),
          sh`openssl genpkey ${kind} ${`-${cipher}`} -pass file:"$us_d/out" -out "$us_got" 2>"$us_d/said" || { cat "$us_d/said" >&2; exit 1; }`,
        )
  },
})

const publicFields = z.strictObject({
  ...cryptoFields,
  key: absolutePath.describe('The private key.'),
  passphrase,
  format: z.enum(['PEM', 'OpenSSH']).default('PEM').describe('How it is written.'),
  force: z.boolean().default(false).describe('It is written in every run.'),
})

type Public = z.infer<typeof publicFields>

function publicPart({ key, passphrase: password = '', format }: Public) {
  if (format === 'PEM')
    return lines(passwordFile('in', password), sh`openssl pkey -in ${key} -passin file:"$us_d/in" -pubout`)
  return lines(
    passwordFile('in', password),
    // ssh-keygen takes a password by its command line only: it gets the key without one.
    sh`(umask 077; openssl pkey -in ${key} -passin file:"$us_d/in" -out "$us_d/key")
ssh-keygen -y -f "$us_d/key"`,
  )
}

/** The public part of a key of the host. */
export const publicKey = cryptoFile<Public>({
  name: 'openssl_publickey',
  summary: 'The public part of a key of the host.',
  schema: publicFields,
  mode: '0644',
  needs: ({ key }) => [key],
  check: (wanted) => sh`${embed(publicPart(wanted))} >"$us_d/wanted"
if cmp -s "$us_d/wanted" ${wanted.path}; then echo same; else echo 'is that of another key'; fi`,
  always: ({ force }) => force,
  make: (wanted) => sh`{
${embed(publicPart(wanted))}
} >"$us_got"`,
})

const parameterFields = z.strictObject({
  ...cryptoFields,
  size: z.int().min(512).max(16_384).default(4096).describe('Bits.'),
  force: z.boolean().default(false).describe('They are made in every run.'),
})

/** Parameters for the exchange of keys by Diffie and Hellman. */
export const diffieHellman = cryptoFile<z.infer<typeof parameterFields>>({
  name: 'openssl_dhparam',
  summary: 'Parameters for the exchange of keys by Diffie and Hellman.',
  schema: parameterFields,
  mode: '0644',
  needs: () => [],
  check: ({
    path,
    size,
  }) => sh`if openssl dhparam -in ${path} -noout -text 2>/dev/null | grep -q ${`(${size} bit)`}; then echo same
else echo ${`has not ${size} bits`}; fi`,
  always: ({ force }) => force,
  make: ({ size }) =>
    sh`openssl dhparam -out "$us_got" ${size} 2>"$us_d/said" || { cat "$us_d/said" >&2; exit 1; }`,
})

const storeFields = z.strictObject({
  ...cryptoFields,
  certificate: absolutePath.describe('The certificate.'),
  others: z.array(absolutePath).default([]).describe('Files of more certificates.'),
  key: absolutePath.optional().describe('Its private key.'),
  key_passphrase: passphrase,
  passphrase,
  friendly_name: z.string().default('').describe('How it is called in it.'),
  iterations: z.int().min(1).optional().describe('How often the password is mixed.'),
  force: z.boolean().default(false).describe('It is made in every run.'),
})

/** A certificate with its key in one file, as PKCS #12 has it. */
export const keyStore = cryptoFile<z.infer<typeof storeFields>>({
  name: 'openssl_pkcs12',
  summary: 'A certificate with its key in one file, as PKCS #12 has it.',
  schema: storeFields,
  mode: '0400',
  needs: ({ certificate, key, others }) => [certificate, ...(key === undefined ? [] : [key]), ...others],
  check: ({
    path,
    certificate,
    others,
    key,
    key_passphrase = '',
    passphrase: password = '',
    friendly_name,
  }) =>
    lines(
      passwordFile('in', password),
      passwordFile('key', key_passphrase),
      sh`us_all=$(openssl pkcs12 -in ${path} -passin file:"$us_d/in" -nokeys 2>/dev/null) || { echo 'cannot be read with this password'; exit 0; }
us_sums() { awk '/BEGIN CERT/ { on = 1 } on { print } /END CERT/ { on = 0 }' | grep -v CERTIFICATE | tr -d '\n'; }
us_is=$(printf '%s\n' "$us_all" | us_sums)
us_wanted=$(cat ${[certificate, ...others]} | us_sums)
us_name=$(printf '%s\n' "$us_all" | sed -n 's/^ *friendlyName: //p' | head -n 1)
if [ "$us_is" != "$us_wanted" ]; then echo 'has other certificates'
elif [ "$us_name" != ${friendly_name} ]; then echo 'has another name'; exit 0
else ${embed(
        key === undefined
          ? sh`echo same`
          : sh`us_is=$(openssl pkcs12 -in ${path} -passin file:"$us_d/in" -nocerts -nodes 2>/dev/null | openssl pkey -pubout)
  us_wanted=$(openssl pkey -in ${key} -passin file:"$us_d/key" -pubout)
  if [ "$us_is" = "$us_wanted" ]; then echo same; else echo 'has another key'; fi`,
      )}; fi`,
    ),
  always: ({ force }) => force,
  make: ({
    certificate,
    others,
    key,
    key_passphrase = '',
    passphrase: password = '',
    friendly_name,
    iterations,
  }) =>
    lines(
      passwordFile('out', password),
      passwordFile('key', key_passphrase),
      sh`${embed(others.length === 0 ? sh`:` : sh`cat -- ${others} >"$us_d/others"`)}
openssl pkcs12 -export -in ${certificate} ${key === undefined ? ['-nokeys'] : ['-inkey', key]} -passin file:"$us_d/key" -passout file:"$us_d/out" ${friendly_name === '' ? [] : ['-name', friendly_name]} ${iterations === undefined ? [] : ['-iter', iterations]} ${embed(others.length === 0 ? sh`` : sh`-certfile "$us_d/others"`)} -out "$us_got"`,
    ),
})
