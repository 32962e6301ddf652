import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, dict, different, done, int, items, list, path, refused, str } from './option.ts'
import { type Part, partsOfSubject } from './subject.ts'

/** What may be asked for beside the subject. */
interface Extending {
  readonly subject_alt_name: readonly string[] | undefined
  readonly subject_alt_name_critical: boolean
  readonly use_common_name_for_san: boolean
  readonly key_usage: readonly string[] | undefined
  readonly key_usage_critical: boolean
  readonly extended_key_usage: readonly string[] | undefined
  readonly extended_key_usage_critical: boolean
  readonly basic_constraints: readonly string[] | undefined
  readonly basic_constraints_critical: boolean
  readonly ocsp_must_staple: boolean
  readonly ocsp_must_staple_critical: boolean
  readonly create_subject_key_identifier: boolean
}

/** Extensions of a request by the names that openssl gives to them. */
function extensionsOf(given: Extending, subject: readonly Part[]) {
  const common = subject.find(([name]) => name === 'CN' || name === 'commonName')?.[1]
  const isAddress = common !== undefined && /^(\d+(\.\d+){3}|[0-9a-f:]*:[0-9a-f:]*)$/i.test(common)
  const byName =
    given.use_common_name_for_san && common !== undefined
      ? [`${isAddress ? 'IP' : 'DNS'}:${common}`]
      : undefined
  const all: readonly (readonly [name: string, values: readonly string[] | undefined, critical: boolean])[] =
    [
      ['subjectAltName', given.subject_alt_name ?? byName, given.subject_alt_name_critical],
      ['keyUsage', given.key_usage, given.key_usage_critical],
      ['extendedKeyUsage', given.extended_key_usage, given.extended_key_usage_critical],
      ['basicConstraints', given.basic_constraints, given.basic_constraints_critical],
      [
        'tlsfeature',
        given.ocsp_must_staple ? ['status_request'] : undefined,
        given.ocsp_must_staple_critical,
      ],
      ['subjectKeyIdentifier', given.create_subject_key_identifier ? ['hash'] : undefined, false],
    ]
  return all.filter(([, values]) => values !== undefined && values.length > 0)
}

/** community.crypto.openssl_csr. */
export const opensslCsrModule = module({
  name: 'openssl_csr',
  collection: 'community.crypto',
  summary: 'A request for a certificate.',
  options: {
    ...fileOptions,
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    force: done(bool(false)),
    path: done(path({ required: true })),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    return_content: refused('read it with slurp', bool(false)),
    privatekey_content: refused('write the key to a file', str({ secret: true })),
    name_constraints_permitted: refused(
      'openssl req has no words for it: write it into the certificate of the CA',
      list(),
    ),
    name_constraints_excluded: refused(
      'openssl req has no words for it: write it into the certificate of the CA',
      list(),
    ),
    name_constraints_critical: refused(
      'openssl req has no words for it: write it into the certificate of the CA',
      bool(false),
    ),
    digest: done(str({ default: 'sha256' })),
    privatekey_path: done(path()),
    privatekey_passphrase: done(str({ secret: true })),
    version: done(int({ choices: ['1'], default: 1 })),
    subject: done(dict()),
    subject_ordered: done(items('dict')),
    country_name: done(str({ aliases: ['C', 'countryName'] })),
    state_or_province_name: done(str({ aliases: ['ST', 'stateOrProvinceName'] })),
    locality_name: done(str({ aliases: ['L', 'localityName'] })),
    organization_name: done(str({ aliases: ['O', 'organizationName'] })),
    organizational_unit_name: done(str({ aliases: ['OU', 'organizationalUnitName'] })),
    common_name: done(str({ aliases: ['CN', 'commonName'] })),
    email_address: done(str({ aliases: ['E', 'emailAddress'] })),
    subject_alt_name: done(list({ aliases: ['subjectAltName'] })),
    subject_alt_name_critical: done(bool(false, { aliases: ['subjectAltName_critical'] })),
    use_common_name_for_san: done(bool(true, { aliases: ['useCommonNameForSAN'] })),
    key_usage: done(list({ aliases: ['keyUsage'] })),
    key_usage_critical: done(bool(false, { aliases: ['keyUsage_critical'] })),
    extended_key_usage: done(list({ aliases: ['extKeyUsage', 'extendedKeyUsage'] })),
    extended_key_usage_critical: done(
      bool(false, { aliases: ['extKeyUsage_critical', 'extendedKeyUsage_critical'] }),
    ),
    basic_constraints: done(list({ aliases: ['basicConstraints'] })),
    basic_constraints_critical: done(bool(false, { aliases: ['basicConstraints_critical'] })),
    ocsp_must_staple: done(bool(false, { aliases: ['ocspMustStaple'] })),
    ocsp_must_staple_critical: done(bool(false, { aliases: ['ocspMustStaple_critical'] })),
    select_crypto_backend: different(
      'the openssl of the machine does it',
      str({ choices: ['auto', 'cryptography'], default: 'auto' }),
    ),
    create_subject_key_identifier: done(bool(false)),
    subject_key_identifier: refused('it is computed', str()),
    authority_key_identifier: refused('it is the CA that knows it', str()),
    authority_cert_issuer: refused('it is the CA that knows it', list()),
    authority_cert_serial_number: refused('it is the CA that knows it', int()),
    crl_distribution_points: refused(
      'openssl req has no words for it: write it into the certificate of the CA',
      items('dict'),
    ),
  },
  means: (given) => {
    if (given.state === 'absent') return { kind: 'gone', fields: { path: given.path } }
    if (given.privatekey_path === undefined) return { refused: 'say which key: privatekey_path' }
    const subject = partsOfSubject(given)
    if (typeof subject === 'string') return { option: 'subject_ordered', refused: subject }
    return {
      kind: 'certificate_request',
      fields: fields({
        path: given.path,
        key: given.privatekey_path,
        passphrase: given.privatekey_passphrase,
        digest: given.digest,
        subject,
        extensions: extensionsOf(given, subject),
        force: given.force,
        backup: given.backup,
        ...ownershipOf(given),
      }),
    }
  },
})
