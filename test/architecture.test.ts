import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { circlesIn } from './circles.ts'

const source = resolve(import.meta.dirname, '../src')

/** What each room may import, beside itself. `docs/design.md` tells why. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  shell: ['model'],
  sensors: ['model', 'shell'],
  resources: ['model', 'shell', 'sensors'],
  cluster: ['model'],
  adoption: ['model', 'sensors', 'cluster'],
  proof: ['model', 'cluster', 'adoption'],
  modules: ['model', 'resources'],
  jinja: ['model'],
  config: ['model', 'resources', 'modules', 'cluster', 'jinja'],
  engine: ['model', 'shell', 'sensors'],
  transport: ['model', 'shell'],
  verify: ['model', 'shell', 'sensors', 'cluster'],
  drill: ['verify', 'cluster', 'sensors', 'model', 'shell'],
  deploy: ['drill', 'verify', 'cluster', 'resources', 'sensors', 'model', 'shell'],
  report: ['model', 'fleet'],
  plans: ['model', 'adoption', 'cluster'],
  lab: ['model'],
  fleet: ['model'],
  web: ['model', 'fleet', 'report'],
  nats: ['model', 'fleet'],
  operations: [
    'model',
    'resources',
    'modules',
    'cluster',
    'adoption',
    'proof',
    'config',
    'engine',
    'transport',
    'verify',
    'drill',
    'deploy',
    'plans',
    'fleet',
    'nats',
  ],
  cli: ['model', 'shell', 'operations', 'report', 'web', 'lab'],
}

/** Rooms that must stay pure: no I/O, no clock, no chance, no globals. Sums, which `node:crypto` computes, are pure. */
const pure = [
  'model',
  'shell',
  'sensors',
  'resources',
  'modules',
  'cluster',
  'adoption',
  'proof',
  'jinja',
  'plans',
  'fleet',
]

interface SourceFile {
  readonly path: string
  readonly room: string
  readonly text: string
  readonly imports: readonly string[]
}

const files: readonly SourceFile[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(source, path), 'utf8')
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name ?? '')
    return { path, room: path.split('/')[0] ?? '', text, imports }
  })

const pathOf = (file: SourceFile, name: string): string =>
  relative(source, resolve(source, dirname(file.path), name))

const roomOf = (file: SourceFile, name: string): string => pathOf(file, name).split('/')[0] ?? ''

/** The files of `src/` that each of them imports, types alone and imports made late included. */
const imported = new Map(
  files.map((file) => [
    file.path,
    file.imports.filter((name) => name.startsWith('.')).map((name) => pathOf(file, name)),
  ]),
)

/** What is loaded as soon as a file is: neither types alone nor what is imported inside a function. */
function importedAtOnce({ text }: SourceFile): readonly string[] {
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'()]*?\bfrom\s+)?'([^']+)'/gm)
  return [...statements].map(([, name]) => name ?? '')
}

describe('the rooms of src/', () => {
  it('are the ones the design names', () => {
    expect(files.filter(({ room }) => !(room in mayImport)).map(({ path }) => path)).toEqual([])
  })

  it.each(files)('$path imports only with the stream', (file) => {
    const allowed = [file.room, ...(mayImport[file.room] ?? [])]
    const against = file.imports.filter(
      (name) => name.startsWith('.') && !allowed.includes(roomOf(file, name)),
    )
    expect(against).toEqual([])
  })

  it('can be read in some order: no file leads back to itself', () => {
    expect(circlesIn(imported).map((circle) => circle.join(' → '))).toEqual([])
  })

  it('stay pure in the middle', () => {
    const impure = files
      .filter(({ room }) => pure.includes(room))
      .filter(
        ({ text, imports }) =>
          imports.some((name) => name.startsWith('node:') && name !== 'node:crypto') ||
          /\brandom\w+\b[^'\n]*'node:crypto'/.test(text) ||
          /\b(Date\.now|new Date\(\)|Math\.random|process\.|performance\.|console\.|setTimeout)\b/.test(text),
      )
    expect(impure.map(({ path }) => path)).toEqual([])
  })

  // The lab takes its locks as abstract sockets; it connects to nothing. What `nats` connects to is no host.
  it('open connections in one folder only', () => {
    const connecting = files.filter(
      ({ room, imports }) =>
        room !== 'transport' &&
        room !== 'lab' &&
        room !== 'nats' &&
        imports.some((name) => /^(ssh2|node:net|node:tls|node:dgram)$/.test(name)),
    )
    expect(connecting.map(({ path }) => path)).toEqual([])
    const queueing = files.filter(
      ({ room, imports }) => room !== 'nats' && imports.some((name) => /^@nats-io\/(?!nkeys$)/.test(name)),
    )
    expect(queueing.map(({ path }) => path)).toEqual([])
  })

  it('hold files a reader can take in', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 301).map(({ path }) => path)
    expect(long).toEqual([])
    const vague = files.filter(({ path }) =>
      /(^|\/)(utils?|helpers?|common|manager|misc)(\.ts|\/)/.test(path),
    )
    expect(vague.map(({ path }) => path)).toEqual([])
  })

  it('export by name only', () => {
    expect(files.filter(({ text }) => /^export default/m.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('leave the terminal, and the end of the process, to the command line', () => {
    const own = /\bprocess\.(std(in|out|err)|exit|on|once|argv)\b|\bconsole\./
    const loud = files.filter(
      ({ room, text, imports }) =>
        !['cli', 'report', 'lab'].includes(room) &&
        (own.test(text) || imports.some((name) => /^(@clack|commander|listr2|node:readline)/.test(name))),
    )
    expect(loud.map(({ path }) => path)).toEqual([])
  })

  it('keep the start of the command line light', () => {
    // `main.ts` answers `--version` by itself, and leaves everything else to the other.
    const started = new Set(['cli/main.ts', 'cli/command-line.ts'])
    const packages = new Set<string>()
    for (const path of started) {
      const file = files.find((one) => one.path === path)
      for (const name of file ? importedAtOnce(file) : [])
        name.startsWith('.') ? started.add(pathOf(file as SourceFile, name)) : packages.add(name)
    }
    expect([...packages].filter((name) => !name.startsWith('node:'))).toEqual(['commander'])
    const heavy = [...started].filter((path) => !/^(cli|model|shell)\//.test(path))
    expect(heavy.toSorted()).toEqual(['operations/places.ts', 'report/redaction.ts'])
  })
})

describe('circles of imports', () => {
  it('are named file by file, wherever the walk begins', () => {
    const graph = new Map([
      ['main', ['run']],
      ['run', ['report', 'plan']],
      ['plan', ['host']],
      ['host', ['model', 'run']],
      ['report', ['model']],
      ['model', []],
    ])
    expect(circlesIn(graph)).toEqual([['run', 'plan', 'host', 'run']])
    expect(circlesIn(new Map([...graph].reverse()))).toEqual([['host', 'run', 'plan', 'host']])
    expect(circlesIn(new Map([['alone', ['alone']]]))).toEqual([['alone', 'alone']])
  })

  it('are none where two ways lead to the same file', () => {
    const graph = new Map([
      ['top', ['left', 'right']],
      ['left', ['bottom']],
      ['right', ['left', 'bottom']],
    ])
    expect(circlesIn(graph)).toEqual([])
  })
})
