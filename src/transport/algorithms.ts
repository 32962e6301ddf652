import type { Algorithms } from 'ssh2'
import { Failure } from '../model/failure.ts'
import { matchesPattern } from './patterns.ts'
import { type Settings, setting } from './settings.ts'

/** Algorithms of one connection, by what they are for. */
export interface ChosenAlgorithms {
  readonly kex: readonly string[]
  readonly cipher: readonly string[]
  readonly hmac: readonly string[]
  /** For the key of the host; those that fit a recorded key are asked for first. */
  readonly serverHostKey: readonly string[]
  readonly compress: readonly string[]
}

type Kind = keyof ChosenAlgorithms

/** What is offered by default, cheapest first: with hundreds of hosts the key exchange is what this computer's time goes into. */
const usual: ChosenAlgorithms = {
  kex: [
    ...['curve25519-sha256', 'curve25519-sha256@libssh.org'],
    ...['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521'],
    ...['diffie-hellman-group-exchange-sha256', 'diffie-hellman-group14-sha256'],
    ...['diffie-hellman-group16-sha512', 'diffie-hellman-group18-sha512'],
  ],
  cipher: [
    ...['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com'],
    ...['aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  ],
  hmac: [
    ...['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
    ...['hmac-sha2-256', 'hmac-sha2-512'],
  ],
  serverHostKey: [
    ...['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
    ...['rsa-sha2-512', 'rsa-sha2-256'],
  ],
  compress: ['none'],
}

/** What is spoken as well where the ssh configuration asks for it. */
const asWell: ChosenAlgorithms = {
  kex: [
    ...['diffie-hellman-group15-sha512', 'diffie-hellman-group17-sha512'],
    ...['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  ],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1', 'hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'],
  serverHostKey: ['ssh-rsa', 'ssh-dss'],
  compress: [],
}

/** The options of ssh_config(5) that choose among them, in lower case, and how they are written. */
const options = {
  kex: ['kexalgorithms', 'KexAlgorithms'],
  cipher: ['ciphers', 'Ciphers'],
  hmac: ['macs', 'MACs'],
  serverHostKey: ['hostkeyalgorithms', 'HostKeyAlgorithms'],
} as const

/** What an ssh configuration leaves for one host. Throws INVALID_INPUT where nothing is left that is spoken here. */
export function algorithmsOf(settings: Settings, host: string): ChosenAlgorithms {
  const chosen = (kind: keyof typeof options): readonly string[] => {
    const [keyword, written] = options[kind]
    const value = setting(settings, keyword)
    if (value === undefined) return usual[kind]
    const left = weigh(value, kind)
    if (left.length > 0) return left
    throw new Failure(
      'INVALID_INPUT',
      `${written} ${value} of the ssh configuration leaves nothing that is spoken here`,
      {
        where: { host },
        next: `name one of ${[...usual[kind], ...asWell[kind]].join(', ')}`,
      },
    )
  }
  return {
    kex: chosen('kex'),
    cipher: chosen('cipher'),
    hmac: chosen('hmac'),
    serverHostKey: chosen('serverHostKey'),
    compress: usual.compress,
  }
}

/** `+` adds to the usual ones, `-` takes from them, `^` puts before them; else the list is all there is (ssh_config(5)). */
function weigh(value: string, kind: Kind): readonly string[] {
  const sign = /^[+^-]/.exec(value)?.[0] ?? ''
  const names = value.slice(sign.length).split(',')
  const known = [...usual[kind], ...asWell[kind]]
  const named = names.filter((name) => known.includes(name))
  switch (sign) {
    case '+':
      return [...new Set([...usual[kind], ...named])]
    case '^':
      return [...new Set([...named, ...usual[kind]])]
    case '-':
      return usual[kind].filter((one) => !names.some((pattern) => matchesPattern(pattern, one)))
    default:
      return named
  }
}

/** The same as the ssh library takes them. */
export function forLibrary({ kex, cipher, hmac, serverHostKey, compress }: ChosenAlgorithms): Algorithms {
  // The library knows all of these, and its types are lists of their names.
  return { kex, cipher, hmac, serverHostKey, compress } as unknown as Algorithms
}
