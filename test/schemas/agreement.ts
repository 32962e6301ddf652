import { readFileSync } from 'node:fs'
import { parseYaml } from '../../src/config/yaml.ts'
import { type Failure, InvalidInput } from '../../src/model/failure.ts'
import type { Sourced } from '../../src/model/sourced.ts'
import { complaints } from './judge.ts'

/** A file, and which of the shipped schemas speaks of it. */
export interface Judged {
  readonly path: string
  readonly what: 'inventory' | 'variables' | 'playbook' | 'tasks'
}

/** What the loader says about the shape of a file; what else it finds wrong no schema can see. */
const ofShape =
  /^unknown key "|^"\S+" is (missing|not supported) in |: expected (?!one value, found)|^expected |there is no kind called|says nothing to do|a task does one thing|must be a (list|mapping)|cannot be computed|stands at the top|an expression cannot stand here|needs its name|is not a name for a group/

/**
 * Throws where the schemas and the loader disagree about files: a schema must take whatever the loader takes, and
 * refuse whatever shape the loader refuses. `outcome` is the loader's failure, or nothing where it took them.
 */
function expectAgreement(files: readonly Judged[], outcome: unknown): void {
  for (const file of files) {
    const text = readable(file.path)
    if (text === undefined) continue
    const found = complaints(file.what, text)
    if (outcome === undefined && found.length > 0)
      throw new Error(
        `the loader takes this ${file.what}, and its schema does not:\n${text}\n${found.join('\n')}`,
      )
    const problem = problemsOf(outcome).find((one) => isOfShape(one, file.path, text))
    if (problem && found.length === 0)
      throw new Error(
        `the schema takes this ${file.what}, and the loader does not: ${problem.message}\n${text}`,
      )
  }
}

/** Runs a loader and compares its verdict, and that of checks that come later, with that of the schemas. */
export async function agreeing<T>(
  files: readonly Judged[],
  load: () => Promise<T>,
  later: (value: T) => unknown = () => {},
): Promise<T> {
  const loading = load()
  const outcome = await loading.then(later).then(
    () => undefined,
    (error: unknown) => error,
  )
  expectAgreement(files, outcome)
  return loading
}

function problemsOf(outcome: unknown): readonly Failure[] {
  return outcome instanceof InvalidInput ? outcome.problems : []
}

/** Values that come out of expressions are judged by the loader alone. */
function isOfShape({ message, where: { origin } }: Failure, path: string, text: string): boolean {
  if (origin?.file !== path || !ofShape.test(message)) return false
  const computed = text.split('\n')[origin.line - 1]?.includes('{{') ?? false
  return !computed || /cannot (be computed|stand here)/.test(message)
}

/** The text of a file that is YAML, and of which an editor could say more than that it is none. */
function readable(path: string): string | undefined {
  if (!/\.ya?ml$/.test(path)) return undefined
  try {
    const text = readFileSync(path, 'utf8')
    const value: Sourced = parseYaml(text, path)
    return 'scalar' in value && value.scalar === null ? undefined : text
  } catch {
    return undefined
  }
}
