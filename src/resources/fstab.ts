import { unescapeMount } from '../sensors/mounts.ts'

/** What a line of fstab(5) says of a mount. */
export interface FstabEntry {
  readonly src: string
  readonly path: string
  readonly fstype: string
  readonly options: string
  /** The last two fields: whether dump(8) saves it, and when fsck(8) looks at it; those that are there where absent. */
  readonly checks?: string | undefined
}

/** The table with this entry in it; one that is there for the path is changed in its place, and its last two fields kept unless told. */
export function withEntry(lines: readonly string[], entry: FstabEntry): readonly string[] {
  const at = lines.findIndex((line) => readEntry(line)?.path === entry.path)
  const others = (line: string, index: number) => index <= at || readEntry(line)?.path !== entry.path
  if (at < 0) return [...lines, writeEntry(entry, entry.checks ?? '0 0')]
  const found = readEntry(lines[at] ?? '')
  const rest = entry.checks ?? (found?.rest || '0 0')
  const same =
    found &&
    (['src', 'fstype', 'options'] as const).every((name) => found[name] === entry[name]) &&
    (entry.checks === undefined || (found.rest || '0 0') === rest)
  return (same ? lines : lines.with(at, writeEntry(entry, rest))).filter(others)
}

/** The table without any entry for the path. */
export function withoutEntry(lines: readonly string[], path: string): readonly string[] {
  return lines.filter((line) => readEntry(line)?.path !== path)
}

function writeEntry({ src, path, fstype, options }: FstabEntry, rest: string): string {
  return `${[src, path, fstype, options].map(escapeField).join(' ')} ${rest}`
}

/** fstab(5): blanks and backslashes are written in octal; a `#` would start a comment. */
function escapeField(text: string): string {
  return text.replaceAll(/[\s\\#]/g, (mark) =>
    [...Buffer.from(mark)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  )
}

/** `undefined` for comments, empty lines and swap, which has no path. */
function readEntry(line: string): (FstabEntry & { readonly rest: string }) | undefined {
  const words = line.trim().split(/[ \t]+/)
  if (words.length < 3 || words[0]?.startsWith('#')) return undefined
  const [src = '', path = '', fstype = '', options = 'defaults'] = words.slice(0, 4).map(unescapeMount)
  return { src, path: withoutSlash(path), fstype, options, rest: words.slice(4).join(' ') }
}

/** A path without slashes at its end, so that it is spelt in one way. */
export function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '')
}
