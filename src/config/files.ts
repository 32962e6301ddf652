import { createReadStream, readFileSync, type Stats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { InvalidInput, nothingThere } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import { problem } from './problem.ts'
import { told } from './told-reads.ts'

/** Bytes of a file that somebody wrote by hand, or had a program write: an inventory of a thousand hosts is a tenth of it. */
const longest = 4 * 1024 * 1024

/**
 * The UTF-8 text of a file a user named; throws InvalidInput saying why it cannot be read. Devices and pipes are not
 * waited for, but for those that a shell makes of `<(…)`.
 */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readBytes(path).catch((error: NodeJS.ErrnoException) => {
    throw error instanceof InvalidInput ? error : new InvalidInput([unreadable(path, error)])
  })
  return textIn(told(path, bytes), path)
}

/** The same without giving way to others: parts of a playbook are read where their turn comes. */
export function readTextFileNow(path: string): string {
  try {
    const { size } = refuseEndless(path, statSync(path))
    if (size > longest) throw tooLong(path)
    const bytes = readFileSync(path)
    if (bytes.length > longest) throw tooLong(path)
    return textIn(told(path, bytes), path)
  } catch (error) {
    throw error instanceof InvalidInput
      ? error
      : new InvalidInput([unreadable(path, error as NodeJS.ErrnoException)])
  }
}

function textIn(bytes: Uint8Array, path: string): string {
  const refused = (what: string, next: string, at = 0) =>
    new InvalidInput([problem('file-not-text', `${path} ${what}`, placeOf(bytes, at, path), next)])
  if (isUtf16(bytes)) throw refused('is UTF-16 text', 'convert it: iconv -f UTF-16 -t UTF-8')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    if (isDer(bytes))
      throw refused(
        'is no text, but looks like a certificate or a key in DER or PKCS #12',
        'make PEM of it: openssl x509 -inform der, openssl pkey -inform der, or openssl pkcs12 -nodes, each with -in FILE -out FILE.pem',
      )
    throw refused('is not UTF-8 text', 'convert it to UTF-8', wellFormed(bytes))
  }
}

/** How many bytes at the beginning are of UTF-8. */
function wellFormed(bytes: Uint8Array): number {
  const isWell = (length: number) => {
    try {
      // What is cut off within a sign may go on.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true })
      return true
    } catch {
      return false
    }
  }
  let [well, ill] = [0, bytes.length]
  while (ill - well > 1) {
    const middle = (well + ill) >> 1
    if (isWell(middle)) well = middle
    else ill = middle
  }
  return well
}

/** Where in a file a byte stands. */
function placeOf(bytes: Uint8Array, at: number, file: string): Origin {
  const before = new TextDecoder().decode(bytes.subarray(0, at)).split('\n')
  return { file, line: before.length, col: (before.at(-1) ?? '').length + 1 }
}

/** A sequence of more than 127 bytes, which as many follow (X.690, 8.1.3.5). */
function isDer(bytes: Uint8Array): boolean {
  const [tag, size = 0, high = 0, low = 0] = bytes
  return (
    tag === 0x30 && (size === 0x81 ? high + 3 : size === 0x82 ? 256 * high + low + 4 : 0) === bytes.length
  )
}

/** Its mark at the beginning, or every second byte of plain letters. */
function isUtf16([first, second, third, fourth]: Uint8Array): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true
  return (first === 0 && third === 0) || (second === 0 && fourth === 0)
}

async function readBytes(path: string): Promise<Uint8Array> {
  const { size } = refuseEndless(path, await stat(path))
  if (size > longest) throw tooLong(path)
  const parts: Buffer[] = []
  let read = 0
  for await (const part of createReadStream(path)) {
    parts.push(part as Buffer)
    read += (part as Buffer).length
    if (read > longest) throw tooLong(path)
  }
  return Buffer.concat(parts)
}

/** Throws InvalidInput where reading a file may never end. */
export function refuseEndless(path: string, found: Stats): Stats {
  const fromShell = found.isFIFO() && /^\/(?:dev\/fd|proc\/self\/fd)\/\d+$/.test(path)
  if (found.isFile() || found.isDirectory() || fromShell) return found
  throw new InvalidInput([
    problem(
      'file-endless',
      `${path} is a device, a pipe or a socket, and may have no end`,
      undefined,
      'name a file',
    ),
  ])
}

function tooLong(path: string): InvalidInput {
  return new InvalidInput([
    problem(
      'file-too-long',
      `${path} is longer than ${longest >> 20} MiB`,
      undefined,
      'split it, or name the file that was meant',
    ),
  ])
}

/** Why a path a user named cannot be used. */
export function unreadable(path: string, error: NodeJS.ErrnoException) {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return nothingThere(path)
    case 'EISDIR':
      return problem(
        'file-unreadable',
        `${path} is a directory, but a file is needed`,
        undefined,
        'name a file in it',
      )
    case 'EACCES':
    case 'EPERM':
      return problem(
        'file-unreadable',
        `${path} may not be read by this user`,
        undefined,
        `check the permissions: ls -l ${path}`,
      )
    default:
      return problem('file-unreadable', `${path} cannot be read: ${error.message}`)
  }
}
