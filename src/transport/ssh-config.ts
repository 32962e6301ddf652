import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { basename, dirname, isAbsolute, join } from 'node:path'
import SSHConfig from 'ssh-config'
import { Failure } from '../model/failure.ts'
import { matchesPattern, matchesPatterns } from './patterns.ts'
import { addSetting, type Settings, setting } from './settings.ts'
import { expandPath, expandTokens } from './tokens.ts'

type Lines = ReturnType<typeof SSHConfig.parse>
type Line = Lines[number]
type Directive = Extract<Line, { param: string }>

/** The ssh_config files of one run, each read once. */
export interface SshConfig {
  /**
   * The options for one name; those `given` on a command line count before the files'. `file` stands for
   * the user's file: `none` for no file, `undefined` for `~/.ssh/config` and then `/etc/ssh/ssh_config`.
   */
  settingsFor(name: string, given: Settings, file: string | undefined): Promise<Settings>
}

interface Asked {
  readonly name: string
  readonly settings: Map<string, readonly string[]>
  /** Where relative paths of `Include` start. */
  readonly directory: string
  readonly depth: number
}

/** A reader of ssh_config files that keeps what it parsed. */
export function createSshConfig(): SshConfig {
  const parsed = new Map<string, Promise<Lines | undefined>>()
  const load = (path: string): Promise<Lines | undefined> => {
    const known = parsed.get(path) ?? parse(path)
    parsed.set(path, known)
    return known
  }

  const apply = async (lines: Lines, asked: Asked): Promise<void> => {
    for (const line of lines) {
      if (!('param' in line)) continue
      const keyword = line.param.toLowerCase()
      if (keyword === 'host') {
        if (matchesPatterns(wordsOf(line), asked.name)) await apply(sectionOf(line), asked)
      } else if (keyword === 'match') {
        if (await matches(line, asked)) await apply(sectionOf(line), asked)
      } else if (keyword === 'include') await include(wordsOf(line), asked)
      else addSetting(asked.settings, keyword, wordsOf(line))
    }
  }

  const include = async (patterns: readonly string[], asked: Asked): Promise<void> => {
    if (asked.depth >= 16) throw new Failure('INVALID_INPUT', 'ssh_config: Include is nested too deeply')
    for (const pattern of patterns) {
      const path = expandPath(pattern)
      for (const file of await filesOf(isAbsolute(path) ? path : join(asked.directory, path))) {
        const lines = await load(file)
        if (lines) await apply(lines, { ...asked, depth: asked.depth + 1 })
      }
    }
  }

  return {
    async settingsFor(name, given, file) {
      const settings = new Map(given)
      const user = join(homedir(), '.ssh')
      const sources =
        file === undefined
          ? [
              { path: join(user, 'config'), directory: user },
              { path: '/etc/ssh/ssh_config', directory: '/etc/ssh' },
            ]
          : file === 'none'
            ? []
            : [{ path: expandPath(file), directory: user }]
      for (const { path, directory } of sources) {
        const lines = await load(path)
        if (lines) await apply(lines, { name, settings, directory, depth: 0 })
        else if (file !== undefined) throw notReadable(path)
      }
      return settings
    },
  }
}

/** Reads the user's file, before any host is asked. Throws INVALID_INPUT where it cannot be read. */
export async function checkSshConfig(file: string): Promise<void> {
  const path = expandPath(file)
  if (file !== 'none' && !(await parse(path))) throw notReadable(path)
}

function notReadable(path: string): Failure {
  return new Failure('INVALID_INPUT', `the ssh configuration ${path} cannot be read`, {
    next: 'check the path given with -F; "none" stands for no file',
  })
}

/** The options of a text without sections, such as the value of `-o`. */
export function directivesOf(
  text: string,
): readonly { readonly keyword: string; readonly words: readonly string[] }[] {
  return SSHConfig.parse(text)
    .filter((line): line is Directive => 'param' in line)
    .map((line) => ({ keyword: line.param, words: wordsOf(line) }))
}

async function parse(path: string): Promise<Lines | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return SSHConfig.parse(text)
  } catch (cause) {
    throw new Failure('INVALID_INPUT', `${path}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    })
  }
}

function wordsOf(line: Directive): readonly string[] {
  if (typeof line.value === 'string') return [line.value]
  // A command keeps its quotes: they are for the shell that runs it.
  if (line.param.toLowerCase() === 'proxycommand')
    return [
      line.value
        .map(({ val, separator, quoted }) => separator + (quoted ? `"${val.replaceAll('"', '\\"')}"` : val))
        .join('')
        .trim(),
    ]
  return line.value.map(({ val }) => val)
}

function sectionOf(line: Directive): Lines {
  return 'config' in line ? (line.config as Lines) : SSHConfig.parse('')
}

async function matches(line: Directive, asked: Asked): Promise<boolean> {
  const criteria = 'criteria' in line ? Object.entries(line.criteria as Record<string, unknown>) : []
  for (const [key, value] of criteria) {
    const negated = key.startsWith('!')
    const words = Array.isArray(value) ? value.map(({ val }: { val: string }) => val) : [String(value)]
    const met = await meets(key.replace('!', '').toLowerCase(), words, asked)
    if (met === negated) return false
  }
  return criteria.length > 0
}

async function meets(criterion: string, words: readonly string[], asked: Asked): Promise<boolean> {
  const hostname = setting(asked.settings, 'hostname') ?? asked.name
  const local = userInfo().username
  const user = setting(asked.settings, 'user') ?? local
  const patterns = words.flatMap((word) => word.split(','))
  const tokens = { h: expandTokens(hostname, { h: asked.name }), n: asked.name, r: user, u: local }
  switch (criterion) {
    case 'all':
      return true
    case 'host':
      return matchesPatterns(patterns, tokens.h)
    case 'originalhost':
      return matchesPatterns(patterns, asked.name)
    case 'user':
      return matchesPatterns(patterns, user)
    case 'localuser':
      return matchesPatterns(patterns, local)
    case 'exec':
      return succeeds(expandTokens(words.join(' '), { ...tokens, d: homedir() }))
    default:
      return false
  }
}

function succeeds(command: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command], { timeout: 10_000 }, (error) => resolve(error === null))
  })
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (!/[*?]/.test(basename(path))) return [path]
  const directory = dirname(path)
  const names = await readdir(directory).catch(() => [])
  return names
    .filter((name) => !name.startsWith('.') && matchesPattern(basename(path), name))
    .sort()
    .map((name) => join(directory, name))
}
