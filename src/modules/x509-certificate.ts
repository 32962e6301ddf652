import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, path, refused, str } from './option.ts'

/** community.crypto.x509_certificate. */
export const x509CertificateModule = module({
  name: 'x509_certificate',
  collection: 'community.crypto',
  alsoCalled: ['community.crypto.openssl_certificate'],
  summary: 'A certificate that its own key signs, or a CA whose key the machine has.',
  options: {
    ...fileOptions,
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    path: done(path({ required: true })),
    provider: different(
      '`acme` and `entrust` are refused',
      str({ choices: ['acme', 'entrust', 'ownca', 'selfsigned'] }),
    ),
    return_content: refused('read it with slurp', bool(false)),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    csr_content: refused('write the request to a file', str()),
    privatekey_content: refused('write the key to a file', str({ secret: true })),
    acme_directory: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      str({ default: 'https://acme-v02.api.letsencrypt.org/directory' }),
    ),
    ownca_content: refused('write the certificate to a file', str()),
    ownca_privatekey_content: refused('write the key to a file', str({ secret: true })),
    force: done(bool(false)),
    csr_path: done(path()),
    privatekey_path: done(path()),
    privatekey_passphrase: done(str({ secret: true })),
    ignore_timestamps: refused('one that is made anew in each run never converges', bool(true)),
    select_crypto_backend: different(
      'the openssl of the machine does it',
      str({ choices: ['auto', 'cryptography'], default: 'auto' }),
    ),
    acme_accountkey_path: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      path(),
    ),
    acme_challenge_path: refused('get it with certbot or lego: run it with "command", and "creates"', path()),
    acme_chain: refused('get it with certbot or lego: run it with "command", and "creates"', bool(false)),
    entrust_cert_type: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      str({
        choices: [
          'STANDARD_SSL',
          'ADVANTAGE_SSL',
          'UC_SSL',
          'EV_SSL',
          'WILDCARD_SSL',
          'PRIVATE_SSL',
          'PD_SSL',
          'CDS_ENT_LITE',
          'CDS_ENT_PRO',
          'SMIME_ENT',
        ],
        default: 'STANDARD_SSL',
      }),
    ),
    entrust_requester_email: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      str(),
    ),
    entrust_requester_name: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      str(),
    ),
    entrust_requester_phone: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      str(),
    ),
    entrust_api_user: refused('get it with certbot or lego: run it with "command", and "creates"', str()),
    entrust_api_key: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      str({ secret: true }),
    ),
    entrust_api_client_cert_path: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      path(),
    ),
    entrust_api_client_cert_key_path: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      path(),
    ),
    entrust_not_after: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      str({ default: '+365d' }),
    ),
    entrust_api_specification_path: refused(
      'get it with certbot or lego: run it with "command", and "creates"',
      path({ default: 'https://cloud.entrust.net/EntrustCloud/documentation/cms-api-2.1.0.yaml' }),
    ),
    ownca_path: done(path()),
    ownca_privatekey_path: done(path()),
    ownca_privatekey_passphrase: done(str({ secret: true })),
    ownca_digest: done(str({ default: 'sha256' })),
    ownca_version: refused('version 3 is what openssl writes', int({ default: 3 })),
    ownca_not_before: done(str({ default: '+0s' })),
    ownca_not_after: done(str({ default: '+3650d' })),
    ownca_create_subject_key_identifier: done(
      str({
        choices: ['create_if_not_provided', 'always_create', 'never_create'],
        default: 'create_if_not_provided',
      }),
    ),
    ownca_create_authority_key_identifier: done(bool(true)),
    selfsigned_version: refused('version 3 is what openssl writes', int({ default: 3 })),
    selfsigned_digest: done(str({ default: 'sha256' })),
    selfsigned_not_before: done(str({ aliases: ['selfsigned_notBefore'], default: '+0s' })),
    selfsigned_not_after: done(str({ aliases: ['selfsigned_notAfter'], default: '+3650d' })),
    selfsigned_create_subject_key_identifier: done(
      str({
        choices: ['create_if_not_provided', 'always_create', 'never_create'],
        default: 'create_if_not_provided',
      }),
    ),
  },
  means: (given) => {
    if (given.state === 'absent') return { kind: 'gone', fields: { path: given.path } }
    const { provider, path, csr_path: request, force, backup } = given
    const common = { path, request, force, backup, ...ownershipOf(given) }
    if (provider === 'selfsigned')
      return given.privatekey_path === undefined
        ? { option: 'provider', refused: 'say which key signs it: privatekey_path' }
        : {
            kind: 'certificate',
            fields: fields({
              ...common,
              key: given.privatekey_path,
              passphrase: given.privatekey_passphrase,
              digest: given.selfsigned_digest,
              not_before: given.selfsigned_not_before,
              not_after: given.selfsigned_not_after,
              subject_key: given.selfsigned_create_subject_key_identifier,
            }),
          }
    if (provider !== 'ownca')
      return {
        refused:
          'say who signs it, "provider: selfsigned" or "provider: ownca"; others are asked with "command"',
      }
    if (request === undefined || given.ownca_path === undefined || given.ownca_privatekey_path === undefined)
      return { option: 'provider', refused: 'say csr_path, ownca_path and ownca_privatekey_path' }
    return {
      kind: 'certificate',
      fields: fields({
        ...common,
        ca: given.ownca_path,
        ca_key: given.ownca_privatekey_path,
        passphrase: given.ownca_privatekey_passphrase,
        digest: given.ownca_digest,
        not_before: given.ownca_not_before,
        not_after: given.ownca_not_after,
        subject_key: given.ownca_create_subject_key_identifier,
        authority_key: given.ownca_create_authority_key_identifier,
      }),
    }
  },
})
