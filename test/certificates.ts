import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate with the key it is for, in PEM. */
export interface Made {
  readonly certificate: string
  readonly key: string
}

/** What a certificate of a test says. */
export interface Saying {
  /** Names of DNS; one that is an address of IPv4 becomes one of that kind. */
  readonly names?: readonly string[]
  /** Who signs it; itself where absent. */
  readonly by?: Made & { readonly subject: string }
  /** Its subject, where it has no name. */
  readonly subject?: string
  /** Days from now. */
  readonly from?: number
  readonly until?: number
  readonly isAuthority?: boolean
  readonly key?: KeyObject
}

/** Makes a certificate (RFC 5280), so that no test has to have one that expires, nor a program that makes it. */
export function certificateFor(saying: Saying): Made & { readonly subject: string } {
  const { names = [], by, from = -1, until = 365, isAuthority = false } = saying
  const subject = saying.subject ?? names[0] ?? 'nobody'
  const key = saying.key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const signer = by ? by.key : pem
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
  const serial = createHash('sha256')
    .update(pem)
    .update(subject)
    .update(String(until))
    .digest()
    .subarray(0, 8)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const body = sequence(
    tagged(0xa0, tagged(2, Buffer.from([2]))),
    tagged(2, serial),
    algorithm,
    nameOf(by?.subject ?? subject),
    sequence(timeOf(from), timeOf(until)),
    nameOf(subject),
    publicPart(pem),
    tagged(
      0xa3,
      sequence(
        ...(isAuthority ? [extension('2.5.29.19', sequence(tagged(1, Buffer.from([0xff]))))] : []),
        ...(names.length > 0 ? [extension('2.5.29.17', sequence(...names.map(alternative)))] : []),
      ),
    ),
  )
  const signature = sign('sha256', body, signer)
  const whole = sequence(body, algorithm, tagged(3, Buffer.concat([Buffer.from([0]), signature])))
  return { certificate: pemOf('CERTIFICATE', whole), key: pem, subject }
}

/** The files that `inventories/https` names, in this folder, by an authority of their own; days after which they end. */
export function writeCertificates(folder: string, until = 90): void {
  const authority = certificateFor({ subject: 'Authority of a test', isAuthority: true })
  mkdirSync(folder, { recursive: true })
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text, { mode: 0o600 })
  write('authority.pem', authority.certificate)
  for (const [name, ...names] of [
    ['www', 'www.example.org', 'example.org'],
    ['shop', 'shop.example.com'],
    ['internal', 'internal.example.org'],
  ] as const) {
    const made = certificateFor({ names, by: authority, until })
    write(`${name}.pem`, chained(made, authority))
    write(`${name}.key`, made.key)
  }
}

/** Several in one text, each before the one that signs it. */
export function chained(...all: readonly Made[]): string {
  return all.map(({ certificate }) => certificate).join('')
}

function publicPart(pem: string): Buffer {
  return createPublicKey(pem).export({ type: 'spki', format: 'der' })
}

function pemOf(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts)
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = rest.flatMap((number) => {
    const digits = [number & 0x7f]
    for (let left = number >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80)
    return digits
  })
  return tagged(6, Buffer.from([first * 40 + second, ...bytes]))
}

function nameOf(common: string): Buffer {
  return sequence(tagged(0x31, sequence(oid('2.5.4.3'), tagged(0x0c, Buffer.from(common)))))
}

function timeOf(days: number): Buffer {
  const text = new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return tagged(0x18, Buffer.from(text))
}

function extension(id: string, content: Buffer): Buffer {
  return sequence(oid(id), tagged(4, content))
}

function alternative(name: string): Buffer {
  return /^\d+(\.\d+){3}$/.test(name)
    ? tagged(0x87, Buffer.from(name.split('.').map(Number)))
    : tagged(0x82, Buffer.from(name))
}
