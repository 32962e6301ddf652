import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Piece } from '../../jinja/engine.ts'
import { JinjaError } from '../../jinja/failure.ts'
import { hasKey, isMapping, isSequence, truth, valueAt } from '../../jinja/values.ts'
import { wholly } from '../../model/marked.ts'
import type { Origin } from '../../model/origin.ts'
import { isSecretName, passwordsIn } from '../secrecy.ts'
import type { SecretReads } from '../secret-reads.ts'
import type { SecretSources } from '../secret-sources.ts'
import { passwordFor } from './lookup-password.ts'
import { csvField, iniValues } from './lookup-tables.ts'
import { filesMatching, pathAs } from './paths.ts'
import type { Scope } from './scope.ts'
import { fileFor, placesFor, textOfFile } from './templates.ts'

/** What a lookup may use. */
export interface LookupSetting {
  readonly scope: Scope
  readonly origin: Origin
  readonly reads: SecretReads
  readonly sources: SecretSources
  render(path: string, text: string, scope: Scope): readonly Piece[]
}

type Options = ReadonlyMap<string, unknown>
type Lookup = (terms: readonly unknown[], options: Options, setting: LookupSetting) => readonly unknown[]

/** Seconds that a program of a lookup has. */
const patience = 60

const known: Readonly<Record<string, Lookup>> = {
  file: (terms, options, setting) =>
    terms.map((term) => {
      const path = found(String(term), 'files', setting)
      const written = textOfFile(path)
      const isVault = written.startsWith('$ANSIBLE_VAULT;')
      const text = isVault ? setting.sources.decryptFile(written, path) : written
      const right = truth(options.get('rstrip') ?? true) ? text.trimEnd() : text
      const trimmed = truth(options.get('lstrip') ?? false) ? right.trimStart() : right
      // What nobody else may read is nobody else's to see.
      const isPrivate = isVault || (statSync(path).mode & 0o077) === 0 || isSecretName(basename(path))
      return isPrivate ? secret(trimmed, setting) : trimmed
    }),
  template: (terms, options, setting) =>
    terms.map((term) => {
      const path = found(String(term), 'templates', setting)
      const extra = options.get('template_vars')
      const scope = isMapping(extra) ? withMore(setting.scope, extra) : setting.scope
      const pieces = setting.render(path, textOfFile(path), scope)
      setting.reads.note(pieces.flatMap((piece) => piece.read))
      return pieces.map((piece) => piece.text).join('')
    }),
  env: (terms, options, setting) =>
    terms.map((term) => {
      const name = String(term)
      const value = process.env[name] ?? (options.has('default') ? options.get('default') : '')
      const isTelling =
        typeof value === 'string' && value !== '' && (isSecretName(name) || passwordsIn(value).length > 0)
      return isTelling ? secret(value, setting) : value
    }),
  pipe: (terms, _, setting) => terms.map((term) => secret(told(String(term), setting).trimEnd(), setting)),
  lines: (terms, _, setting) =>
    terms.flatMap((term) => {
      const text = told(String(term), setting)
      return text === ''
        ? []
        : text
            .replace(/\n$/, '')
            .split('\n')
            .map((line) => secret(line, setting))
    }),
  password: (terms, options, setting) =>
    terms.map((term) => secret(passwordFor(String(term), options, dirname(setting.origin.file)), setting)),
  first_found: (terms, options, setting) => {
    const { names, skip } = candidates(terms, options)
    for (const name of names) {
      const path =
        fileFor(name, 'files', setting.origin.file, setting.scope) ??
        fileFor(name, 'templates', setting.origin.file, setting.scope)
      if (path !== undefined) return [path]
    }
    if (skip) return []
    throw new JinjaError(`none of these files is there: ${names.join(', ')}`, {
      next: 'write skip=True where none is needed',
    })
  },
  fileglob: (terms, _, setting) =>
    terms.flatMap((term) => {
      const pattern = pathAs('home', String(term))
      if (pattern.startsWith('/')) return filesMatching(pattern)
      const first = placesFor('files', setting.origin.file, setting.scope).map((place) =>
        filesMatching(join(place, pattern)),
      )
      return first.find((files) => files.length > 0) ?? []
    }),
  ini: (terms, options, setting) => {
    const path = found(String(options.get('file') ?? 'ansible.ini'), 'files', setting)
    return discreet(iniValues(textOfFile(path), terms.map(String), options), terms, path, setting)
  },
  csvfile: (terms, options, setting) => {
    const path = found(String(options.get('file') ?? 'ansible.csv'), 'files', setting)
    const delimiter = String(options.get('delimiter') ?? 'TAB')
    const text = textOfFile(path)
    const fields = terms.map(
      (term) =>
        csvField(text, String(term), delimiter, Number(options.get('col') ?? 1)) ??
        options.get('default') ??
        null,
    )
    return discreet(fields, terms, path, setting)
  },
}

/** Names of the lookups that need this computer. */
export const lookupNames: readonly string[] = Object.keys(known)

/** A lookup by its name; `undefined` where there is none of this name here. */
export function lookups(
  name: string,
  setting: LookupSetting,
): ((terms: readonly unknown[], options: Options) => readonly unknown[]) | undefined {
  const lookup = Object.hasOwn(known, name) ? known[name] : undefined
  return lookup && ((terms, options) => lookup(terms, options, setting))
}

/** What is known to be a secret from here on, as what `!file` and `!command` tell. */
function secret<Value>(value: Value, { reads }: LookupSetting): Value {
  if (typeof value === 'string' && value !== '') reads.note([wholly(value)])
  return value
}

function discreet(
  values: readonly unknown[],
  names: readonly unknown[],
  path: string,
  setting: LookupSetting,
): readonly unknown[] {
  const isPrivate = (statSync(path).mode & 0o077) === 0
  return values.map((value, index) =>
    isPrivate || isSecretName(String(names[index])) ? secret(value, setting) : value,
  )
}

function found(name: string, folder: string, { origin, scope }: LookupSetting): string {
  const path = fileFor(pathAs('home', name), folder, origin.file, scope)
  if (path !== undefined) return path
  throw new JinjaError(`there is no file "${name}"`, {
    next: `looked for in: ${placesFor(folder, origin.file, scope).join(', ')}`,
  })
}

function told(command: string, { scope, origin }: LookupSetting): string {
  const directory = scope.has('playbook_dir') ? String(scope.read('playbook_dir')) : dirname(origin.file)
  try {
    const options = { encoding: 'utf8', timeout: patience * 1000, maxBuffer: 1024 * 1024 } as const
    const where = existsSync(directory) ? { cwd: directory } : {}
    return execFileSync('/bin/sh', ['-c', command], {
      ...options,
      ...where,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  } catch (error) {
    const { code, status } = error as NodeJS.ErrnoException & { status?: number }
    const how =
      code === 'ETIMEDOUT'
        ? `did not answer within ${patience} s`
        : code === 'ENOBUFS'
          ? 'prints more than 1 MiB'
          : `ended with status ${status ?? code}`
    throw new JinjaError(`the program of this lookup ${how}`, { next: 'run it yourself' })
  }
}

function candidates(
  terms: readonly unknown[],
  options: Options,
): { readonly names: readonly string[]; readonly skip: boolean } {
  const names: string[] = []
  let skip = truth(options.get('skip') ?? false)
  const several = (value: unknown): readonly string[] =>
    isSequence(value)
      ? value.map(String)
      : value === undefined || value === null
        ? []
        : String(value).split(/[,;:]/).filter(Boolean)
  const combined = (files: unknown, paths: unknown) => {
    const places = several(paths)
    for (const file of isSequence(files) ? files.map(String) : several(files))
      names.push(...(places.length > 0 ? places.map((place) => join(place, file)) : [file]))
  }
  for (const term of terms) {
    if (isMapping(term)) {
      const of = (key: string) => (hasKey(term, key) ? valueAt(term, key) : undefined)
      combined(of('files'), of('paths'))
      skip ||= truth(of('skip') ?? false)
    } else if (options.has('paths')) combined([term], options.get('paths'))
    else names.push(String(term))
  }
  if (options.has('files')) combined(options.get('files'), options.get('paths'))
  return { names, skip }
}

function withMore(scope: Scope, extra: Parameters<typeof valueAt>[0]): Scope {
  return {
    has: (name) => hasKey(extra, name) || scope.has(name),
    names: () => scope.names(),
    read: (name) => (hasKey(extra, name) ? valueAt(extra, name) : scope.read(name)),
  }
}
