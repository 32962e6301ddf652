import { sha256 } from '../sensors/sha256.ts'

const block = 64

/** Does a server's verifier belong to this password? (RFC 5803, as PostgreSQL writes it.) */
export function fitsVerifier(password: string, verifier: string): boolean {
  const [, rounds, salt = '', stored = ''] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(verifier) ?? []
  // Nobody's server mixes it more often, and no run is to wait for it.
  if (rounds === undefined || Number(rounds) > 100_000) return false
  const salted = mixed(utf8(password), new Uint8Array(Buffer.from(salt, 'base64')), Number(rounds))
  const client = hmac(salted, utf8('Client Key'))
  return Buffer.from(bytesOf(sha256(client))).toString('base64') === stored
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text.normalize('NFKC'))
}

function bytesOf(hexadecimal: string): Uint8Array {
  return new Uint8Array(Buffer.from(hexadecimal, 'hex'))
}

/** RFC 2104. */
function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const short = key.length > block ? bytesOf(sha256(key)) : key
  const padded = new Uint8Array(block)
  padded.set(short)
  const nested = (mask: number, tail: Uint8Array) => {
    const all = new Uint8Array(block + tail.length)
    all.set(padded.map((byte) => byte ^ mask))
    all.set(tail, block)
    return bytesOf(sha256(all))
  }
  return nested(0x5c, nested(0x36, message))
}

/** One block of PBKDF2 (RFC 8018). */
function mixed(password: Uint8Array, salt: Uint8Array, rounds: number): Uint8Array {
  const first = new Uint8Array([...salt, 0, 0, 0, 1])
  let last = hmac(password, first)
  let whole = last
  for (let round = 1; round < rounds; round += 1) {
    last = hmac(password, last)
    const one = last
    whole = whole.map((byte, index) => byte ^ (one[index] ?? 0))
  }
  return whole
}
