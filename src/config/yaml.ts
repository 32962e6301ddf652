import { LineCounter, parseDocument } from 'yaml'
import { InvalidInput } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import type { Sourced } from '../model/sourced.ts'
import { readTextFile } from './files.ts'
import { type SecretSources, secretSources, secretTags } from './secret-sources.ts'
import { isVault } from './vault.ts'
import { syntaxProblem } from './yaml-syntax.ts'
import { sourcedOf } from './yaml-values.ts'

/** Is told of what is doubtful but no error. */
export type Warn = (message: string, origin: Origin) => void

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
  const text = isVault(written) ? secrets.decryptFile(written, file) : written
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    resolveKnownTags: false,
    // What they stand for is looked up when the values are read.
    customTags: [
      ...secretTags.map((tag) => ({ tag, resolve: (value: string) => value })),
      { tag: '!command', collection: 'seq' as const, resolve: (list: unknown) => list },
    ],
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
  })
  const originOf = (offset: number): Origin => ({ file, ...place(lines, offset) })
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])
  // Only the first: what follows a syntax error is mostly its echo.
  if (error) throw new InvalidInput([syntaxProblem(error, text, document, originOf)])
  const value = sourcedOf(document.contents, { text, originOf, warn, secrets })
  return text === written ? value : asSecret(value)
}

/** Reads a YAML file; throws InvalidInput where it is missing, unreadable or malformed. */
export async function readYamlFile(path: string, surroundings?: Partial<YamlSurroundings>): Promise<Sourced> {
  return parseYaml(await readTextFile(path), path, surroundings)
}

/** Whoever encrypts a file means all that is written in it. */
function asSecret(value: Sourced): Sourced {
  if ('items' in value) return { ...value, items: value.items.map(asSecret) }
  if (!('entries' in value)) return { ...value, secret: true }
  const entries = [...value.entries].map(
    ([name, entry]) => [name, { ...entry, value: asSecret(entry.value) }] as const,
  )
  return { ...value, entries: new Map(entries) }
}

function place(lines: LineCounter, offset: number): { line: number; col: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), col: Math.max(1, col) }
}
