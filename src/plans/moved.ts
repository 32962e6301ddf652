import { Failure } from '../model/failure.ts'
import type { KeptDifference, KeptHost, KeptPlan, KeptStep } from './kept.ts'

/** Everything a plan rested on that has moved since, each with what was expected and what was found. */
export function movedSince(kept: KeptPlan, now: KeptPlan): readonly Failure[] {
  return [...movedFiles(kept, now, true), ...movedHosts(kept, now)]
}

/** Files that are not what they were. `all`: everything that the run reads has been read. */
export function movedFiles(kept: KeptPlan, now: Pick<KeptPlan, 'files'>, all: boolean): readonly Failure[] {
  const before = new Map(kept.files.map(({ path, digest }) => [path, digest]))
  const found = new Map(now.files.map(({ path, digest }) => [path, digest]))
  return [
    ...[...found].flatMap(([path, digest]) => {
      const expected = before.get(path)
      if (expected === digest) return []
      const what = expected === undefined ? 'was not read for the plan, and is read now' : 'was changed'
      return [stale(`${path} ${what} since the plan was made${sums(expected, digest)}`)]
    }),
    ...(all ? [...before.keys()] : [])
      .filter((path) => !found.has(path))
      .map((path) => stale(`${path} was read for the plan, and is not read any more`)),
  ]
}

function sums(expected: string | undefined, found: string): string {
  return expected === undefined ? '' : `: expected ${shortened(expected)}, found ${shortened(found)}`
}

function movedHosts(kept: KeptPlan, now: KeptPlan): readonly Failure[] {
  const found = new Map(now.hosts.map((host) => [host.host, host]))
  const expected = new Map(kept.hosts.map((host) => [host.host, host]))
  return [
    ...kept.hosts.flatMap((host) => {
      const there = found.get(host.host)
      return there
        ? movedHost(host, there)
        : [stale('the plan is for this host, and it takes no part now', host.host)]
    }),
    ...now.hosts
      .filter(({ host }) => !expected.has(host))
      .map(({ host }) => stale('it takes part now, and the plan is not for it', host)),
  ]
}

function movedHost(kept: KeptHost, now: KeptHost): readonly Failure[] {
  const { host } = kept
  const different = (what: string, expected: string, found: string) =>
    expected === found ? [] : [stale(`${what}: expected ${expected}, found ${found}`, host)]
  const about = [
    ...different('reached at', kept.address, now.address),
    ...(kept.key === now.key ? [] : [stale('another machine answers: its host key is another one', host)]),
    ...different('system', kept.system, now.system),
    ...different('holds', listed(kept.holds), listed(now.holds)),
  ]
  // What another machine has is no news.
  return about.length > 0 ? about : movedSteps(kept, now)
}

function listed(addresses: readonly string[]): string {
  return addresses.length === 0 ? 'no VIP' : addresses.join(', ')
}

function movedSteps(kept: KeptHost, now: KeptHost): readonly Failure[] {
  const found = new Map(now.steps.map((step) => [step.key, step]))
  const expected = new Map(kept.steps.map((step) => [step.key, step]))
  const works = ({ verdict }: KeptStep) => verdict !== 'told'
  return [
    ...kept.steps.filter(works).flatMap((step) => {
      const there = found.get(step.key)
      if (there && works(there)) return movedStep(kept.host, step, there)
      return isQuiet(step)
        ? []
        : [stale(`expected ${wordsOf(step)}, found it as it should be`, kept.host, step)]
    }),
    ...now.steps
      .filter((step) => works(step) && !isQuiet(step) && !expected.has(step.key))
      .map((step) => stale(`expected nothing to do, found ${wordsOf(step)}`, kept.host, step)),
  ]
}

/** It is looked at again behind another, and nothing is expected of it. */
function isQuiet({ verdict, summary }: KeptStep): boolean {
  return verdict === 'provisional' && summary === undefined
}

function movedStep(host: string, kept: KeptStep, now: KeptStep): readonly Failure[] {
  if (kept.id !== now.id) return [stale(`expected ${kept.id} here, found ${now.id}`, host, now)]
  if (kept.verdict !== now.verdict || kept.summary !== now.summary)
    return [stale(`expected ${wordsOf(kept)}, found ${wordsOf(now)}`, host, now)]
  const details = differing(kept.differences ?? [], now.differences ?? [])
  if (details !== undefined) return [stale(details, host, now)]
  if (kept.digest === now.digest) return []
  const why = `something of it that is not shown: expected ${shortened(kept.digest)}, found ${shortened(now.digest)}`
  return [stale(why, host, now)]
}

/** A step in a few words. */
export function wordsOf({ verdict, summary, after }: KeptStep): string {
  if (verdict === 'unknown') return `something that is known behind ${after}`
  const behind = verdict === 'provisional' ? `, behind ${after}` : ''
  return summary === undefined ? `nothing to do${behind}` : `"${summary}"${behind}`
}

/** The first of two lists of differences that is not the same in both, in words. */
function differing(kept: readonly KeptDifference[], now: readonly KeptDifference[]): string | undefined {
  const names = new Set([...kept, ...now].map(nameOf))
  for (const name of names) {
    const expected = kept.find((one) => nameOf(one) === name)
    const found = now.find((one) => nameOf(one) === name)
    if (expected?.before !== found?.before)
      return `${name}: expected to find ${between(expected?.before, found?.before)}`
    if (expected?.after !== found?.after)
      return `${name}: expected to make it ${between(expected?.after, found?.after)}`
  }
  return undefined
}

function nameOf(one: KeptDifference): string {
  return one.is === 'text' ? one.path : one.name
}

/** Where two texts begin to differ. */
function between(expected: string | undefined, found: string | undefined): string {
  const [mine, theirs] = [expected?.split('\n') ?? [], found?.split('\n') ?? []]
  const short = mine.length <= 1 && theirs.length <= 1
  if (expected === undefined || found === undefined || short) return `${said(expected)}, found ${said(found)}`
  const at = mine.findIndex((line, index) => line !== theirs[index])
  const line = at < 0 ? mine.length : at
  return `${said(mine[line])} in line ${line + 1}, found ${said(theirs[line])}`
}

function said(text: string | undefined): string {
  if (text === undefined) return 'nothing'
  const lines = text.split('\n')
  if (lines.length > 1) return `${lines.length} lines`
  const line = text.trim()
  return `"${line.length > 80 ? `${line.slice(0, 79)}…` : line}"`
}

function shortened(digest: string | undefined): string {
  return digest === undefined ? 'nothing' : digest.slice(0, 12)
}

/** A plan that does not hold any more. */
export function stale(message: string, host?: string, step?: Pick<KeptStep, 'id' | 'origin'>): Failure {
  return new Failure('PLAN_STALE', message, {
    where: {
      ...(host === undefined ? {} : { host }),
      ...(step ? { resource: step.id } : {}),
      ...(step?.origin ? { origin: step.origin } : {}),
    },
  })
}
