import type { Application } from '../cluster/index.ts'
import type { VersionChange } from '../model/deployment.ts'
import { Failure } from '../model/failure.ts'
import type { Versions } from './versions.ts'

/** What realservers have of an application, by host. */
export type Found = ReadonlyMap<string, Versions>

/** Which version shall serve: what the source holds, the one before, or one that is named. */
export type Wish =
  | { readonly is: 'source' }
  | { readonly is: 'before' }
  | { readonly is: 'named'; readonly version: string }

/**
 * The versions that applications shall have on all their realservers, in their order. Throws INVALID_INPUT where one has none, and says
 * which of the others have one.
 */
export function targetsOf(
  asked: readonly { readonly application: Application; readonly own: Found }[],
  wish: Wish,
): readonly string[] {
  const targets = asked.map(({ application, own }) => {
    try {
      return targetOf(application, own, wish)
    } catch (error) {
      if (error instanceof Failure) return error
      throw error
    }
  })
  const failed = targets.find((one) => one instanceof Failure)
  if (failed === undefined) return targets.filter((one) => typeof one === 'string')
  const others = asked.flatMap(({ application: { name } }, index) =>
    typeof targets[index] === 'string' ? [name] : [],
  )
  if (wish.is === 'source' || others.length === 0) throw failed
  const { code, message, output, next } = failed
  const words = `understudy deploy ${others.join(' ')} --rollback${wish.is === 'named' ? ` ${wish.version}` : ''}`
  throw new Failure(code, message, {
    ...(output === undefined ? {} : { output }),
    next: next === undefined ? `${words} leaves it as it is` : `${words} leaves it as it is; or ${next}`,
  })
}

/** The version that an application shall have on all its realservers. Throws INVALID_INPUT where there is none. */
export function targetOf(application: Application, found: Found, wish: Wish): string {
  const { name, release } = application
  const bare = [...found].filter(([, { current }]) => current === undefined).map(([host]) => host)
  if (bare.length > 0)
    throw new Failure('INVALID_INPUT', `${bare.join(', ')}: there is no version of ${name} yet`, {
      next: 'understudy apply brings the first one',
    })
  if (wish.is === 'source') {
    if (!release) throw new Error(`the source of ${name} was not read`)
    return release.id
  }
  return wish.is === 'named' ? named(name, found, wish.version) : before(name, found)
}

/** By its whole name or by a beginning that leaves no doubt. */
function named(name: string, found: Found, version: string): string {
  const onAll = keptByAll(found)
  const meant = onAll.includes(version) ? [version] : onAll.filter((one) => one.startsWith(version))
  const [only] = meant
  if (only !== undefined && meant.length === 1) return only
  throw new Failure(
    'INVALID_INPUT',
    meant.length > 1
      ? `${version} may be ${meant.join(' or ')} of ${name}`
      : `not every realserver keeps the version ${version} of ${name}`,
    { next: `all of them keep ${onAll.join(', ') || 'none in common'}` },
  )
}

/**
 * The one that each serves, or that it served before what it serves: so realservers that a stopped deployment left behind
 * stay as they are.
 */
function before(name: string, found: Found): string {
  const choices = [...found.values()].map(({ current = '', history }) => ({
    current,
    previous: history.findLast((version, at) => version !== current && at <= history.lastIndexOf(current)),
  }))
  const kept = keptByAll(found)
  const differ = new Set(choices.map(({ current }) => current)).size > 1
  const candidates = new Set(choices.flatMap(({ previous }) => previous ?? []))
  const [target, ...others] = [...candidates].filter((version) =>
    choices.every(({ current, previous }) => previous === version || (differ && current === version)),
  )
  if (target !== undefined && others.length === 0 && kept.includes(target)) return target
  const shown = [...found].map(([host, { current, history }]) => `${host}: ${history.join(', ') || current}`)
  throw new Failure('INVALID_INPUT', `there is no version before of ${name} that all realservers agree on`, {
    output: shown.join('\n'),
    next: `name one that all keep: understudy deploy ${name} --rollback VERSION (${kept.join(', ') || 'there is none'})`,
  })
}

function keptByAll(found: Found): readonly string[] {
  const [first, ...others] = [...found.values()]
  return (first?.kept ?? []).filter((version) => others.every(({ kept }) => kept.includes(version)))
}

/** What differs on a host. */
export function changeFor(
  name: string,
  versions: Versions | undefined,
  to: string,
): readonly VersionChange[] {
  const from = versions?.current ?? ''
  return from === to ? [] : [{ application: name, from, to }]
}
