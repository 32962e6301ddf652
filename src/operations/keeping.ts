import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { heldBy } from '../cluster/index.ts'
import type { LoadedIntent } from '../config/index.ts'
import type { OnRead } from '../config/told-reads.ts'
import type { Prepared } from '../engine/rollout.ts'
import { Failure, nothingThere } from '../model/failure.ts'
import type { PlanImpact } from '../model/impact.ts'
import { redactor } from '../model/redactor.ts'
import { keep } from '../plans/keep.ts'
import type { Asked, KeptPlan } from '../plans/kept.ts'
import { beginsPlan, readPlan } from '../plans/read.ts'
import { type Summing, sumOf } from '../plans/sums.ts'
import { whoWeAre } from './connector.ts'
import { packageRoot } from './places.ts'
import type { PlaybookOptions } from './playbook.ts'

/** What a run is asked for, as far as a plan keeps it. */
export type Asking = PlaybookOptions & { readonly become?: boolean }

/** No plan of a thousand hosts is as long. */
const longest = 64 * 1024 * 1024

/** The version of this understudy. */
export function ourVersion(): string {
  return (JSON.parse(readFileSync(`${packageRoot}package.json`, 'utf8')) as { readonly version: string })
    .version
}

/** The name of a file in plans; `undefined`: it is another one each time. */
export function nameOfRead(path: string): string | undefined {
  const whole = resolve(path)
  // What a shell makes of `<(…)` is another one each time.
  if (/^\/(dev|proc)\//.test(whole)) return undefined
  const inside = relative(packageRoot, whole)
  const here = relative('.', whole)
  return isOutside(inside) ? (isOutside(here) ? whole : here) : `understudy:${inside}`
}

/** Collects the files that a run reads, by the names that they have in plans. */
export function collectingReads(): { readonly files: Map<string, Uint8Array>; readonly onRead: OnRead } {
  const files = new Map<string, Uint8Array>()
  return {
    files,
    onRead: (path, content) => {
      const name = nameOfRead(path)
      if (name !== undefined) files.set(name, content)
    },
  }
}

function isOutside(path: string): boolean {
  return path.startsWith('..') || isAbsolute(path)
}

/** How the sums of a plan are made. */
export function summingWith(salt: string, secrets: ReadonlySet<string>): Summing {
  return { salt, redact: redactor(secrets) }
}

/** A salt for a new plan. */
export function newSalt(): string {
  return randomBytes(16).toString('hex')
}

/** A run as a plan that can be kept. */
export function keptOf(
  asking: Asking,
  { clusters }: LoadedIntent,
  prepared: Prepared,
  {
    files,
    summing,
    impact,
  }: {
    readonly files: ReadonlyMap<string, Uint8Array>
    readonly summing: Summing
    readonly impact?: PlanImpact | undefined
  },
): KeptPlan {
  const plans = new Map(prepared.plan.hosts.map(({ host, steps }) => [host, steps]))
  return keep(
    {
      made: { at: new Date().toISOString(), by: whoWeAre(), understudy: ourVersion() },
      asked: askedBy(asking, summing),
      files,
      plays: [...new Set(prepared.plan.hosts.flatMap(({ steps }) => steps.map(({ play }) => play)))],
      hosts: prepared.hosts.flatMap(({ host, facts }) => {
        const steps = plans.get(host.name)
        if (!facts || !steps) return []
        const holds = clusters.flatMap((cluster) => heldBy(cluster, facts))
        return [{ host: host.name, address: host.address, facts, holds, steps }]
      }),
      impact,
    },
    summing,
  )
}

/** What a run is asked for, without values of variables. */
export function askedBy(asking: Asking, summing: Summing): Asked {
  const {
    inventory,
    playbook,
    limit,
    tags = [],
    skipTags = [],
    become,
    foreignModules,
    extraVars = [],
  } = asking
  return {
    inventory: [...inventory],
    ...(playbook === undefined ? {} : { playbook }),
    ...(limit === undefined ? {} : { limit }),
    tags: [...tags],
    skipTags: [...skipTags],
    become: become === true,
    foreignModules: foreignModules === true,
    extraVars: extraVars.map((text) => keptVariables(text, summing)),
  }
}

function keptVariables(text: string, summing: Summing): Asked['extraVars'][number] {
  if (text.startsWith('@')) return { file: text.slice(1) }
  return { names: [...namesIn(text)], digest: sumOf(text, summing, true).digest }
}

/** Names of variables, where they cannot be taken for a part of a value. */
function namesIn(text: string): readonly string[] {
  const [, first] = /^\s*([A-Za-z_]\w*)=/.exec(text) ?? []
  if (first !== undefined) return [first]
  try {
    return Object.keys(JSON.parse(text) as object)
  } catch {
    return []
  }
}

/**
 * What a kept plan asks for. What is given beside may only be what it was asked for with; variables are never in it, and have to be
 * given again. Throws INVALID_INPUT.
 */
export function askingAgain<Options extends Partial<Asking>>(
  path: string,
  { asked, salt }: Pick<KeptPlan, 'asked' | 'salt'>,
  given: Options,
  instead = 'make a plan of that: understudy plan --out',
): Options & Asking {
  const { inventory, playbook, limit, tags, skipTags, become, foreignModules } = asked
  const same = (what: string, kept: unknown, said: unknown) => {
    if (said === undefined || JSON.stringify(said) === JSON.stringify(kept)) return
    throw new Failure(
      'INVALID_INPUT',
      `${path} was made with ${what} ${words(kept)}, and this says ${words(said)}`,
      {
        next: `leave it out, or ${instead}`,
      },
    )
  }
  same('the inventory', inventory, given.inventory)
  same('the limit', limit ?? null, given.limit)
  same('the tags', tags, given.tags?.length ? given.tags : undefined)
  same('without the tags', skipTags, given.skipTags?.length ? given.skipTags : undefined)
  const summing = summingWith(salt, new Set())
  const extraVars = given.extraVars ?? []
  const again = extraVars.map((text) => keptVariables(text, summing))
  const files = asked.extraVars.flatMap((one) => ('file' in one ? [`@${one.file}`] : []))
  const wanted = asked.extraVars.filter((one) => !('file' in one))
  const isSame = JSON.stringify(again) === JSON.stringify(asked.extraVars)
  if (!isSame && (wanted.length > 0 || extraVars.length > 0))
    throw new Failure('INVALID_INPUT', variablesDiffer(path, asked), {
      next: 'give -e as it was given then: values are never kept',
    })
  return {
    ...given,
    inventory,
    playbook,
    limit,
    tags,
    skipTags,
    extraVars: isSame ? extraVars : files,
    become: become || given.become === true,
    foreignModules: foreignModules || given.foreignModules === true,
  }
}

function variablesDiffer(path: string, { extraVars }: Asked): string {
  const said = extraVars.map((one) =>
    'file' in one ? `-e @${one.file}` : `-e with ${one.names.join(', ') || 'a text'}`,
  )
  return `${path} was made ${said.length > 0 ? `with ${said.join(' and ')}` : 'without -e'}, and this says something else`
}

function words(value: unknown): string {
  const all = Array.isArray(value) ? value.map(String) : value === null ? [] : [String(value)]
  return all.length > 0 ? all.join(', ') : '(none)'
}

/** The plan in a file; `undefined` where that holds none, but a playbook or nothing. Throws INVALID_INPUT where it is broken. */
export function keptPlanIn(path: string, forUs = true): KeptPlan | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found?.isFile()) {
    if (found || !/\.json$/i.test(path)) return undefined
    throw nothingThere(path)
  }
  if (found.size > longest)
    throw new Failure('INVALID_INPUT', `${path} is longer than ${longest >> 20} MiB: no plan is`, {
      next: 'name the file that was meant',
    })
  const text = readFileSync(path, 'utf8')
  if (!beginsPlan(path, text.slice(0, 200))) return undefined
  return readPlan(path, text, forUs ? ourVersion() : undefined)
}

/** Throws INVALID_INPUT where no plan can be written: nobody wants to learn of it when all was asked. */
export function checkPlaceFor(path: string): void {
  const folder = dirname(resolve(path))
  if (!existsSync(folder)) throw nothingThere(folder)
  try {
    accessSync(folder, constants.W_OK)
  } catch {
    throw new Failure('INVALID_INPUT', `${folder} cannot be written to`, {
      next: 'name another place for --out',
    })
  }
  if (!existsSync(path)) return
  const holdsPlan = statSync(path).isFile() && beginsPlan('', readFileSync(path, 'utf8').slice(0, 200))
  if (!holdsPlan)
    throw new Failure('INVALID_INPUT', `${path} is there, and is no plan: it is not overwritten`, {
      next: 'name another file for --out, or remove it first',
    })
}

/** Writes a plan, for nobody but who made it, and whole or not at all. */
export async function writePlan(path: string, plan: KeptPlan): Promise<void> {
  const staged = `${path}.${randomBytes(4).toString('hex')}`
  try {
    const file = await open(staged, 'wx', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(plan, undefined, 1)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(staged, path)
  } catch (error) {
    await rm(staged, { force: true })
    throw new Failure('INVALID_INPUT', `the plan cannot be written to ${path}: ${(error as Error).message}`, {
      next: 'name another place for --out',
      cause: error,
    })
  }
}
