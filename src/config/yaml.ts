import { type Document, LineCounter, parseDocument } from 'yaml'
import { Failure, InvalidInput } from '../model/failure.ts'
import { hidden } from '../model/marked.ts'
import type { Origin } from '../model/origin.ts'
import { asSecret, type Sourced } from '../model/sourced.ts'
import { readTextFile } from './files.ts'
import { commentsIn } from './meant.ts'
import type { Warn } from './problem.ts'
import { type SecretSources, secretSources, secretTags } from './secret-sources.ts'
import { isVault } from './vault.ts'
import { withIndents } from './yaml-indents.ts'
import { syntaxProblem } from './yaml-syntax.ts'
import { sourcedOf } from './yaml-values.ts'

/** What reading depends on beside the text. */
export interface YamlSurroundings {
  readonly warn: Warn
  readonly secrets: SecretSources
}

/**
 * Reads one YAML 1.2 document. Every part keeps its place in `file`; what an alias or a merge key brings in
 * keeps the place where it was written, and what a tag such as `!vault` stands for the place of the tag. An empty document is
 * null. Throws InvalidInput.
 */
export function parseYaml(
  written: string,
  file: string,
  { warn = () => {}, secrets = secretSources() }: Partial<YamlSurroundings> = {},
): Sourced {
  if (!isVault(written)) return documentIn(written, file, { warn, secrets })
  // Whoever encrypts a file means all that is written in it; what is wrong in it is told without a word of it.
  const text = secrets.decryptFile(written, file)
  const told: Warn = (rule, _, origin) =>
    warn(rule, 'this value may be read otherwise than it was meant', origin)
  try {
    return asSecret(documentIn(text, file, { warn: told, secrets }))
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    throw new InvalidInput(error.problems.map(withoutWords))
  }
}

/** What is in a document, as `parseYaml` says. */
function documentIn(written: string, file: string, { warn, secrets }: YamlSurroundings): Sourced {
  let lines = new LineCounter()
  const { text, document } = withIndents(written, (one) => {
    lines = new LineCounter()
    return documentOf(one, lines)
  })
  if (warn.meant) for (const comment of commentsIn(written, file)) warn.meant(comment)
  const originOf = (offset: number): Origin => ({ file, ...place(lines, offset) })
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])
  // Only the first: what follows a syntax error is mostly its echo.
  if (error) throw new InvalidInput([syntaxProblem(error, text, document, originOf)])
  return sourcedOf(document.contents, { text, originOf, warn, secrets })
}

function documentOf(text: string, lineCounter: LineCounter): Document.Parsed {
  return parseDocument(text, {
    lineCounter,
    schema: 'core',
    resolveKnownTags: false,
    // What they stand for is looked up when the values are read.
    customTags: [
      { tag: '!unsafe', resolve: (value: string) => value },
      ...secretTags.map((tag) => ({ tag, resolve: (value: string) => value })),
      { tag: '!command', collection: 'seq' as const, resolve: (list: unknown) => list },
    ],
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
  })
}

/** A problem in a text that is secret: its place, and no line of it. */
function withoutWords({ code, rule, message, where, next }: Failure): Failure {
  return new Failure(code, unquoted(message), { rule, where, ...(next ? { next: unquoted(next) } : {}) })
}

/** A message without what it repeats. */
function unquoted(message: string): string {
  return message.replaceAll(/"[^"]*"|'[^']*'|\*\S+|&\S+/g, hidden)
}

/** Reads a YAML file; throws InvalidInput where it is missing, unreadable or malformed. */
export async function readYamlFile(path: string, surroundings?: Partial<YamlSurroundings>): Promise<Sourced> {
  return parseYaml(await readTextFile(path), path, surroundings)
}

function place(lines: LineCounter, offset: number): { line: number; col: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), col: Math.max(1, col) }
}
