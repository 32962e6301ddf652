import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, refused, str } from './option.ts'

/** community.crypto.openssl_publickey. */
export const opensslPublickeyModule = module({
  name: 'openssl_publickey',
  collection: 'community.crypto',
  summary: 'The public part of a private key.',
  options: {
    ...fileOptions,
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    force: done(bool(false)),
    format: done(str({ choices: ['OpenSSH', 'PEM'], default: 'PEM' })),
    path: done(path({ required: true })),
    privatekey_path: done(path()),
    privatekey_content: refused('write the key to a file', str({ secret: true })),
    privatekey_passphrase: done(str({ secret: true })),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    select_crypto_backend: different(
      'the openssl of the machine does it',
      str({ choices: ['auto', 'cryptography'], default: 'auto' }),
    ),
    return_content: refused('read it with slurp', bool(false)),
  },
  means: (given) => {
    if (given.state === 'absent') return { kind: 'gone', fields: { path: given.path } }
    const { path, privatekey_path: key, privatekey_passphrase: passphrase, format, force, backup } = given
    return {
      kind: 'public_key',
      fields: fields({ path, key, passphrase, format, force, backup, ...ownershipOf(given) }),
    }
  },
})
