import { Failure } from '../model/failure.ts'

/** What is wrong in several places is told once, with how often and where first; what is met most comes first. */
export function problemsTogether(problems: readonly Failure[]): readonly Failure[] {
  const alike = new Map<string, { readonly first: Failure; readonly times: number }>()
  for (const problem of problems) {
    const key = JSON.stringify([problem.message, problem.next])
    const known = alike.get(key)
    alike.set(key, { first: known?.first ?? problem, times: (known?.times ?? 0) + 1 })
  }
  return [...alike.values()]
    .toSorted((a, b) => b.times - a.times)
    .map(({ first, times }) => (times === 1 ? first : counted(first, times)))
}

function counted({ code, rule, message, where, next, output, cause, fix }: Failure, times: number): Failure {
  return new Failure(code, `${message} (×${times}, here first)`, {
    rule,
    where,
    ...(next === undefined ? {} : { next }),
    ...(output === undefined ? {} : { output }),
    cause,
    fix,
  })
}
