import type { Finding } from '../../model/rule.ts'

/** What `lint` found, and how much it looked at, as one JSON object; `docs/json.md` has its fields. */
export function findingsAsJson(
  findings: readonly Finding[],
  lookedAt: Readonly<Record<'hosts' | 'clusters' | 'plays' | 'tasks', number>>,
): string {
  const told = findings.map(({ rule, severity, message, next, origin, ignored }) => ({
    rule,
    severity,
    message,
    next,
    ...origin,
    ignored,
  }))
  return `${JSON.stringify({ version: 1, findings: told, ...lookedAt }, undefined, 2)}\n`
}
