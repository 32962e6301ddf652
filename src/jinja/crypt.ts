import { createHash } from 'node:crypto'

const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Letters that a salt may have. */
export const saltLetters = letters

interface Scheme {
  readonly id: string
  readonly hash: 'sha256' | 'sha512'
  /** Which bytes of the digest make the next four letters. */
  readonly order: readonly (readonly number[])[]
}

/** Three bytes that lie a third of the digest apart, turned by one place each time. */
function thirds(size: number, turn: number): readonly (readonly number[])[] {
  const third = Math.floor(size / 3)
  return Array.from({ length: third }, (_, at) => {
    const three = [at, at + third, at + 2 * third]
    const by = (at * turn) % 3
    return [...three.slice(by), ...three.slice(0, by)]
  })
}

const schemes: Readonly<Record<'sha256' | 'sha512', Scheme>> = {
  sha256: { id: '5', hash: 'sha256', order: [...thirds(30, 2), [-1, 31, 30]] },
  sha512: { id: '6', hash: 'sha512', order: [...thirds(63, 1), [-1, -1, 63]] },
}

/** A password as crypt(3) keeps it, by Ulrich Drepper's specification of SHA-crypt; 5000 rounds are not named. */
function shaCrypt(kind: 'sha256' | 'sha512', password: string, saltGiven: string, rounds: number): string {
  const { id, hash, order } = schemes[kind]
  const key = Buffer.from(password)
  const salt = Buffer.from(saltGiven.slice(0, 16))
  const digest = (...parts: readonly Buffer[]) => {
    const sum = createHash(hash)
    for (const part of parts) sum.update(part)
    return sum.digest()
  }
  const repeated = (bytes: Buffer, length: number) =>
    Buffer.concat(Array.from({ length: Math.ceil(length / bytes.length) || 0 }, () => bytes)).subarray(
      0,
      length,
    )

  const other = digest(key, salt, key)
  const parts: Buffer[] = [key, salt, repeated(other, key.length)]
  for (let length = key.length; length > 0; length >>= 1) parts.push(length & 1 ? other : key)
  let sum = digest(...parts)

  const keys = repeated(digest(...Array.from(key, () => key)), key.length)
  const salts = repeated(digest(...Array.from({ length: 16 + (sum[0] ?? 0) }, () => salt)), salt.length)
  for (let round = 0; round < rounds; round++) {
    const turn: Buffer[] = [round & 1 ? keys : sum]
    if (round % 3 !== 0) turn.push(salts)
    if (round % 7 !== 0) turn.push(keys)
    turn.push(round & 1 ? sum : keys)
    sum = digest(...turn)
  }
  const named = rounds === 5000 ? '' : `rounds=${rounds}$`
  return `$${id}$${named}${salt.toString()}$${encoded(sum, order)}`
}

const md5Order = [...[0, 1, 2, 3].map((at) => [at, at + 6, at + 12]), [4, 10, 5], [-1, -1, 11]]

/** A password as crypt(3) keeps it by Poul-Henning Kamp's scheme of MD5, always of 1000 rounds. */
function md5Crypt(password: string, saltGiven: string): string {
  const key = Buffer.from(password)
  const salt = Buffer.from(saltGiven.slice(0, 8))
  const digest = (...parts: readonly Uint8Array[]) => {
    const sum = createHash('md5')
    for (const part of parts) sum.update(part)
    return sum.digest()
  }
  const other = digest(key, salt, key)
  const parts: Uint8Array[] = [key, Buffer.from('$1$'), salt]
  for (let length = key.length; length > 0; length -= 16) parts.push(other.subarray(0, Math.min(16, length)))
  for (let length = key.length; length > 0; length >>= 1)
    parts.push(length & 1 ? Buffer.of(0) : key.subarray(0, 1))
  let sum = digest(...parts)
  for (let round = 0; round < 1000; round++) {
    const turn: Uint8Array[] = [round & 1 ? key : sum]
    if (round % 3 !== 0) turn.push(salt)
    if (round % 7 !== 0) turn.push(key)
    turn.push(round & 1 ? sum : key)
    sum = digest(...turn)
  }
  return `$1$${salt.toString()}$${encoded(sum, md5Order)}`
}

/** A way to hash passwords, by each of the names that Ansible has for it. */
export interface PasswordScheme {
  /** Letters that a salt of it may have at most. */
  readonly salt: number
  hash(password: string, salt: string, rounds?: number): string
}

/** The scheme of that name; nothing where it is not known here. */
export function passwordScheme(name: string): PasswordScheme | undefined {
  const kind = name.replace(/_crypt$/, '')
  if (kind === 'md5') return { salt: 8, hash: md5Crypt }
  if (kind !== 'sha256' && kind !== 'sha512') return undefined
  return { salt: 16, hash: (password, salt, rounds = 5000) => shaCrypt(kind, password, salt, rounds) }
}

function encoded(sum: Buffer, order: readonly (readonly number[])[]): string {
  return order
    .map((three) => {
      const bytes = three.map((at) => (at < 0 ? 0 : (sum[at] ?? 0)))
      let value = ((bytes[0] ?? 0) << 16) | ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0)
      const count = 4 - three.filter((at) => at < 0).length
      let text = ''
      for (let index = 0; index < count; index++) {
        text += letters[value & 63]
        value >>= 6
      }
      return text
    })
    .join('')
}
