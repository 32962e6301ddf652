import type { Explained, Finding } from '../../model/rule.ts'

/** A rule as the log lists it. */
type Rule = Explained & { readonly id: string }

/** Who writes the log, and where from. */
interface Surroundings {
  readonly version: string
  /** Paths in it start here. */
  readonly directory: string
  /** Those that found anything are listed. */
  readonly rules: readonly Rule[]
}

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** What `lint` found as a log of SARIF 2.1.0. */
export function findingsAsSarif(findings: readonly Finding[], around: Surroundings): string {
  const found = new Set(findings.map(({ rule }) => rule))
  const rules = around.rules.filter(({ id }) => found.has(id))
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'understudy', version: around.version, rules: rules.map(described) },
        },
        originalUriBaseIds: { SRCROOT: { uri: `${fileUri(around.directory).replace(/\/$/, '')}/` } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, rules, around.directory)),
      },
    ],
  }
  return `${JSON.stringify(log, undefined, 2)}\n`
}

function described({ id, severity, reason, source }: Rule) {
  return {
    id,
    shortDescription: { text: reason },
    help: { text: `${reason} Source: ${source}` },
    defaultConfiguration: { level: severity },
  }
}

function resultOf(
  { rule, severity, message, next, origin, ignored }: Finding,
  rules: readonly Rule[],
  directory: string,
) {
  const index = rules.findIndex(({ id }) => id === rule)
  return {
    ...(rule === undefined ? {} : { ruleId: rule }),
    ...(index < 0 ? {} : { ruleIndex: index }),
    level: severity,
    message: { text: next === undefined ? message : `${message} → ${next}` },
    ...(origin
      ? {
          locations: [
            {
              physicalLocation: {
                artifactLocation: artifact(origin.file, directory),
                region: { startLine: origin.line, startColumn: origin.col },
              },
            },
          ],
        }
      : {}),
    ...(ignored === undefined ? {} : { suppressions: [{ kind: 'inSource', justification: ignored }] }),
  }
}

function artifact(file: string, directory: string) {
  const inside = `${directory.replace(/\/$/, '')}/`
  const relative = file.startsWith(inside) ? file.slice(inside.length) : file
  return relative.startsWith('/')
    ? { uri: fileUri(relative) }
    : { uri: encoded(relative), uriBaseId: 'SRCROOT' }
}

function fileUri(path: string): string {
  return `file://${encoded(path)}`
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
