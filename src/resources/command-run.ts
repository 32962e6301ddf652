import type { Change } from '../model/change.ts'
import type { Registered } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Queries, Query } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { type Guards, isGuarded } from './command-fields.ts'

/** What is to run, where and on what input, and how people know it. */
export interface Run {
  readonly shown: string
  readonly work: Script
  readonly guards: Guards
}

interface Found {
  readonly creates?: FileReading
  readonly removes?: FileReading
  readonly unless?: CommandReading
  readonly onlyif?: CommandReading
  readonly answer?: CommandReading
}

/** Asks for all that decides whether it runs; a command that only asks is asked. */
export function askRun({ work, guards }: Run): Queries {
  const { creates, removes, unless, onlyif, chdir } = guards
  const asked: Record<string, Query<unknown>> = {}
  if (creates !== undefined) asked.creates = fileAt(creates)
  if (removes !== undefined) asked.removes = fileAt(removes)
  if (unless !== undefined) asked.unless = outcomeOf(inPlace(sh`eval ${unless}`, { chdir }))
  if (onlyif !== undefined) asked.onlyif = outcomeOf(inPlace(sh`eval ${onlyif}`, { chdir }))
  if (guards.changed_when === false) asked.answer = outcomeOf(inPlace(work, guards))
  return asked
}

/** Runs it where nothing says that it has run already. */
export function convergeRun(
  { shown, work, guards }: Run,
  readings: Readonly<Record<string, unknown>>,
): Change | undefined {
  const found: Found = readings
  const script = inPlace(work, guards)
  if (found.answer) {
    if (found.answer.rc === 0) return undefined
    const summary = `fails with status ${found.answer.rc}`
    return { summary, differences: [], script, impact: 'none', disturbs: [] }
  }
  if (found.creates && found.creates.type !== 'absent') return undefined
  if (found.removes && found.removes.type === 'absent') return undefined
  if (found.unless?.rc === 0) return undefined
  if (found.onlyif && found.onlyif.rc !== 0) return undefined
  return {
    summary: guards.always ? 'run, as in every run: what it changes is unknown until apply' : 'run',
    differences: [{ is: 'attribute', name: 'run', before: undefined, after: shown }],
    script,
    impact: 'none',
    disturbs: 'everything',
    takesLong: true,
    ...(isGuarded(guards) ? { unneeded: unneeded(guards) } : {}),
  }
}

/** The same conditions, looked at by the machine itself. */
function unneeded({ creates, removes, unless, onlyif, chdir }: Guards): Script {
  const isThere = (path: string) => sh`[ -e ${path} ] || [ -h ${path} ]`
  const holds = (condition: string) =>
    sh`{ ${embed(inPlace(sh`eval ${condition}`, { chdir }))}; } >/dev/null 2>&1 </dev/null`
  return lines(
    ...(creates === undefined
      ? []
      : [sh`if ${embed(isThere(creates))}; then echo ${whyThere(creates)}; exit 0; fi`]),
    ...(removes === undefined
      ? []
      : [sh`if ${embed(isThere(removes))}; then :; else echo ${whyGone(removes)}; exit 0; fi`]),
    ...(unless === undefined ? [] : [sh`if ${embed(holds(unless))}; then exit 0; fi`]),
    ...(onlyif === undefined ? [] : [sh`if ${embed(holds(onlyif))}; then :; else exit 0; fi`]),
    sh`exit 1`,
  )
}

const whyThere = (path: string) => `skipped, since ${path} exists`
const whyGone = (path: string) => `skipped, since ${path} does not exist`

/** The result of a command that only asks; of another one, why it does not run. */
export function resultOf(
  readings: Readonly<Record<string, unknown>>,
  { creates, removes }: Pick<Guards, 'creates' | 'removes'>,
): Registered {
  const found: Found = readings
  const { answer } = found
  const isThere = found.creates && found.creates.type !== 'absent'
  const isGone = found.removes?.type === 'absent'
  const why = isThere ? whyThere(creates ?? '') : isGone ? whyGone(removes ?? '') : ''
  const { rc, stdout, stderr } = answer ?? { rc: 0, stdout: why, stderr: '' }
  return { changed: false, failed: rc !== 0, skipped: answer === undefined, rc, stdout, stderr }
}

/** Runs in its directory, on its input, and with no more strictness than a shell has by itself. */
function inPlace(work: Script, { chdir, stdin }: Pick<Guards, 'chdir' | 'stdin'>): Script {
  const inside = lines(
    sh`( set +eu`,
    ...(chdir === undefined ? [] : [sh`cd -- ${chdir} || exit 1`]),
    work,
    sh`)`,
  )
  return stdin === undefined ? inside : sh`printf '%s' ${stdin} | ${embed(inside)}`
}
