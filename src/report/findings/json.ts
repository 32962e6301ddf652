import type { Origin } from '../../model/origin.ts'
import type { Finding } from '../../model/rule.ts'

/** What `lint` found, and how much it looked at, as one JSON object; `docs/json.md` has its fields. */
export function findingsAsJson(
  findings: readonly Finding[],
  lookedAt: Readonly<Record<'hosts' | 'clusters' | 'plays' | 'tasks', number>>,
  mended?: readonly { readonly rule: string | undefined; readonly origin: Origin; readonly what: string }[],
): string {
  const told = findings.map(({ rule, severity, message, next, origin, ignored, fix }) => ({
    rule,
    severity,
    message,
    next,
    ...origin,
    ignored,
    fixable: fix === undefined ? undefined : true,
  }))
  const fixed = mended?.map(({ rule, what, origin }) => ({ rule, what, ...origin }))
  return `${JSON.stringify({ version: 1, findings: told, fixed, ...lookedAt }, undefined, 2)}\n`
}
