import { LineCounter, parseDocument } from 'yaml'
import { InvalidInput } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import type { Sourced } from '../model/sourced.ts'
import { readTextFile } from './files.ts'
import { problem } from './problem.ts'
import { syntaxProblem } from './yaml-syntax.ts'
import { sourcedOf } from './yaml-values.ts'

/** Is told of what is doubtful but no error. */
export type Warn = (message: string, origin: Origin) => void

/**
 * Reads one YAML 1.2 document. Every part keeps its place in `file`; what an alias or a merge key brings in
 * keeps the place where it was written. An empty document is null. Throws InvalidInput.
 */
export function parseYaml(text: string, file: string, warn: Warn = () => {}): Sourced {
  if (text.startsWith('$ANSIBLE_VAULT;'))
    throw new InvalidInput([
      problem(
        'the whole file is encrypted with ansible-vault, which cannot be read here',
        { file, line: 1, col: 1 },
        'decrypt it with "ansible-vault decrypt", or pass its values with -e @file',
      ),
    ])
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    resolveKnownTags: false,
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
  })
  const originOf = (offset: number): Origin => ({ file, ...place(lines, offset) })
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])
  // Only the first: what follows a syntax error is mostly its echo.
  if (error) throw new InvalidInput([syntaxProblem(error, text, document, originOf)])
  return sourcedOf(document.contents, { text, originOf, warn })
}

/** Reads a YAML file; throws InvalidInput where it is missing, unreadable or malformed. */
export async function readYamlFile(path: string, warn?: Warn): Promise<Sourced> {
  return parseYaml(await readTextFile(path), path, warn)
}

function place(lines: LineCounter, offset: number): { line: number; col: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), col: Math.max(1, col) }
}
