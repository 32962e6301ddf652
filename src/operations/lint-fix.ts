import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mend } from '../config/mending.ts'
import { isVault } from '../config/vault.ts'
import { Failure } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import type { Finding, Fix } from '../model/rule.ts'
import { type LintFindings, type LintOptions, lintFindings } from './lint.ts'
import { packageRoot } from './places.ts'

/** What was written into a file, and because of which rule. */
export interface Mended {
  readonly rule: string | undefined
  readonly origin: Origin
  /** What stood there and what does now. */
  readonly what: string
}

/** One thing may hide another: so often is looked again at most. */
const mostRounds = 20

/**
 * Writes the one right answer to what was found into the files of the user, where there is one, until nothing is left that
 * has one; then says what is left.
 */
export async function lintFixing(
  options: LintOptions,
): Promise<LintFindings & { readonly mended: readonly Mended[] }> {
  const mended: Mended[] = []
  for (let round = 0; ; round += 1) {
    const found = await lintFindings(options)
    const made = round < mostRounds ? mendFiles(found.findings) : []
    if (made.length === 0) return { ...found, mended }
    mended.push(...made)
  }
}

type Fixable = Finding & { readonly origin: Origin; readonly fix: Fix }

function mendFiles(findings: readonly Finding[]): readonly Mended[] {
  const files = new Map<string, Fixable[]>()
  for (const finding of findings)
    if (isFixable(finding))
      files.set(finding.origin.file, [...(files.get(finding.origin.file) ?? []), finding])
  const drafts = [...files].flatMap(([file, all]) => draftOf(file, all))
  for (const { file } of drafts) checkWritable(file)
  return drafts.flatMap(({ file, written, mended }) => {
    writeFileSync(file, written)
    return mended
  })
}

function isFixable(finding: Finding): finding is Fixable {
  const { origin, fix, ignored } = finding
  if (!origin || !fix || ignored !== undefined) return false
  // What comes along is nobody's to change.
  const isOurs = ['playbooks/', 'templates/'].some((place) =>
    origin.file.startsWith(`${packageRoot}${place}`),
  )
  return !isOurs && statSync(origin.file, { throwIfNoEntry: false })?.isFile() === true
}

interface Draft {
  readonly file: string
  readonly written: string
  readonly mended: readonly Mended[]
}

function draftOf(file: string, findings: readonly Fixable[]): readonly Draft[] {
  const text = readFileSync(file, 'utf8')
  if (isVault(text)) return []
  const fixes = findings.map(({ origin: { line, col }, fix }) => ({ line, col, fix }))
  const { text: written, made } = mend(text, fixes)
  if (written === text) return []
  const mended = findings.flatMap(({ rule, origin }, index) => {
    const what = made[index]
    return what === undefined ? [] : [{ rule, origin, what }]
  })
  return [{ file, written, mended }]
}

/** Throws INVALID_INPUT where a file cannot be written to, before any other one is. */
function checkWritable(file: string): void {
  try {
    closeSync(openSync(file, 'r+'))
  } catch (error) {
    throw new Failure(
      'INVALID_INPUT',
      `${file} cannot be written to (${(error as NodeJS.ErrnoException).code})`,
      {
        next: 'make it writable; without --fix lint says what it would write',
        cause: error,
      },
    )
  }
}
