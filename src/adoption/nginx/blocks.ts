import { besideFile, type Includes, type Position, type Remark, type SourceFile } from '../position.ts'

/** One directive of nginx, with the block behind it where it has one. */
export interface Directive {
  readonly name: string
  /** Without quotes. */
  readonly values: readonly string[]
  /** As it was written, without `;` and brace. */
  readonly raw: string
  readonly at: Position
  readonly block?: readonly Directive[]
  /** What an `include` stands for. */
  readonly included?: readonly Directive[]
  readonly comments: readonly string[]
}

/** A configuration with everything that it includes in its place. */
export interface NginxBlocks {
  readonly directives: readonly Directive[]
  readonly wanted: readonly string[]
  readonly remarks: readonly Remark[]
}

const deepest = 10

/** Reads nginx.conf; paths of files that it includes start where the main one lies. */
export function readNginx(main: SourceFile, includes: Includes): NginxBlocks {
  const wanted = new Set<string>()
  const remarks: Remark[] = []

  function read(file: SourceFile, depth: number): readonly Directive[] {
    const tokens = tokensOf(file)
    let at = 0
    const block = (): readonly Directive[] => {
      const found: Directive[] = []
      let comments: string[] = []
      let words: Token[] = []
      while (at < tokens.length) {
        const token = tokens[at++] as Token
        if (token.is === 'comment') comments.push(token.raw)
        else if (token.is === 'word') words.push(token)
        else if (token.raw === '}') return found
        else {
          const [first] = words
          if (!first) {
            if (token.raw === '{') block()
            continue
          }
          const directive = {
            name: first.text,
            values: words.slice(1).map(({ text }) => text),
            raw: words.map(({ raw }) => raw).join(' '),
            at: { file: file.path, line: first.line },
            comments,
          }
          words = []
          comments = []
          if (token.raw === '{') found.push({ ...directive, block: block() })
          else if (directive.name === 'include')
            found.push({ ...directive, included: included(directive, depth) })
          else found.push(directive)
        }
      }
      return found
    }
    return block()
  }

  function included(directive: Directive, depth: number): readonly Directive[] {
    const [written = ''] = directive.values
    // Types of files are no configuration of a site, and long.
    if (/(^|\/)(mime\.types|(fastcgi|uwsgi|scgi|proxy)_params|fastcgi\.conf)$/.test(written))
      return [directive]
    const pattern = besideFile(main.path, written)
    const files = includes.get(pattern)
    if (!files) wanted.add(pattern)
    if (depth >= deepest)
      remarks.push({ message: `include ${written} leads too deep and was not read`, at: directive.at })
    return (depth >= deepest ? [] : (files ?? [])).flatMap((file) => read(file, depth + 1))
  }

  return { directives: read(main, 0), wanted: [...wanted], remarks }
}

interface Token {
  readonly is: 'word' | 'sign' | 'comment'
  readonly text: string
  readonly raw: string
  readonly line: number
}

/** Words, `{`, `}`, `;` and comments; `${…}` is part of a word. */
function tokensOf({ text }: SourceFile): readonly Token[] {
  const pattern =
    /#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]|(?:\\.|\$\{[^}]*\}|[^\s{};"'\\]|(?<=\S)["'])+|\n/gs
  const tokens: Token[] = []
  let line = 1
  for (const [raw] of text.matchAll(pattern)) {
    if (raw.startsWith('#')) tokens.push({ is: 'comment', text: raw, raw: raw.slice(1).trim(), line })
    else if (/^[{};]$/.test(raw)) tokens.push({ is: 'sign', text: raw, raw, line })
    else if (raw !== '\n') tokens.push({ is: 'word', text: raw.replace(/^(["'])(.*)\1$/s, '$2'), raw, line })
    line += raw.split('\n').length - 1
  }
  return tokens
}

/** Directives with those in the place of an `include` that it stands for. */
export function flattened(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((one) => (one.included ? flattened(one.included) : [one]))
}

/** A directive as lines of nginx.conf, with its comments. */
export function nginxLines({ raw, block, comments }: Directive, indent = ''): readonly string[] {
  const said = comments.map((comment) => `${indent}# ${comment}`)
  if (!block) return [...said, `${indent}${raw};`]
  return [
    ...said,
    `${indent}${raw} {`,
    ...block.flatMap((one) => nginxLines(one, `${indent}    `)),
    `${indent}}`,
  ]
}
