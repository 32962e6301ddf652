import { existsSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { type Style, styleNames } from '../../jinja/style.ts'
import { InvalidInput } from '../../model/failure.ts'
import { holdsSecret, textOf } from '../../model/marked.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import type { Scalar, Sourced, SourcedEntry } from '../../model/sourced.ts'
import { rsyncFilter } from '../../resources/rsync-filter.ts'
import type { Releases } from '../applications/releases.ts'
import type { Scope } from '../expressions/scope.ts'
import { refuseEndless, unreadable } from '../files.ts'
import type { Outside } from '../outside.ts'
import { problem } from '../problem.ts'
import type { Templates } from '../templates/render.ts'
import { told } from '../told-reads.ts'
import { directoryOf, modeOf } from './directories.ts'
import { hasExpression } from './kinds.ts'
import type { TaskSpec } from './spec.ts'

/** Finds the files of the controller that tasks name under `src`, and what they hold. */
export interface Contents {
  /** The fields of a task with `content` filled in where its `src` is a file of the controller. */
  fill(task: TaskSpec, fields: Sourced, scope: Scope): Sourced
  /** The same with no content: enough to ask the host its questions. */
  fillPlaceholder(task: TaskSpec, fields: Sourced): Sourced
  /**
   * Looks for the file that a task names, where its name is not computed; tells where a template is, if it is written
   * in the usual style. Throws InvalidInput.
   */
  look(task: TaskSpec): string | undefined
}

/**
 * Each file is read once; templates of understudy's own are found last. `outside` is told of what is looked at anew. Versions of
 * applications were read already.
 */
export function createContents(
  templates: Templates,
  ownTemplates: string,
  outside: Outside,
  releases: Releases = new Map(),
): Contents {
  const read = new Map<string, string | Uint8Array>()
  const rendered = new Map<string, string>()
  const found = new Map<string, Found>()

  /** What stands there, looked for until it is found. */
  function foundFor(task: TaskSpec, src: Sourced): Found {
    const { kind } = task
    const places = placesFor(task, kind.source === 'templates', ownTemplates)
    const key = [textIn(src), ...places].join('\0')
    const known = found.get(key) ?? find(src, places)
    found.set(key, known)
    if (known.isDirectory && kind.source !== 'tree')
      throw new InvalidInput([
        problem(
          'playbook-directory',
          `${quoted(textIn(src))} is a directory, and one file is meant`,
          src.origin,
          'name each file, with "loop" for many; an archive brings a whole tree',
        ),
      ])
    return known
  }

  /** The same text for all hosts, so that it is there once and not for each. */
  function contentOf(path: string): string | Uint8Array {
    const known = read.get(path)
    if (known !== undefined) return known
    refuseEndless(path, statSync(path))
    const content = textOrBytes(told(path, readFileSync(path)))
    read.set(path, content)
    return content
  }

  /** What a template gives, as the same text as for the host before where it is the like of it. */
  function alike(path: string, text: string): string {
    const before = rendered.get(path)
    if (before === text) return before
    rendered.set(path, text)
    return text
  }

  function filled(task: TaskSpec, fields: Sourced, src: Sourced, scope: Scope): Sourced {
    const { kind } = task
    if (kind.source === 'release') {
      const tar = releases.get(textIn(src))
      return withContent(fields, { origin: src.origin, scalar: (tar ? tar() : '') as Scalar })
    }
    const isTemplate = kind.source === 'templates'
    const isSynchronized = kind.name === 'synchronize'
    const { path, isDirectory } = foundFor(task, src)
    try {
      const { origin } = src
      if (isDirectory) {
        outside.note()
        const read = (file: string) => contentOf(file) as Scalar
        // Of rsync links stay links, unless they are to be followed.
        const follow = isSynchronized ? isSaidYes(fields, 'copy_links') : !isSaidNo(fields, 'local_follow')
        const { isExcluded } = rsyncFilter(isSynchronized ? textsIn(fieldOf(fields, 'rsync_opts')) : [])
        return withField(fields, 'tree', directoryOf(textIn(src), path, { origin, follow, read, isExcluded }))
      }
      const preserved = isSynchronized || textIn(fieldOf(fields, 'mode')) === 'preserve'
      if (preserved) outside.note()
      const more = preserved ? withField(fields, 'source_mode', { origin, scalar: modeOf(path) }) : fields
      if (!isTemplate) return withContent(more, { origin, scalar: contentOf(path) as Scalar })
      const style = styleOf(fields, path)
      const places = placesFor(task, true, ownTemplates)
      const marked = templates.render(path, scope, { style, places })
      return withContent(more, {
        origin,
        scalar: alike(path, textOf(marked)),
        ...(holdsSecret(marked) ? { secret: true, marked } : {}),
      })
    } catch (error) {
      if (error instanceof Error && 'syscall' in error)
        throw new InvalidInput([unreadable(path, error as NodeJS.ErrnoException)])
      throw error
    }
  }

  return {
    look: (task) => {
      const src = sourceOf(task, task.parameters)
      if (!src || hasExpression(src) || task.kind.source === 'release') return undefined
      const { path } = foundFor(task, src)
      const isUsual = !styleNames.some((name) => fieldOf(task.parameters, name))
      return task.kind.source === 'templates' && isUsual ? path : undefined
    },
    fill: (task, fields, scope) => {
      const src = sourceOf(task, fields)
      return src ? filled(task, fields, src, scope) : fields
    },
    fillPlaceholder: (task, fields) => {
      const src = sourceOf(task, fields)
      return src ? withContent(fields, { origin: src.origin, scalar: '' }) : fields
    },
  }
}

/** The `src` of a task whose content comes from the controller. */
function sourceOf({ kind }: TaskSpec, fields: Sourced): Sourced | undefined {
  if (!('entries' in fields)) return undefined
  const { entries } = fields
  if (kind.source === 'script') return scriptOf(entries.get('cmd')?.value)
  const src = entries.get('src')?.value
  if (!src) return undefined
  return kind.source === undefined || isOnHost(entries) ? undefined : src
}

/** The options of a task that are paths of the machine. */
export function pathsOnMachine(
  { module, source }: TaskSpec['kind'],
  fields: Sourced,
): Readonly<Record<string, string | undefined>> {
  const { src, ...others } = module?.paths ?? {}
  const isHere = source !== undefined && 'entries' in fields && !isOnHost(fields.entries)
  return isHere ? others : (module?.paths ?? {})
}

const yes: ReadonlySet<string> = new Set(['true', 'yes', 'on', '1', 'y', 't'])
const no: ReadonlySet<string> = new Set(['false', 'no', 'off', '0', 'n', 'f'])

/** Does a task say that its `src` is a path of the machine? */
function isOnHost(entries: ReadonlyMap<string, SourcedEntry>): boolean {
  const said = (name: string) => textIn(entries.get(name)?.value).toLowerCase()
  return yes.has(said('remote_src')) || no.has(said('copy'))
}

/** How a task says that its template is written. */
function styleOf(fields: Sourced, path: string): Style | undefined {
  const said = styleNames.flatMap((name) => {
    const value = fieldOf(fields, name)
    return value ? [[name, value] as const] : []
  })
  const [first] = said
  if (!first) return undefined
  const [name, { origin }] = first
  if (path.endsWith('.hbs'))
    throw new InvalidInput([
      problem('template-jinja', `"${name}" is for templates of Jinja`, origin, 'name the file .j2'),
    ])
  return Object.fromEntries(said.map(([one, value]) => [one, textIn(value)]))
}

/** The first word is the name of the script. */
function scriptOf(words: Sourced | undefined): Sourced | undefined {
  if (!words || !('scalar' in words) || typeof words.scalar !== 'string') return undefined
  return { ...words, scalar: words.scalar.trim().split(/\s/)[0] ?? '' }
}

function fieldOf(fields: Sourced, name: string): Sourced | undefined {
  return 'entries' in fields ? fields.entries.get(name)?.value : undefined
}

function textIn(value: Sourced | undefined): string {
  return value && 'scalar' in value ? String(value.scalar ?? '') : ''
}

function textsIn(value: Sourced | undefined): readonly string[] {
  if (value && 'items' in value) return value.items.map(textIn)
  return value ? textIn(value).split(',') : []
}

function isSaidYes(fields: Sourced, name: string): boolean {
  return yes.has(textIn(fieldOf(fields, name)).toLowerCase())
}

function isSaidNo(fields: Sourced, name: string): boolean {
  return no.has(textIn(fieldOf(fields, name)).toLowerCase())
}

function withField(fields: Sourced, name: string, value: Sourced): Sourced {
  if (!('entries' in fields)) return fields
  const entries = new Map([...fields.entries, [name, { key: value.origin, value }]])
  return { origin: fields.origin, entries }
}

function withContent(fields: Sourced, content: Sourced): Sourced {
  const given = 'entries' in fields ? fields.entries.get('content') : undefined
  if (given)
    throw new InvalidInput([
      problem(
        'module-words',
        '"src" and "content" both say what the file holds',
        given.key,
        'remove one of them',
      ),
    ])
  return withField(fields, 'content', content)
}

function placesFor({ role, playbookDirectory }: TaskSpec, isTemplate: boolean, own: string) {
  const folder = isTemplate ? 'templates' : 'files'
  const beside = [...(role ? [role.directory] : []), playbookDirectory]
  return [...beside.flatMap((place) => [join(place, folder), place]), ...(isTemplate ? [own] : [])]
}

/** What a name stands for on this computer. */
interface Found {
  readonly path: string
  readonly isDirectory: boolean
}

function find(src: Sourced, places: readonly string[]): Found {
  const name = 'scalar' in src && typeof src.scalar === 'string' ? src.scalar : ''
  if (name === '') throw missing('"src" must be the name of a file', src.origin)
  const full = name.replace(/^~(?=\/)/, homedir())
  const candidates = isAbsolute(full) ? [full] : places.map((place) => join(place, name))
  const path = candidates.find((path) => existsSync(path))
  if (path === undefined) throw missing(`there is no file ${quoted(name)}`, src.origin, candidates)
  return { path, isDirectory: statSync(path).isDirectory() }
}

function missing(message: string, origin: Origin, candidates: readonly string[] = []): InvalidInput {
  const next = candidates.length > 0 ? `looked for: ${candidates.join(', ')}` : undefined
  return new InvalidInput([problem('file-missing', message, origin, next)])
}

/** Text where it is text, so that differences can be shown line by line. */
function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return bytes
  }
}
