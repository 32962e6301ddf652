import { type Entry, Unusable } from './entry.ts'

const block = 512
const broken = 'it is broken, or no tar archive'

/** Reads a tar archive (POSIX.1-2001 ustar and pax, and long names as GNU writes them). Throws Unusable. */
export function* entriesOfTar(bytes: Uint8Array): Generator<Entry> {
  const files = new Map<string, Extract<Entry, { is: 'file' }>>()
  let pax: ReadonlyMap<string, string> = new Map()
  let general: ReadonlyMap<string, string> = new Map()
  let ended = false
  for (let at = 0; at < bytes.length; ) {
    const header = bytes.subarray(at, at + block)
    if (header.length < block) throw new Unusable(`${broken}: it ends in the middle of an entry`)
    if (header.every((byte) => byte === 0)) {
      ended = true
      break
    }
    if (!isHeader(header)) throw new Unusable(broken)
    const type = String.fromCharCode(header[156] ?? 0)
    const size = Number(pax.get('size') ?? numberIn(header, 124, 12))
    const content = bytes.subarray(at + block, at + block + size)
    if (content.length < size) throw new Unusable(`${broken}: it ends in the middle of an entry`)
    at += block + Math.ceil(size / block) * block
    if (type === 'g') general = new Map([...general, ...paxIn(content)])
    else if (type === 'x') pax = new Map([...pax, ...paxIn(content)])
    else if (type === 'L') pax = new Map([...pax, ['path', textIn(content)]])
    else if (type === 'K') pax = new Map([...pax, ['linkpath', textIn(content)]])
    else {
      const said = (word: string) => pax.get(word) ?? general.get(word)
      const path = said('path') ?? nameIn(header)
      const target = said('linkpath') ?? textIn(header.subarray(157, 257))
      const entry = entryOf(type, { path, target, content, header, files, time: said('mtime') })
      if (entry?.is === 'file') files.set(path, entry)
      if (entry) yield entry
      pax = new Map()
    }
  }
  if (!ended) throw new Unusable(`${broken}: its end is missing`)
}

interface Read {
  readonly path: string
  readonly target: string
  readonly content: Uint8Array
  readonly header: Uint8Array
  readonly files: ReadonlyMap<string, Extract<Entry, { is: 'file' }>>
  readonly time: string | undefined
}

function entryOf(type: string, { path, target, content, header, files, time }: Read): Entry | undefined {
  switch (type) {
    case '\0':
    case '0':
    case '7': {
      // As old archives have directories.
      if (path.endsWith('/')) return { is: 'directory', path }
      const executable = (numberIn(header, 100, 8) & 0o100) !== 0
      const changed = Math.floor(Number(time ?? numberIn(header, 136, 12)))
      return { is: 'file', path, content, executable, changed }
    }
    case '5':
      return { is: 'directory', path }
    case '2':
      return { is: 'link', path, target }
    case '1': {
      const meant = files.get(target)
      if (meant) return { ...meant, path }
      throw new Unusable(
        `${JSON.stringify(path)} is to be the same as ${JSON.stringify(target)}, which is not in it`,
      )
    }
    default:
      throw new Unusable(`${JSON.stringify(path)} is neither a file nor a directory nor a link`)
  }
}

function isHeader(header: Uint8Array): boolean {
  const said = numberIn(header, 148, 8)
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0)
  return said === sum
}

/** Octal digits, or as GNU writes what is too large for them. */
function numberIn(header: Uint8Array, at: number, length: number): number {
  const field = header.subarray(at, at + length)
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(textIn(field).trim() || '0', 8)
  return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0)
}

function nameIn(header: Uint8Array): string {
  const name = textIn(header.subarray(0, 100))
  const isUstar = textIn(header.subarray(257, 262)) === 'ustar' && header[262] === 0
  const prefix = isUstar ? textIn(header.subarray(345, 500)) : ''
  return prefix ? `${prefix}/${name}` : name
}

function textIn(field: Uint8Array): string {
  const end = field.indexOf(0)
  return Buffer.from(field.subarray(0, end < 0 ? field.length : end)).toString()
}

/** Records of a pax header: their length, a blank, `name=value` and a new line. */
function paxIn(content: Uint8Array): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (let at = 0; at < content.length; ) {
    const blank = content.indexOf(32, at)
    const length = Number(textIn(content.subarray(at, blank)))
    if (blank < 0 || !Number.isInteger(length) || length < 5) throw new Unusable(broken)
    const record = Buffer.from(content.subarray(blank + 1, at + length - 1)).toString()
    const equals = record.indexOf('=')
    found.set(record.slice(0, equals), record.slice(equals + 1))
    at += length
  }
  return found
}

/** The entries as a tar archive that tar(1) and busybox unpack; whose it is nobody is told. */
export function tarOf(entries: readonly Entry[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    const content = entry.is === 'file' ? entry.content : new Uint8Array()
    return [...longNames(entry), headerOf(entry, content.length), content, padding(content.length)]
  })
  return Buffer.concat([...parts, new Uint8Array(2 * block)])
}

function longNames(entry: Entry): readonly Uint8Array[] {
  const names = [
    ['L', entry.path],
    ['K', entry.is === 'link' ? entry.target : ''],
  ] as const
  return names.flatMap(([type, name]) => {
    const bytes = Buffer.from(`${name}\0`)
    if (bytes.length <= 100) return []
    return [header({ path: '././@LongLink', type, size: bytes.length }), bytes, padding(bytes.length)]
  })
}

function headerOf(entry: Entry, size: number): Uint8Array {
  const { path } = entry
  if (entry.is === 'directory') return header({ path, type: '5', mode: 0o755 })
  if (entry.is === 'link') return header({ path, type: '2', target: entry.target, mode: 0o777 })
  return header({ path, type: '0', size, mode: entry.executable ? 0o755 : 0o644, changed: entry.changed })
}

interface Header {
  readonly path: string
  readonly type: string
  readonly size?: number
  readonly mode?: number
  readonly target?: string
  readonly changed?: number
}

function header({ path, type, size = 0, mode = 0o644, target = '', changed = 0 }: Header): Uint8Array {
  const bytes = Buffer.alloc(block)
  const octal = (value: number, at: number, length: number) =>
    bytes.write(
      Math.max(0, value)
        .toString(8)
        .padStart(length - 1, '0'),
      at,
    )
  Buffer.from(path).copy(bytes, 0, 0, 100)
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(changed, 136, 12)
  bytes.write(`        ${type}`, 148)
  Buffer.from(target).copy(bytes, 157, 0, 100)
  // As GNU marks its own, whose long names these are.
  bytes.write('ustar  ', 257)
  bytes.write(
    `${bytes
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return bytes
}

function padding(size: number): Uint8Array {
  return new Uint8Array((block - (size % block)) % block)
}
