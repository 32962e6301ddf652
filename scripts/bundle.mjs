// Puts the command into a few files, dist/cli/, so that starting it does not mean opening hundreds. The library beside
// it stays as the compiler wrote it. Run by `npm run build` after the compiler.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = join(root, 'dist/cli')
const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Looked up among the installed packages when hosts are connected to: it tries parts that may have been compiled there. */
const external = ['ssh2']

/**
 * Commander can start programs as commands, and loads for that, whenever it is loaded, what starts them: a twentieth of
 * `--help` and of what says that an inventory is missing. None of our commands is a program of its own.
 */
const lateProcesses = {
  name: 'late-processes',
  transform(code, id) {
    if (!id.replaceAll('\\', '/').endsWith('/commander/lib/command.js')) return null
    const early = "const childProcess = require('node:child_process');"
    if (!code.includes(early)) throw new Error(`${id} loads child_process in another way than it did`)
    const late = "const childProcess = { get spawn() { return require('node:child_process').spawn } };"
    // All lines stay where they are, so the map needs no change.
    return { code: code.replace(early, late), map: null }
  },
}

/**
 * Handlebars takes this for maps of templates that are translated in advance, and does without it where it is not there, as in
 * browsers. It is a twenty-fifth of what a command that reads playbooks loads.
 */
const noSourceMaps = {
  name: 'no-source-maps',
  resolveId: (id) => (id === 'source-map' ? `\0${id}` : null),
  load: (id) => (id === '\0source-map' ? 'export {}' : null),
}

const bundle = await rolldown({
  cwd: root,
  plugins: [lateProcesses, noSourceMaps],
  input: join(root, 'src/cli/main.ts'),
  platform: 'node',
  external,
  // What the oldest Node that package.json admits can read.
  transform: { target: `node${engines.node.replace('>=', '')}` },
  onLog(level, log) {
    throw new Error(`${level} while bundling: ${log.message}`)
  },
})
rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
const { output } = await bundle.write({
  dir: target,
  format: 'esm',
  // All of them lie side by side: the package's root is two folders above each.
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  sourcemap: true,
  // The maps name places; the text of the sources is in the repository.
  sourcemapExcludeSources: true,
})
await bundle.close()
writeFileSync(join(target, 'THIRD-PARTY.txt'), licences(packagesIn(output)))

/** The folders of all packages of which something is in these files. */
function packagesIn(files) {
  const modules = files.flatMap((file) => (file.type === 'chunk' ? Object.entries(file.modules) : []))
  const folders = modules
    .filter(([, { code }]) => code)
    .map(([path]) => /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path)?.[1])
  return [...new Set(folders.filter((folder) => folder !== undefined))].toSorted()
}

/** What their licences ask to be handed on with them. */
function licences(folders) {
  const parts = folders.map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (!license) throw new Error(`${name} names no licence`)
    const by = typeof author === 'string' ? author : author?.name
    return `${name} ${version}: ${license}${by ? `, ${by}` : ''}\n\n${licenceText(folder).trim()}\n`
  })
  return `Parts of these packages are in the files beside this one.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name))
  return file
    ? readFileSync(join(folder, file), 'utf8')
    : 'The package comes without the text of its licence.'
}
