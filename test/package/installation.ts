import { execFile } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { projectRoot } from '../e2e/understudy.ts'

const run = promisify(execFile)

/** An installation of the packed project, in a folder of its own whose name has blanks. */
export interface Installation extends Disposable {
  readonly tarball: string
  /** Where the package lies once it is installed. */
  readonly root: string
  /** An empty folder from which commands are run; it belongs to whoever runs them. */
  readonly elsewhere: string
  understudy(args: readonly string[], options?: { readonly asNobody?: boolean }): Promise<Ended>
}

/** How a command ended. */
export interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

const nobody = 65_534

const { UNDERSTUDY_TEST_WHOLE: whole, UNDERSTUDY_TEST_ALL: all } = process.env
const justBuilt = whole === '1' && all !== '1'

/** Packs a copy of the working tree, as `npm pack` does in a clean clone, and installs it into an empty prefix. */
export async function install(): Promise<Installation> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'understudy package ')))
  chmodSync(folder, 0o755)
  const [clone, prefix, elsewhere] = ['clone', 'pre fix', 'else where'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await copyTree(clone)
  const packing = ['pack', '--silent', '--pack-destination', folder]
  if (justBuilt) {
    // What \`prepack\` would run has just been run by \`npm test\`, of the same sources.
    cpSync(join(projectRoot, 'dist'), join(clone, 'dist'), { recursive: true })
    packing.push('--ignore-scripts')
  }
  await run('npm', packing, { cwd: clone })
  const { stdout } = await run('sh', ['-c', 'ls "$0"/*.tgz', folder])
  const tarball = stdout.trim()
  const install = [
    'install',
    '-g',
    '--prefix',
    prefix,
    '--prefer-offline',
    // What ssh2 would compile only makes it a little faster.
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    tarball,
  ]
  await run('npm', install, { cwd: folder })
  mkdirSync(elsewhere)
  chmodSync(elsewhere, 0o777)
  return {
    tarball,
    elsewhere,
    root: join(prefix, 'lib/node_modules/understudy-ha'),
    understudy: (args, { asNobody = false } = {}) => {
      const user = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--']
      const [file = '', ...words] = [...(asNobody ? user : []), join(prefix, 'bin/understudy'), ...args]
      const env = {
        PATH: process.env.PATH,
        HOME: elsewhere,
        UNDERSTUDY_LAB_STATE: join(folder, 'labs'),
        NO_COLOR: '1',
      }
      return ended(file, words, { cwd: elsewhere, env, timeout: 120_000 })
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** What git would give to a clean clone, with changes that are not committed yet; libraries are shared. */
async function copyTree(target: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
  })
  for (const path of stdout.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(target, path)), { recursive: true })
    cpSync(join(projectRoot, path), join(target, path), { force: true })
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(target, 'node_modules'))
  // Set-up would install libraries anew, through the link, if the list of them seemed to be newer than they are.
  utimesSync(join(target, 'package-lock.json'), 0, 0)
}

async function ended(file: string, words: readonly string[], options: object): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(file, words, options, (error, stdout, stderr) =>
      done({
        status: error ? (typeof error.code === 'number' ? error.code : 255) : 0,
        stdout: String(stdout),
        stderr: String(stderr),
      }),
    )
    child.stdin?.end()
  })
}
