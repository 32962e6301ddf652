import { Failure } from '../model/failure.ts'
import type { Script } from '../model/script.ts'

/** Shell text inside `sh` templates that is taken as it is, because `sh` or `raw` made it. */
export interface Fragment {
  readonly script: Script
}

/** What may stand in an `sh` template: text is quoted, a fragment stands as it is, lists are joined by spaces. */
export type Word = string | number | Fragment | readonly (string | number)[]

/** Quotes one value as a single word of POSIX sh. Throws INVALID_INPUT on NUL, which no shell word can hold. */
export function quote(value: string | number): string {
  const text = String(value)
  if (text.includes('\0')) throw new Failure('INVALID_INPUT', 'a value with a NUL byte cannot reach a shell')
  if (/^[A-Za-z0-9_/.:@%,+-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/**
 * The only way to make a script: sh`mkdir -p ${path}`. Every interpolated value is quoted as one word; a list
 * becomes several words; `embed(script)` puts in another script verbatim. Backslashes are the shell's own;
 * only \\${ and \\` are unescaped, for the shell's parameter expansions and backticks.
 */
export function sh(texts: TemplateStringsArray, ...words: readonly Word[]): Script {
  const literals = texts.raw.map((text) => text.replaceAll(/\\(\$\{|`)/g, '$1'))
  return literals
    .map((text, index) => (index === 0 ? text : render(words[index - 1] ?? '') + text))
    .join('') as Script
}

/** Marks a script for verbatim use inside an `sh` template. */
export function embed(script: Script): Fragment {
  return { script }
}

/** Scripts one after the other, each on lines of its own. */
export function lines(...scripts: readonly Script[]): Script {
  return scripts.join('\n') as Script
}

function render(word: Word): string {
  if (typeof word === 'string' || typeof word === 'number') return quote(word)
  return 'script' in word ? word.script : word.map(quote).join(' ')
}
