import { fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, path, refused, str } from './option.ts'

/** community.crypto.openssl_dhparam. */
export const opensslDhparamModule = module({
  name: 'openssl_dhparam',
  collection: 'community.crypto',
  summary: 'Parameters for the exchange of keys by Diffie and Hellman.',
  options: {
    ...fileOptions,
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    size: done(int({ default: 4096 })),
    force: done(bool(false)),
    path: done(path({ required: true })),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    select_crypto_backend: different(
      'the openssl of the machine does it',
      str({ choices: ['auto', 'cryptography', 'openssl'], default: 'auto' }),
    ),
    return_content: refused('read it with slurp', bool(false)),
  },
  means: (given) => {
    if (given.state === 'absent') return { kind: 'gone', fields: { path: given.path } }
    const { path, size, force, backup } = given
    return { kind: 'diffie_hellman', fields: { path, size, force, backup, ...ownershipOf(given) } }
  },
})
