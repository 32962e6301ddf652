import { spawnSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Application } from '../../cluster/index.ts'
import { type Entry, mostBytes, settled, sumOf, Unusable } from './entry.ts'
import { entriesOfTar } from './tar.ts'
import { entriesOfZip } from './zip.ts'

/** What a source holds now. */
export interface Found {
  readonly entries: readonly Entry[]
  /** SHA-256 of all of it. */
  readonly sum: string
  /** What it is called where the inventory does not say. */
  readonly version: string
}

/** How much of a sum or a commit names it. */
const digits = 12

/** Reads what an application is made of; relative paths start at `directory`. Throws Unusable. */
export function readSource(source: Application['source'], directory: string): Found {
  if ('git' in source) {
    const { commit, entries } = ofRepository(source.git, source.ref, directory)
    const inner = settled(entries, source.within)
    return { entries: inner, sum: sumOf(inner), version: commit.slice(0, digits) }
  }
  const entries =
    'directory' in source
      ? settled(ofDirectory(resolve(directory, source.directory)))
      : settled(ofArchive(resolve(directory, source.archive)), source.within)
  const sum = sumOf(entries)
  return { entries, sum, version: sum.slice(0, digits) }
}

/** All that is in it but what `git` keeps there, which is nobody's business on a server. */
function* ofDirectory(top: string, inner = ''): Generator<Entry> {
  for (const name of listed(join(top, inner)).filter((one) => one !== '.git')) {
    const path = inner === '' ? name : `${inner}/${name}`
    const at = join(top, path)
    const found = lstatSync(at)
    if (found.isDirectory()) {
      yield { is: 'directory', path }
      yield* ofDirectory(top, path)
    } else if (found.isSymbolicLink()) yield { is: 'link', path, target: readlinkSync(at) }
    else if (found.isFile()) {
      const executable = (found.mode & 0o100) !== 0
      const changed = Math.floor(found.mtimeMs / 1000)
      yield { is: 'file', path, content: read(at), executable, changed }
    } else throw new Unusable(`${at} is neither a file nor a directory nor a link`)
  }
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory).toSorted()
  } catch (error) {
    throw unread(directory, error)
  }
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw unread(path, error)
  }
}

function unread(path: string, error: unknown): Unusable {
  const { code } = error as NodeJS.ErrnoException
  const why: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or directory',
    ENOTDIR: 'it is no directory',
    EISDIR: 'it is a directory',
    EACCES: 'it may not be read',
  }
  return new Unusable(`${path}: ${why[code ?? ''] ?? String(error)}`)
}

/** Programs that unfold what Node.js does not know. */
const unfolding = [
  { start: '425a68', program: 'bzip2' },
  { start: 'fd377a58', program: 'xz' },
  { start: '28b52ffd', program: 'zstd' },
] as const

function ofArchive(path: string): Iterable<Entry> {
  const bytes = read(path)
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  if (start.startsWith('504b')) return entriesOfZip(bytes)
  if (start.startsWith('1f8b')) return entriesOfTar(gunzipped(bytes))
  const packed = unfolding.find((one) => start.startsWith(one.start))
  return entriesOfTar(packed ? unfolded(packed.program, bytes) : bytes)
}

function gunzipped(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes })
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw new Unusable(
      tooLarge ? `it holds more than ${mostBytes / 2 ** 20} MiB` : 'it is broken: gzip cannot unfold it',
    )
  }
}

function unfolded(program: string, input: Uint8Array): Uint8Array {
  const { status, stdout, error } = spawnSync(program, ['-dc'], { input, maxBuffer: mostBytes })
  if (error && 'code' in error && error.code === 'ENOENT')
    throw new Unusable(`it needs ${program}, which this computer does not have`, `install ${program}`)
  if (status !== 0) throw new Unusable(`it is broken: ${program} cannot unfold it`)
  return stdout
}

/** Fetches one commit, and nothing of what was before it. */
function ofRepository(
  written: string,
  ref: string,
  directory: string,
): { readonly commit: string; readonly entries: Iterable<Entry> } {
  // As git itself tells paths from the addresses of hosts.
  const isPath = !/^[a-z+]+:\/\//.test(written) && !/^[^/]+:/.test(written)
  const repository = isPath ? resolve(directory, written) : written
  const room = mkdtempSync(join(tmpdir(), 'understudy-git-'))
  const git = (...words: readonly string[]) => runGit(room, words)
  try {
    git('init', '-q', '--bare', '.')
    git('fetch', '-q', '--depth=1', '--no-tags', repository, ref)
    const commit = git('rev-parse', 'FETCH_HEAD^{commit}').toString().trim()
    return { commit, entries: [...entriesOfTar(git('archive', '--format=tar', commit))] }
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
}

function runGit(cwd: string, words: readonly string[]): Buffer {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_DIR: cwd }
  const { status, stdout, stderr, error } = spawnSync('git', words, {
    cwd,
    env,
    maxBuffer: mostBytes,
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (error && 'code' in error && error.code === 'ENOENT')
    throw new Unusable('it needs git, which this computer does not have', 'install git')
  if (status === 0) return stdout
  const said = stderr.toString().trim().split('\n').at(-1) ?? ''
  throw new Unusable(`git ${words[0]} failed${said ? `: ${said}` : error ? `: ${error.message}` : ''}`)
}
