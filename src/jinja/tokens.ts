import { JinjaError } from './failure.ts'
import type { Token } from './lexer.ts'
import { unescaped } from './literals.ts'

/** Tokens of a template, read one after the other. */
export interface Stream {
  /** The token that comes next; the last one stays. */
  readonly current: Token
  look(): Token
  next(): Token
  /** Is the next token this sign or word? */
  is(text: string, kind?: Token['is']): boolean
  /** Takes the next token if it is this sign or word. */
  skip(text: string): boolean
  expect(text: string): Token
  name(what: string): Token
  /** The text of a string token. */
  string(token: Token): string
  /** Parses something one level deeper. */
  deeper<T>(parse: () => T): T
  fail(message: string, token?: Token, next?: string): JinjaError
}

/** Values inside values inside values: nobody writes more. */
const deepest = 100

/**
 * A stream at its beginning. `raw`: a backslash between `{{` and `}}` stands for itself, as Ansible has it in playbooks,
 * where YAML has already taken its own.
 */
export function streamOf(tokens: readonly Token[], raw: boolean): Stream {
  let position = 0
  let depth = 0
  let inPrint = false
  const end: Token = tokens.at(-1) ?? { is: 'end', text: '', at: 0 }
  const stream: Stream = {
    get current() {
      return tokens[position] ?? end
    },
    look: () => tokens[position + 1] ?? end,
    next: () => {
      const token = stream.current
      if (token.is === 'print') inPrint = true
      else if (token.is === 'print end') inPrint = false
      position = Math.min(position + 1, tokens.length - 1)
      return token
    },
    is: (text, kind) => {
      const { current } = stream
      if (kind !== undefined) return current.is === kind && (text === '' || current.text === text)
      return (current.is === 'name' || current.is === 'operator') && current.text === text
    },
    skip: (text) => {
      if (!stream.is(text)) return false
      stream.next()
      return true
    },
    expect: (text) => {
      if (!stream.is(text)) throw stream.fail(`expected ${text} ${foundWords(stream.current)}`)
      return stream.next()
    },
    name: (what) => {
      if (stream.current.is !== 'name') throw stream.fail(`expected ${what} ${foundWords(stream.current)}`)
      return stream.next()
    },
    string: ({ text }) => (raw && inPrint ? text.slice(1, -1) : unescaped(text.slice(1, -1))),
    deeper: (parse) => {
      depth += 1
      if (depth > deepest) throw stream.fail(`this goes more than ${deepest} levels deep`)
      const parsed = parse()
      depth -= 1
      return parsed
    },
    fail: (message, token = stream.current, next) => new JinjaError(message, { offset: token.at, next }),
  }
  return stream
}

/** What stands where something else was expected. */
export function foundWords(token: Token): string {
  if (token.is === 'end') return 'before the end'
  return `before "${token.text}"`
}
