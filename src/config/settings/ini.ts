import type { Origin } from '../../model/origin.ts'

/** One `key = value` of a file, with where it stands. */
export interface Line {
  readonly section: string
  readonly key: string
  readonly value: string
  readonly origin: Origin
}

/** What is neither a section, nor a setting, nor a comment. */
export interface Stray {
  readonly text: string
  readonly origin: Origin
}

/** The lines of an ini file as Python's configparser reads them: `=` or `:`, comments, values that go on when indented. */
export function parseIni(
  text: string,
  file: string,
): { readonly lines: readonly Line[]; readonly strays: readonly Stray[] } {
  const lines: { section: string; key: string; value: string; origin: Origin }[] = []
  const strays: Stray[] = []
  let section = ''
  let open = false
  for (const [index, written] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const origin = { file, line: index + 1, col: 1 + written.length - written.trimStart().length }
    if (/^\s*[#;]/.test(written)) continue
    const bare = written.replace(/\s;.*$/, '').trimEnd()
    if (bare.trim() === '') continue
    const last = lines.at(-1)
    if (open && last && /^\s/.test(bare)) {
      last.value = last.value === '' ? bare.trim() : `${last.value}\n${bare.trim()}`
      continue
    }
    const named = /^\[(.+)\]$/.exec(bare.trim())?.[1]
    if (named !== undefined) {
      section = named
      open = false
      continue
    }
    const [, key, value] = /^\s*([^=:]*?)\s*[=:]\s*(.*)$/.exec(bare) ?? []
    open = key !== undefined && key !== '' && section !== ''
    if (open) lines.push({ section, key: String(key).toLowerCase(), value: value ?? '', origin })
    else strays.push({ text: bare.trim(), origin })
  }
  return { lines, strays }
}
