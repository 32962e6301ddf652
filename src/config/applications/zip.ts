import { inflateRawSync } from 'node:zlib'
import { type Entry, mostBytes, Unusable } from './entry.ts'

const broken = 'it is broken, or no zip archive'

/** Reads a zip archive (APPNOTE.TXT 4.3) by its directory. Throws Unusable. */
export function* entriesOfZip(given: Uint8Array): Generator<Entry> {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.length)
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0 || end + 22 > bytes.length) throw new Unusable(`${broken}: its directory is missing`)
  const count = bytes.readUInt16LE(end + 10)
  let at = bytes.readUInt32LE(end + 16)
  if (count === 0xffff || at === 0xffffffff)
    throw new Unusable('it is one of zip64, which is not read', 'make a tar archive of it')
  let unfolded = 0
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw new Unusable(broken)
    const nameLength = bytes.readUInt16LE(at + 28)
    const path = bytes.subarray(at + 46, at + 46 + nameLength).toString()
    const size = bytes.readUInt32LE(at + 24)
    unfolded += size
    if (unfolded > mostBytes) throw new Unusable(`it holds more than ${mostBytes / 2 ** 20} MiB`)
    // The mode stands there where the archive was made on Unix.
    const mode = bytes.readUInt16LE(at + 4) >> 8 === 3 ? bytes.readUInt16LE(at + 40) : 0
    if (path.endsWith('/')) yield { is: 'directory', path }
    else {
      const content = contentOf(bytes, at, path, size)
      const kind = mode & 0o170000
      if (kind === 0o120000) yield { is: 'link', path, target: Buffer.from(content).toString() }
      else if (kind !== 0 && kind !== 0o100000)
        throw new Unusable(`${JSON.stringify(path)} is neither a file nor a directory nor a link`)
      else
        yield { is: 'file', path, content, executable: (mode & 0o100) !== 0, changed: changedAt(bytes, at) }
    }
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
}

function contentOf(bytes: Buffer, at: number, path: string, size: number): Uint8Array {
  const [flags, method] = [bytes.readUInt16LE(at + 8), bytes.readUInt16LE(at + 10)]
  if (flags & 1) throw new Unusable(`${JSON.stringify(path)} is encrypted`)
  const place = bytes.readUInt32LE(at + 42)
  if (place + 30 > bytes.length || bytes.readUInt32LE(place) !== 0x04034b50) throw new Unusable(broken)
  const start = place + 30 + bytes.readUInt16LE(place + 26) + bytes.readUInt16LE(place + 28)
  const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20))
  if (method !== 0 && method !== 8)
    throw new Unusable(`${JSON.stringify(path)} is packed by method ${method}, which is not read`)
  const content = method === 0 ? packed : inflated(packed, size)
  if (content.length !== size || crc32(content) !== bytes.readUInt32LE(at + 16))
    throw new Unusable(`it is broken: ${JSON.stringify(path)} is not what its directory says`)
  return content
}

function inflated(packed: Uint8Array, size: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
  } catch {
    return new Uint8Array()
  }
}

/** As MS-DOS wrote it, which knew no zones. */
function changedAt(bytes: Buffer, at: number): number {
  const [time, date] = [bytes.readUInt16LE(at + 12), bytes.readUInt16LE(at + 14)]
  const day = Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31)
  return day / 1000 + (time >> 11) * 3600 + ((time >> 5) & 63) * 60 + (time & 31) * 2
}

const crcTable = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

function crc32(content: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of content) sum = (crcTable[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8)
  return (sum ^ 0xffffffff) >>> 0
}
