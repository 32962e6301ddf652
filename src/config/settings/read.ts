import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { z } from 'zod'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { unreadable } from '../files.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { type Line, parseIni } from './ini.ts'
import { type Known, type KnownName, knownSettings } from './known.ts'
import { otherSettings } from './others.ts'

/** A setting, with where it was said. */
export interface Said<T> {
  readonly value: T
  readonly origin: Origin
}

type ValueOf<S> = S extends { readonly schema: z.ZodType<infer T> } ? T : never

/** What ansible.cfg and the environment say, by our names; and what of it does not count here. */
export type AnsibleSettings = {
  readonly [Name in KnownName]?: Said<ValueOf<(typeof knownSettings)[Name]>>
} & { readonly notes: readonly { readonly message: string; readonly origin: Origin }[] }

/** Where settings are looked for. */
export interface Places {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly directory: string
  readonly home: string
  /** Where the whole computer's settings stand; `/etc/ansible`. */
  readonly system?: string
}

interface Given {
  readonly text: string
  readonly origin: Origin
  /** Where relative paths in it start. */
  readonly base: string
}

/** Reads Ansible's settings as it finds them: the environment, and one file. Throws InvalidInput with all that is wrong. */
export function readSettings(places: Places): AnsibleSettings {
  const problems: Failure[] = []
  const notes: { message: string; origin: Origin }[] = []
  const { path, note } = fileOf(places)
  if (note) notes.push(note)
  const lines = path === undefined ? [] : linesOf(path, problems)
  const said: Record<string, Said<unknown>> = {}
  for (const [name, known] of Object.entries(knownSettings)) {
    const given = fromEnvironment(known, places) ?? fromFile(known, lines)
    const value = given && valueIn(known, given, places, problems)
    if (given && value !== undefined) said[name] = { value, origin: given.origin }
  }
  notes.push(...notesOf(lines, places))
  if (problems.length > 0) throw new InvalidInput(problems)
  return { ...said, notes } as AnsibleSettings
}

/** The one file that counts; one that everybody may write beside is passed over, as by Ansible. */
function fileOf({ environment, directory, home, system = '/etc/ansible' }: Places): {
  readonly path: string | undefined
  readonly note?: { readonly message: string; readonly origin: Origin }
} {
  const named = environment.ANSIBLE_CONFIG
  const meant = named === undefined ? undefined : resolve(directory, expanded(named, home))
  const first = meant !== undefined && isDirectory(meant) ? join(meant, 'ansible.cfg') : meant
  const here = join(directory, 'ansible.cfg')
  const open = (statSync(directory, { throwIfNoEntry: false })?.mode ?? 0) & 0o002
  const candidates = [first, open ? undefined : here, join(home, '.ansible.cfg'), join(system, 'ansible.cfg')]
  const path = candidates.find((one) => one !== undefined && isReadable(one))
  if (!open || !existsSync(here) || (path !== undefined && path === first)) return { path }
  const message =
    'everybody may write in this directory, so its ansible.cfg is not read; name it with ANSIBLE_CONFIG'
  return { path, note: { message, origin: { file: here, line: 1, col: 1 } } }
}

function linesOf(path: string, problems: Failure[]): readonly Line[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    problems.push(unreadable(path, error as NodeJS.ErrnoException))
    return []
  }
  const { lines, strays } = parseIni(text, path)
  for (const { text: stray, origin } of strays)
    problems.push(
      problem(
        'setting-line',
        `${quoted(stray)} is no setting`,
        origin,
        'write "key = value" under a [section]',
      ),
    )
  const seen = new Set<string>()
  for (const { section, key, origin } of lines) {
    if (seen.has(`${section}.${key}`))
      problems.push(
        problem('setting-twice', `${section}: ${key} is said twice`, origin, 'leave out one of them'),
      )
    seen.add(`${section}.${key}`)
  }
  return lines
}

function fromEnvironment({ variables }: Known, { environment, directory }: Places): Given | undefined {
  const name = variables.find((one) => environment[one] !== undefined)
  if (name === undefined) return undefined
  return { text: environment[name] ?? '', origin: ofEnvironment(name), base: directory }
}

function fromFile({ keys }: Known, lines: readonly Line[]): Given | undefined {
  for (const name of keys) {
    const line = lines.find(({ section, key }) => `${section}.${key}` === name)
    if (line) return { text: line.value, origin: line.origin, base: dirname(line.origin.file) }
  }
  return undefined
}

function valueIn(known: Known, given: Given, places: Places, problems: Failure[]): unknown {
  const { text, origin, base } = given
  // Said to be nothing is said to be as usual.
  if (text === '') return undefined
  const path = (one: string) => pathFrom(one, base, places)
  const parsed = known.schema.safeParse(known.paths === 'one' ? path(text) : unquoted(text))
  if (!parsed.success) {
    const [key = ''] = known.keys
    const [issue] = parsed.error.issues
    problems.push(
      problem(
        'setting-value',
        `${key.replace('.', ': ')}: ${issue?.message ?? 'is wrong'}, found ${quoted(text)}`,
        origin,
      ),
    )
    return undefined
  }
  return Array.isArray(parsed.data) && known.paths ? parsed.data.map((one: string) => path(one)) : parsed.data
}

/** Ansible takes off quotes that stand around a whole value. */
function unquoted(text: string): string {
  return /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text
}

function pathFrom(written: string, base: string, { home, directory, environment }: Places): string {
  const text = unquoted(written)
    .replaceAll('{{CWD}}', directory)
    .replaceAll('{{ANSIBLE_HOME}}', environment.ANSIBLE_HOME ?? join(home, '.ansible'))
    .replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced, bare) => environment[braced ?? bare] ?? whole)
  const path = expanded(text, home)
  return isAbsolute(path) ? path : resolve(base, path)
}

function expanded(path: string, home: string): string {
  return path.replace(/^~(?=\/|$)/, home)
}

function ofEnvironment(name: string): Origin {
  return { file: `$${name}`, line: 1, col: 1 }
}

/** Settings that do not happen, and names that nobody knows. */
function notesOf(lines: readonly Line[], { environment }: Places): AnsibleSettings['notes'] {
  const others = otherSettings.flatMap(({ told, why, names }) =>
    names.split(/\s+/).map((name) => {
      const [key = '', ...variables] = name.split('=')
      return { key, variables, told, why }
    }),
  )
  const known = Object.values(knownSettings).flatMap(({ keys }) => keys)
  const byKey = new Map(others.map((one) => [one.key, one]))
  const ofFile = lines.flatMap(({ section, key, origin }) => {
    const name = `${section}.${key}`
    const other = byKey.get(name)
    if (other?.told) return [{ message: `${section}: ${key} is without effect: ${other.why}`, origin }]
    // What other sections say is for programs and plugins of their own.
    if (other || known.some((one) => one === name) || !sections.has(section)) return []
    const meant = suggestion(
      key,
      [...known, ...byKey.keys()].map((one) => one.slice(one.indexOf('.') + 1)),
    )
    return [{ message: `Ansible knows no setting ${section}: ${key}; ${meant}`, origin }]
  })
  const ofEnvironmentAlone = others.flatMap(({ key, variables, told, why }) =>
    variables
      .filter((name) => told && environment[name] !== undefined)
      .map((name) => ({
        message: `${name} (${key.replace('.', ': ')}) is without effect: ${why}`,
        origin: ofEnvironment(name),
      })),
  )
  return [...ofFile, ...ofEnvironmentAlone]
}

const sections = new Set(['defaults', 'privilege_escalation', 'ssh_connection', 'tags', 'diff'])

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return !isDirectory(path)
  } catch {
    return false
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
