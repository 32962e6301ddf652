import { readFile } from 'node:fs/promises'
import { Failure } from '../model/failure.ts'
import { type KnownKey, parseKnownHosts } from './known-hosts.ts'

/** How a binary list of OpenSSH begins (PROTOCOL.krl). */
const magic = Buffer.from('SSHKRL\n\0', 'latin1')

/** Keys of RevokedHostKeys. As with ssh, where they cannot be read no host is trusted: throws HOST_KEY_REFUSED. */
export async function readRevoked(file: string): Promise<readonly KnownKey[]> {
  const bytes = await readFile(file).catch((cause) => {
    throw new Failure(
      'HOST_KEY_REFUSED',
      `RevokedHostKeys ${file} cannot be read, so no key can be trusted`,
      {
        cause,
      },
    )
  })
  if (!bytes.subarray(0, 6).equals(magic.subarray(0, 6))) return keysOnLines(file, bytes.toString('utf8'))
  try {
    return keysInKrl(file, bytes)
  } catch (error) {
    const why = error instanceof Unreadable ? error.message : 'it is cut off'
    throw new Failure(
      'HOST_KEY_REFUSED',
      `RevokedHostKeys ${file} is a binary list (KRL) that cannot be read, so no key can be trusted: ${why}`,
      { next: 'make it anew with ssh-keygen -k, or name a file with public keys, one to a line' },
    )
  }
}

/** Public keys, one to a line. */
function keysOnLines(file: string, text: string): readonly KnownKey[] {
  const every = text
    .split('\n')
    .map((line) => (/^\s*(?:#|$)/.test(line) ? '' : `@revoked * ${line.trim()}`))
    .join('\n')
  return parseKnownHosts(file, every)
}

/** What is wrong with a list beyond its end. */
class Unreadable extends Error {}

/** The kinds of sections, by their numbers. */
const section = { certificates: 1, keys: 2, sha1: 3, signature: 4, sha256: 5, extension: 255 } as const

/** Bytes of a checksum. */
const lengths = { sha1: 20, sha256: 32 } as const

/**
 * The keys of a list, each as it is or by its checksum. Throws what Buffer throws where it is cut off. Sections about
 * certificates are read over: no certificate of a host is ever trusted here.
 */
function keysInKrl(file: string, bytes: Buffer): readonly KnownKey[] {
  const list = reader(bytes)
  if (!list.bytes(magic.length).equals(magic)) throw new Unreadable('it begins as none does')
  const version = list.number()
  if (version !== 1) throw new Unreadable(`it is of version ${version}, and 1 is known`)
  // The list's own number, its date and its flags, then what is reserved, and a comment.
  list.bytes(24)
  list.string()
  list.string()
  const keys: KnownKey[] = []
  const common = { file, line: 0, revoked: true, authority: false, names: '*', type: '' }
  while (list.left() > 0) {
    const kind = list.byte()
    const content = reader(list.string())
    if (kind === section.keys)
      while (content.left() > 0) keys.push({ ...common, key: content.string().toString('base64') })
    else if (kind === section.sha1 || kind === section.sha256) {
      const hash = kind === section.sha1 ? 'sha1' : 'sha256'
      while (content.left() > 0) {
        const sum = content.string()
        if (sum.length !== lengths[hash]) throw new Unreadable(`a checksum in it is no ${hash}`)
        keys.push({ ...common, hash, key: sum.toString('base64') })
      }
    } else if (kind === section.extension) {
      const name = content.string().toString('latin1')
      if (content.byte() !== 0) throw new Unreadable(`it has the extension ${JSON.stringify(name)}`)
    } else if (kind === section.signature) throw new Unreadable('it is signed, which cannot be checked here')
    else if (kind !== section.certificates) throw new Unreadable(`it has a section ${kind}`)
  }
  return keys
}

/** Reads numbers and strings as SSH writes them (RFC 4251, 5); throws RangeError at the end. */
function reader(bytes: Buffer) {
  let at = 0
  const take = (length: number): Buffer => {
    if (length > bytes.length - at) throw new RangeError('the end')
    at += length
    return bytes.subarray(at - length, at)
  }
  return {
    left: () => bytes.length - at,
    bytes: take,
    byte: () => take(1).readUInt8(0),
    number: () => take(4).readUInt32BE(0),
    string: () => take(take(4).readUInt32BE(0)),
  }
}
