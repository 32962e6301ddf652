import { z } from 'zod'

/** How an operation on a cluster came out, the best first. */
export const statuses = [
  /** Nothing was to be done, everything holds. */
  'fine',
  'changed',
  /** `plan` would change something. */
  'changes-pending',
  'drifted',
  /** A proof failed, or a drill did not pass. */
  'not-proven',
  'unreachable',
  'in-use',
  'refused',
  'failed',
  'invalid',
  'interrupted',
] as const

/** One of them. */
export type OutcomeStatus = (typeof statuses)[number]

/** Whether it counts against the share of failures at which a run stops. */
export function countsAsFailure(status: OutcomeStatus): boolean {
  return !['fine', 'changed', 'changes-pending', 'drifted'].includes(status)
}

const text = z.string().max(20_000)
const name = z.string().max(300)

/** Something that was changed, or would be. */
export const toldChange = z.strictObject({
  host: name,
  id: z.string().max(2000),
  summary: text,
  outcome: z.enum(['planned', 'changed', 'failed']),
  /** What changes inside, as lines of a diff; without secrets. */
  diff: text.optional(),
})

/** Something that is not as the playbook says. */
export const toldDrift = z.strictObject({
  host: name,
  id: z.string().max(2000),
  title: text,
  of: z.enum(['files', 'runtime']),
  summary: text,
  /** When it was changed last, by the machine's clock: milliseconds since the epoch. */
  since: z.number().min(0).max(8.64e15).optional(),
  by: z.array(text),
})

/** What was asked of the cluster itself, as `verify` tells it. */
export const toldProof = z.strictObject({
  name,
  subject: text,
  verdict: z.enum(['pass', 'fail', 'unknown']),
  expected: text.optional(),
  seen: text.optional(),
  cause: text.optional(),
  next: text.optional(),
})

/** A drill that was carried out; times in ms. */
export const toldDrill = z.strictObject({
  name,
  on: name.optional(),
  passed: z.boolean(),
  outage: z.number(),
  bound: z.number(),
})

/** What a cluster does right now, in short. */
export const picture = z.strictObject({
  well: z.boolean(),
  vips: z.array(z.strictObject({ address: name, holders: z.array(name) })),
  members: z.array(
    z.strictObject({ host: name, role: z.enum(['director', 'realserver']), state: text, well: z.boolean() }),
  ),
  /** Of the certificate that ends first; absent where none is known. */
  certificateDays: z.number().optional(),
})

/** The same, typed. */
export type Picture = z.output<typeof picture>

/** What came of an operation on one cluster. Long ones are cut, and say so. */
export const outcome = z.strictObject({
  status: z.enum(statuses),
  seconds: z.number().min(0),
  hosts: z.array(
    z.strictObject({
      host: name,
      outcome: name,
      converged: z.int(),
      changed: z.int(),
      failed: z.int(),
      pending: z.int(),
    }),
  ),
  changes: z.array(toldChange),
  drift: z.array(toldDrift),
  proofs: z.array(toldProof),
  drills: z.array(toldDrill),
  /** The whole of a report of drills, as `understudy drill --report` makes a page of it; absent where it is too long. */
  report: z.unknown().optional(),
  failures: z.array(
    z.strictObject({ host: name.optional(), code: name, message: text, next: text.optional() }),
  ),
  picture: picture.optional(),
  /** More was there than is told. */
  cut: z.boolean(),
})

/** The same, typed. */
export type Outcome = z.output<typeof outcome>

/** Bytes that an outcome may have in a stream. */
const largest = 400_000

/** One that was over before it began. */
export function emptyOutcome(status: OutcomeStatus): Outcome {
  return {
    status,
    seconds: 0,
    hosts: [],
    changes: [],
    drift: [],
    proofs: [],
    drills: [],
    failures: [],
    cut: false,
  }
}

/** The same, short enough for a stream: first without the report of drills, then without diffs, then with fewer of everything. */
export function shortened(whole: Outcome): Outcome {
  const clipped = clippedTexts(whole)
  const fits = (one: Outcome) => JSON.stringify(one).length <= largest
  if (fits(clipped)) return clipped
  const { report: _, ...rest } = clipped
  const withoutReport: Outcome = { ...rest, cut: true }
  if (fits(withoutReport)) return withoutReport
  const withoutDiffs = { ...withoutReport, changes: withoutReport.changes.map(({ diff: __, ...one }) => one) }
  let most = 200
  let shorter: Outcome = withoutDiffs
  while (!fits(shorter) && most > 0) {
    shorter = {
      ...withoutDiffs,
      hosts: withoutDiffs.hosts.slice(0, most),
      changes: withoutDiffs.changes.slice(0, most),
      drift: withoutDiffs.drift.slice(0, most),
      proofs: withoutDiffs.proofs.filter(({ verdict }) => verdict !== 'pass').slice(0, most),
      failures: withoutDiffs.failures.slice(0, most),
    }
    most = Math.floor(most / 2)
  }
  return shorter
}

/** No text of it longer than its schema admits. */
function clippedTexts(whole: Outcome): Outcome {
  let cut = whole.cut
  const clip = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') {
      const most = ['host', 'name', 'address', 'code'].includes(key) ? 300 : key === 'id' ? 2000 : 20_000
      if (value.length <= most) return value
      cut = true
      return `${value.slice(0, most - 1)}…`
    }
    if (Array.isArray(value)) return value.map((one) => clip(one, key))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, name === 'report' ? one : clip(one, name)]),
    )
  }
  const clipped = clip(whole) as Outcome
  return { ...clipped, cut }
}
