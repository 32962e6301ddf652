import { type Origin, showOrigin } from './origin.ts'
import type { ResourceId } from './resource.ts'
import type { Fix, Warning } from './rule.ts'

/** Every way in which Understudy itself can fail; the exit status of a run follows from these alone. */
export type FailureCode =
  | 'INVALID_INPUT'
  | 'UNREACHABLE'
  | 'HOST_KEY_REFUSED'
  | 'AUTHENTICATION_FAILED'
  | 'BECOME_FAILED'
  | 'CONNECTION_LOST'
  | 'STEP_FAILED'
  | 'INSPECTION_FAILED'
  | 'DID_NOT_CONVERGE'
  | 'PLAN_STALE'
  | 'TOO_MUCH_IMPACT'
  | 'LOCKED'
  | 'VERIFICATION_FAILED'
  | 'INTERRUPTED'
  | 'LAB_FAILED'

/** What a failure is about; any part may be unknown. */
export interface Where {
  readonly host?: string
  readonly resource?: ResourceId
  readonly origin?: Origin
}

/** Details beside the message: the place, what to do next, what a program said, the error beneath. */
export interface FailureDetail {
  /** Id of the rule of `lint` that found it. */
  readonly rule?: string | undefined
  readonly where?: Where
  /** One sentence telling the user what to do next. */
  readonly next?: string
  /** What the failing program printed, verbatim, at most its last lines. */
  readonly output?: string
  readonly cause?: unknown
  readonly fix?: Fix | undefined
}

/** An expected failure: it is shown to the user without a stack trace. */
export class Failure extends Error {
  readonly code: FailureCode
  /** Id of the rule of `lint` that found it; absent: what has none, as whatever happens on hosts. */
  readonly rule: string | undefined
  readonly where: Where
  readonly next: string | undefined
  readonly output: string | undefined
  /** What `lint --fix` writes there. */
  readonly fix: Fix | undefined

  constructor(code: FailureCode, message: string, detail: FailureDetail = {}) {
    super(message, { cause: detail.cause })
    this.name = 'Failure'
    this.code = code
    this.rule = detail.rule
    this.where = detail.where ?? {}
    this.next = detail.next
    this.output = detail.output
    this.fix = detail.fix
  }
}

/** The failure as a user reads it: place, what is wrong, what the program said, what to do. */
export function explain(failure: Failure): string {
  const { host, resource, origin } = failure.where
  const place = [origin && showOrigin(origin), host, resource].filter(Boolean).join(' ')
  const message = withRule(failure)
  const lines = [place ? `${place}: ${message}` : message]
  if (failure.output)
    lines.push(
      ...failure.output
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`),
    )
  if (failure.next) lines.push(`  → ${failure.next}`)
  return lines.join('\n')
}

/** What is wrong, with the id by which `understudy lint --explain` tells more. */
export function withRule({
  message,
  rule,
}: {
  readonly message: string
  readonly rule?: string | undefined
}) {
  return rule === undefined ? message : `${message} [${rule}]`
}

/** Several things can be wrong at once; the user is told of all of them in one run. */
export class Problems extends Failure {
  readonly problems: readonly Failure[]

  constructor(code: FailureCode, problems: readonly Failure[]) {
    super(code, problems.map(explain).join('\n'))
    this.name = 'Problems'
    this.problems = problems
  }
}

/** The same of inputs. */
export class InvalidInput extends Problems {
  /** What is doubtful beside them. */
  readonly warnings: readonly Warning[]

  constructor(problems: readonly Failure[], warnings: readonly Warning[] = []) {
    super('INVALID_INPUT', problems)
    this.name = 'InvalidInput'
    this.warnings = warnings
  }
}

/** The same failure, every text in it as `redact` leaves it. */
export function withoutSecrets(failure: Failure, redact: (text: string) => string): Failure {
  const { code, rule, where, next, output, cause } = failure
  if (failure instanceof Problems) {
    const problems = failure.problems.map((problem) => withoutSecrets(problem, redact))
    if (!(failure instanceof InvalidInput)) return new Problems(code, problems)
    const warnings = failure.warnings.map((warning) => ({ ...warning, message: redact(warning.message) }))
    return new InvalidInput(problems, warnings)
  }
  return new Failure(code, redact(failure.message), {
    rule,
    where,
    ...(next === undefined ? {} : { next: redact(next) }),
    ...(output === undefined ? {} : { output: redact(output) }),
    cause,
  })
}

/** Where a path that a user named leads nowhere. */
export function nothingThere(path: string): Failure {
  return new Failure('INVALID_INPUT', `${path} does not exist`, {
    rule: 'file-missing',
    next: path.startsWith('/')
      ? 'check the path'
      : 'check the path; relative paths start at the current directory',
  })
}
