import { closeSync, constants, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Includes, SourceFile } from '../adoption/index.ts'
import { Failure, nothingThere } from '../model/failure.ts'

/** A file as it lies here, and what is odd about its bytes. */
export interface LocalFile extends SourceFile {
  readonly oddity?: string
}

/** No configuration is larger. */
const mostBytes = 2 ** 20
const tooLarge = 'is larger than 1 MiB'

/** Reads a file that may be of any encoding. Throws INVALID_INPUT where it cannot be read, or is too large. */
export function localFile(path: string): LocalFile {
  if (!existsSync(path)) throw nothingThere(path)
  const found = statSync(path)
  // What a shell makes of <(ssh lb1 cat /etc/keepalived/keepalived.conf) is a pipe.
  const read = found.isFIFO() ? bytesOf(path, 0) : regularBytes(path)
  if (typeof read === 'string')
    throw new Failure('INVALID_INPUT', `${path} ${read}`, {
      ...(read === tooLarge
        ? { rule: 'keepalived-too-much', where: { origin: { file: path, line: 1, col: 1 } } }
        : { rule: 'file-unreadable' }),
      next: 'Name the keepalived.conf of each director.',
    })
  return { path, ...decoded(read) }
}

/** The same of a file that another one includes, of which it is told there that it cannot be read. */
function includedFile(path: string): LocalFile {
  const read = regularBytes(path)
  return typeof read === 'string' ? { path, text: '', unread: read } : { path, ...decoded(read) }
}

/** What stands in a regular file; or why it cannot be read. */
function regularBytes(path: string): Uint8Array | string {
  if (!statSync(path).isFile()) return 'is no file'
  // The kernel has files that look like others and never end, or wait for what does not come.
  return bytesOf(path, constants.O_NONBLOCK)
}

function bytesOf(path: string, flags: number): Uint8Array | string {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | flags)
    const all = Buffer.alloc(mostBytes + 1)
    let length = 0
    for (let count = -1; count !== 0 && length <= mostBytes; length += count)
      count = readSync(file, all, length, all.length - length, null)
    return length > mostBytes ? tooLarge : all.subarray(0, length)
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code})`
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function decoded(bytes: Uint8Array): { readonly text: string; readonly oddity?: string } {
  const [first, second, third] = bytes
  const little = first === 0xff && second === 0xfe
  if (little && third === 0 && bytes[3] === 0)
    return { text: '', oddity: 'is of UTF-32: keepalived reads bytes' }
  if (little || (first === 0xfe && second === 0xff)) {
    const text = new TextDecoder(little ? 'utf-16le' : 'utf-16be').decode(bytes)
    return { text, oddity: 'is of UTF-16: keepalived reads bytes' }
  }
  if (bytes.includes(0)) return { text: '', oddity: 'holds zero bytes, and is no text' }
  const hasMark = first === 0xef && second === 0xbb && third === 0xbf
  const body = hasMark ? bytes.subarray(3) : bytes
  const text = isUtf8(body) ? new TextDecoder().decode(body) : new TextDecoder('latin1').decode(body)
  if (hasMark)
    return { text, oddity: 'begins with a mark of its byte order, which keepalived takes for a word' }
  return text.includes('\r') && !text.trimEnd().includes('\n')
    ? {
        text: text.replaceAll('\r', '\n'),
        oddity: 'has lines that end with CR alone, and so is one line to keepalived',
      }
    : { text }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** A file that includes others, which include others: nobody goes deeper. */
const mostRounds = 12

/**
 * Reads again and again, until nothing that is included is missing. What a configuration of another machine includes by its
 * whole path is looked for beside it first.
 */
export function withIncludes<Read extends { readonly wanted: readonly string[] }>(
  main: string,
  read: (includes: Includes) => Read,
): { readonly read: Read; readonly included: readonly LocalFile[] } {
  const includes = new Map<string, readonly LocalFile[]>()
  for (let round = 0; ; round++) {
    const found = read(includes)
    if (found.wanted.length === 0 || round === mostRounds)
      return { read: found, included: [...includes.values()].flat() }
    for (const pattern of found.wanted) {
      const files = [...besideMain(main, pattern), pattern].map(matching).find((paths) => paths.length > 0)
      includes.set(pattern, (files ?? []).map(includedFile))
    }
  }
}

/** `/etc/keepalived/conf.d/*.conf` of a configuration that was copied to a folder here, or a file that was copied without its folder. */
function besideMain(main: string, pattern: string): readonly string[] {
  const usual = '/etc/keepalived/'
  const here = dirname(resolve(main))
  if (pattern.startsWith(usual)) return [join(here, pattern.slice(usual.length))]
  return pattern.startsWith(`${here}/`) || /[*?[]/.test(pattern) ? [] : [join(here, basename(pattern))]
}

/** The files that a pattern of the shell means; only the last part of it may have signs. */
function matching(pattern: string): readonly string[] {
  const folder = dirname(pattern)
  const name = basename(pattern)
  if (!/[*?[]/.test(name)) return existsSync(pattern) ? [pattern] : []
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return []
  const sign = (text: string) =>
    text === '*'
      ? '[^/]*'
      : text === '?'
        ? '[^/]'
        : text.startsWith('[')
          ? text.replace(/^\[!/, '[^')
          : `\\${text}`
  const parts = name.match(/\[[^\]]+\]|[\s\S]/g) ?? []
  const like = new RegExp(`^${parts.map((part) => (/^\w$/.test(part) ? part : sign(part))).join('')}$`)
  return readdirSync(folder)
    .filter((one) => like.test(one) && (!one.startsWith('.') || name.startsWith('.')))
    .toSorted()
    .map((one) => join(folder, one))
    .filter((one) => statSync(one).isFile())
}
