import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, path, refused, str } from './option.ts'

/** community.crypto.openssh_keypair. */
export const opensshKeypairModule = module({
  name: 'openssh_keypair',
  collection: 'community.crypto',
  summary: 'A pair of keys for ssh, made by ssh-keygen of the machine.',
  options: {
    ...fileOptions,
    state: done(str({ choices: ['present', 'absent'], default: 'present' })),
    size: done(int()),
    type: different(
      'rsa1 is made by no ssh any more',
      str({ choices: ['rsa', 'dsa', 'rsa1', 'ecdsa', 'ed25519'], default: 'rsa' }),
    ),
    force: done(bool(false)),
    path: done(path({ required: true })),
    comment: done(str()),
    passphrase: refused(
      'ssh-keygen takes it on its command line only, where every user of the machine sees it',
      str({ secret: true }),
    ),
    private_key_format: different(
      'a key that is there stays as it is written',
      str({ choices: ['auto', 'pkcs1', 'pkcs8', 'ssh'], default: 'auto' }),
    ),
    backend: different(
      'ssh-keygen makes it',
      str({ choices: ['auto', 'cryptography', 'opensshbin'], default: 'auto' }),
    ),
    regenerate: done(
      str({
        choices: ['never', 'fail', 'partial_idempotence', 'full_idempotence', 'always'],
        default: 'partial_idempotence',
      }),
    ),
  },
  means: (given) => {
    const { path, state, size, type, comment, force, private_key_format, regenerate } = given
    if (type === 'rsa1') return { option: 'type', refused: 'rsa1 is made by no ssh any more' }
    return {
      kind: 'ssh_key',
      fields: fields({
        path,
        state,
        size,
        type,
        comment,
        format: private_key_format === 'auto' ? undefined : private_key_format,
        regenerate: force ? 'always' : regenerate,
        ...ownershipOf(given),
      }),
    }
  },
})
