import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, path, paths, refused, str } from './option.ts'

/** community.crypto.openssl_pkcs12. */
export const opensslPkcs12Module = module({
  name: 'openssl_pkcs12',
  collection: 'community.crypto',
  summary: 'A certificate with its key in one file.',
  options: {
    ...fileOptions,
    action: different('`parse` is refused', str({ choices: ['export', 'parse'], default: 'export' })),
    other_certificates: done(paths({ aliases: ['ca_certificates'] })),
    other_certificates_parse_all: different('each file is taken whole', bool(false)),
    certificate_path: done(path()),
    force: done(bool(false)),
    friendly_name: done(str({ aliases: ['name'] })),
    iter_size: done(int()),
    maciter_size: refused('iter_size says it for both', int()),
    encryption_level: refused(
      'openssl chooses it',
      str({ choices: ['auto', 'compatibility2022'], default: 'auto' }),
    ),
    passphrase: done(str({ secret: true })),
    path: done(path({ required: true })),
    privatekey_passphrase: done(str({ secret: true })),
    privatekey_path: done(path()),
    privatekey_content: refused('write the key to a file', str({ secret: true })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    src: refused('`parse` is not done here: run openssl with "command"', path()),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    return_content: refused('read it with slurp', bool(false)),
    select_crypto_backend: different(
      'the openssl of the machine does it',
      str({ choices: ['auto', 'cryptography', 'pyopenssl'], default: 'auto' }),
    ),
  },
  means: (given) => {
    if (given.state === 'absent') return { kind: 'gone', fields: { path: given.path } }
    if (given.action === 'parse')
      return { option: 'action', refused: 'run "openssl pkcs12" with command, and "creates"' }
    if (given.certificate_path === undefined) return { refused: 'say which certificate: certificate_path' }
    return {
      kind: 'key_store',
      fields: fields({
        path: given.path,
        certificate: given.certificate_path,
        others: given.other_certificates,
        key: given.privatekey_path,
        key_passphrase: given.privatekey_passphrase,
        passphrase: given.passphrase,
        friendly_name: given.friendly_name,
        iterations: given.iter_size,
        force: given.force,
        backup: given.backup,
        ...ownershipOf(given),
      }),
    }
  },
})
