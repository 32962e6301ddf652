// Puts the command into a few files, dist/cli/, so that starting it does not mean opening hundreds. The library beside
// it stays as the compiler wrote it. Run by `npm run build` after the compiler.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = join(root, 'dist/cli')
const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

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

/** What ssh2 has beyond its client: a server, agents for HTTP, and what makes keys. They load what Node has for that. */
const clientAlone = {
  name: 'client-alone',
  resolveId: (id, importer) =>
    /[\\/]ssh2[\\/]lib[\\/]index\.js$/.test(importer ?? '') &&
    /^\.\/(server|http-agents|keygen)\.js$/.test(id)
      ? '\0nothing-of-ssh2'
      : null,
  load: (id) => (id === '\0nothing-of-ssh2' ? 'module.exports = {}' : null),
}

/**
 * Of ssh2 two parts may have been compiled where it is installed; both are looked for there, and done without. Under their
 * full names they are found from here, too.
 */
const compiledParts = {
  name: 'compiled-parts',
  resolveId: (id) => {
    if (id === 'cpu-features') return { id, external: true }
    if (!id.endsWith('/sshcrypto.node')) return null
    return { id: 'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node', external: true }
  },
}

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
const output = [
  ...(await bundled('src/cli/main.ts', {
    format: 'cjs',
    entryFileNames: '[name].js',
    banner: "'use strict';",
  })),
  // As CommonJS: of modules nothing that V8 has compiled can be kept.
  ...(await bundled('src/cli/command-line.ts', {
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    // As the sources are, being modules: `this` of a template's block is a number there, and an object otherwise.
    banner: "'use strict';",
    // What V8 has compiled before can load nothing by `import()`.
    dynamicImportInCjs: false,
    // Parts run when something of them is first read: of a playbook without clusters the words of clusters never are.
    codeSplitting: {
      // Each group is what it says, and no more.
      includeDependenciesRecursively: false,
      groups: [
        { name: 'model', test: /[\\/]src[\\/](model|shell)[\\/]/ },
        { name: 'vocabulary', test: /[\\/]src[\\/]cluster[\\/](vocabulary|rules)[\\/]/ },
        { name: 'cluster', test: /[\\/]src[\\/]cluster[\\/]/ },
        { name: 'handlebars', test: /[\\/]node_modules[\\/]handlebars[\\/]/ },
        { name: 'jmespath', test: /[\\/]node_modules[\\/]@jmespath-community[\\/]/ },
        {
          name: 'ssh2',
          test: /[\\/]node_modules[\\/](ssh2|asn1|bcrypt-pbkdf|tweetnacl|safer-buffer)[\\/]|nothing-of-ssh2/,
        },
        // What a run needs that connects anew, and not where a connection was kept: with it comes ssh2.
        {
          name: 'logging-in',
          test: /[\\/]src[\\/]transport[\\/](connection|identities|authentication)\.ts$/,
        },
        { name: 'transport', test: /[\\/]src[\\/]transport[\\/][^\\/]+$/ },
        { name: 'plans', test: /[\\/]src[\\/]plans[\\/]/ },
        { name: 'sensors', test: /[\\/]src[\\/]sensors[\\/]/ },
        { name: 'resources', test: /[\\/]src[\\/]resources[\\/]/ },
        { name: 'jinja', test: /[\\/]src[\\/]jinja[\\/]/ },
      ],
    },
  })),
]
for (const name of readdirSync(target).filter((one) => one.endsWith('.cjs'))) {
  const path = join(target, name)
  writeFileSync(path, asFunction(inAscii(readFileSync(path, 'utf8'), name)))
}
// What loads modules takes 5 ms of every command that is one.
writeFileSync(join(target, 'package.json'), '{ "type": "commonjs" }\n')
// What the pages of a fleet load beside their text.
cpSync(join(root, 'src/web/client'), join(root, 'dist/web/client'), { recursive: true })
writeFileSync(join(target, 'THIRD-PARTY.txt'), licences(packagesIn(output)))
await keepCompiled()

/** Writes a source with all that it imports into `dist/cli/`, side by side: the package's root is two folders above each. */
async function bundled(source, options) {
  const bundle = await rolldown({
    cwd: root,
    plugins: [lateProcesses, noSourceMaps, clientAlone, compiledParts],
    input: join(root, source),
    preserveEntrySignatures: 'allow-extension',
    platform: 'node',
    // What the oldest Node that package.json admits can read.
    transform: { target: `node${engines.node.replace('>=', '')}` },
    onLog(level, log) {
      throw new Error(`${level} while bundling: ${log.message}`)
    },
  })
  const { output } = await bundle.write({
    dir: target,
    ...options,
    sourcemap: true,
    // The maps name places; the text of the sources is in the repository.
    sourcemapExcludeSources: true,
  })
  await bundle.close()
  return output
}

/** As Node wraps a module of CommonJS; lines and, but for the first, columns stay. */
function asFunction(source) {
  return `(function (exports, require, module, __filename, __dirname) {${source}\n})`
}

/** The same with what is not ASCII escaped, as it may be wherever it stands but in a comment. */
function inAscii(source, name) {
  if (/\\[^\0-\x7f]/.test(source)) throw new Error(`${name} has an escaped character that is not ASCII`)
  return source.replaceAll(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Lets this Node compile what a command needs, and keeps it; another process, because flags of V8 are those of a process. */
async function keepCompiled() {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-build-'))
  const file = join(folder, 'compile.mjs')
  const bundle = await rolldown({ cwd: root, input: join(root, 'scripts/compile.mjs'), platform: 'node' })
  await bundle.write({ file, format: 'esm' })
  await bundle.close()
  execFileSync(process.execPath, [file, root], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 })
  rmSync(folder, { recursive: true })
}

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
    const { name, version, author, ...said } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    // As it was written once: a list of them.
    const license = said.license ?? said.licenses?.map(({ type }) => type).join(' or ')
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
