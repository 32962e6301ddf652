import { constants } from 'node:fs'
import { access, open, readdir, stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { readTextFile, unreadable } from '../files.ts'
import { problem } from '../problem.ts'
import { parseYaml } from '../yaml.ts'
import { addHost, collecting, type Draft, groupOf } from './draft.ts'
import { expandHosts } from './host-names.ts'
import { readIniInventory } from './ini-inventory.ts'
import { beginsProgram, readExecutable } from './script.ts'
import { readYamlInventory } from './yaml-inventory.ts'

/** Adds one `-i`, and returns the directory whose group_vars/ and host_vars/ go with it. Throws InvalidInput. */
export async function readSource(draft: Draft, source: string): Promise<string | undefined> {
  const status = await stat(source).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && source.includes(',')) return undefined
    throw new InvalidInput([unreadable(source, error)])
  })
  if (!status) {
    readHostList(draft, source)
    return undefined
  }
  if (!status.isDirectory()) {
    await collecting(draft.problems, () => readInventoryFile(draft, source))
    return dirname(source)
  }
  const files = await filesIn(source)
  for (const path of files) await collecting(draft.problems, () => readInventoryFile(draft, path))
  if (files.length === 0)
    throw new InvalidInput([
      problem(
        'inventory-no-hosts',
        `the directory ${source} holds no inventory`,
        undefined,
        'put an inventory file into it, for instance hosts.yaml',
      ),
    ])
  return source
}

/** `-i web1,web2` names hosts themselves. */
function readHostList(draft: Draft, source: string): void {
  const origin: Origin = { file: `-i ${source}`, line: 1, col: 1 }
  for (const pattern of source.split(',').map((part) => part.trim()))
    for (const name of pattern === '' ? [] : expandHosts(pattern, origin).names)
      addHost(draft, groupOf(draft, 'ungrouped', origin), name, origin)
}

/** Programs among them are run: nobody wants that of a directory named by mistake, such as a home. */
const filesAtMost = 500

/** Every inventory in a directory and those below it, by name. Throws InvalidInput. */
async function filesIn(source: string): Promise<readonly string[]> {
  const found: string[] = []
  const walk = async (directory: string): Promise<void> => {
    const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
      throw new InvalidInput([unreadable(directory, error)])
    })
    for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
      const path = join(directory, name)
      if (isIgnored(name, names)) continue
      if (await isDirectory(path)) await walk(path)
      else found.push(path)
      if (found.length > filesAtMost)
        throw new InvalidInput([
          problem(
            'file-too-many',
            `more than ${filesAtMost} files lie in and below ${source}: it can hardly be an inventory`,
            undefined,
            'name a file, or a directory with nothing else in it',
          ),
        ])
    }
  }
  await walk(source)
  return found
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    throw new InvalidInput([unreadable(path, error as NodeJS.ErrnoException)])
  }
}

const notInventories =
  /(~|\.(orig|bak|swp|rej|tmp|retry|cfg|pyc|pyo|md|txt|rst|rpm|pem|crt|cer|der|csr|srl|p12|pfx|pub|key|tar|tgz|gz|bz2|xz|zst|zip|war|dpkg-\w+))$/

/** Directories and files with a meaning of their own: `lab.yaml` describes machines of a lab, `site.yaml` is a playbook, in `applications` is what realservers run, and in `playbooks` what is carried out beside. */
const taken = ['group_vars', 'host_vars', 'applications', 'playbooks', 'lab.yaml', 'site.yaml', 'site.yml']

/** Beside an executable of the same name an .ini file is its configuration. */
function isIgnored(name: string, all: readonly string[]): boolean {
  if (name.startsWith('.') || taken.includes(name) || notInventories.test(name)) return true
  const stem = name.replace(/\.ini$/, '')
  return (
    stem !== name &&
    all.some(
      (other) =>
        other !== name && /^\.(py|sh|rb|pl|js)$/.test(extname(other)) && other.startsWith(`${stem}.`),
    )
  )
}

async function readInventoryFile(draft: Draft, path: string): Promise<void> {
  // What a pipe has given once it does not give again.
  const start = (await stat(path)).isFile() ? await firstBytes(path) : ''
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
  if (beginsProgram(start)) {
    if (executable) return readExecutable(draft, path)
    throw new InvalidInput([
      problem(
        'file-unreadable',
        `${path} is a program, but not executable`,
        undefined,
        `make it executable: chmod +x ${path}`,
      ),
    ])
  }
  const text = await readTextFile(path)
  if (isYaml(path, text)) await readYamlInventory(draft, parseYaml(text, path, draft))
  else await readIniInventory(draft, text, path)
}

async function firstBytes(path: string): Promise<string> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new InvalidInput([unreadable(path, error)])
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** By the ending, or else by the first line that says anything: YAML starts with `---`, `{` or `name:`. */
function isYaml(path: string, text: string): boolean {
  const ending = extname(path)
  if (['.yaml', '.yml', '.json'].includes(ending)) return true
  if (ending === '.ini') return false
  const first = text.split('\n').find((line) => /^\s*[^\s#;]/.test(line)) ?? ''
  return /^\s*(---|\{|["']?[\w.-]+["']?\s*:(\s|$))/.test(first)
}
