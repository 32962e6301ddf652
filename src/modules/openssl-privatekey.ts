import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, path, refused, str } from './option.ts'

/** community.crypto.openssl_privatekey. */
export const opensslPrivatekeyModule = module({
  name: 'openssl_privatekey',
  collection: 'community.crypto',
  summary: "A private key, made by the machine's openssl.",
  options: {
    ...fileOptions,
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    force: done(bool(false)),
    path: done(path({ required: true })),
    format: different(
      'openssl writes what it writes: `pkcs1` and `raw` are refused',
      str({ choices: ['pkcs1', 'pkcs8', 'raw', 'auto', 'auto_ignore'], default: 'auto_ignore' }),
    ),
    format_mismatch: refused(
      'a key is taken in any format',
      str({ choices: ['regenerate', 'convert'], default: 'regenerate' }),
    ),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    return_content: refused('read it with slurp', bool(false)),
    regenerate: done(
      str({
        choices: ['never', 'fail', 'partial_idempotence', 'full_idempotence', 'always'],
        default: 'full_idempotence',
      }),
    ),
    size: done(int({ default: 4096 })),
    type: different(
      '`DSA` is refused',
      str({ choices: ['DSA', 'ECC', 'Ed25519', 'Ed448', 'RSA', 'X25519', 'X448'], default: 'RSA' }),
    ),
    curve: done(
      str({
        choices: [
          'secp224r1',
          'secp256k1',
          'secp256r1',
          'secp384r1',
          'secp521r1',
          'secp192r1',
          'brainpoolP256r1',
          'brainpoolP384r1',
          'brainpoolP512r1',
          'sect163k1',
          'sect163r2',
          'sect233k1',
          'sect233r1',
          'sect283k1',
          'sect283r1',
          'sect409k1',
          'sect409r1',
          'sect571k1',
          'sect571r1',
        ],
      }),
    ),
    passphrase: done(str({ secret: true })),
    cipher: different('`auto`, or one that openssl has', str()),
    select_crypto_backend: different(
      'the openssl of the machine does it',
      str({ choices: ['auto', 'cryptography'], default: 'auto' }),
    ),
  },
  means: (given) => {
    if (given.state === 'absent') return { kind: 'gone', fields: { path: given.path } }
    const { type, size, curve, passphrase, cipher, regenerate, force, format } = given
    if (type === 'DSA') return { option: 'type', refused: 'a key of DSA is taken by nobody any more' }
    if (format === 'pkcs1' || format === 'raw') return { option: 'format', refused: 'openssl writes pkcs8' }
    return {
      kind: 'private_key',
      fields: fields({
        path: given.path,
        type,
        size,
        curve,
        passphrase,
        cipher: cipher === 'auto' ? undefined : cipher,
        regenerate: force ? 'always' : regenerate,
        backup: given.backup,
        ...ownershipOf(given),
      }),
    }
  },
})
