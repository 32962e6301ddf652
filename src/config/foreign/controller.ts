import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { program } from './program.ts'

/** Modules that ansible-core is to build. */
export interface Wanted {
  readonly modules: readonly { readonly name: string; readonly collections: readonly string[] }[]
  /** Directories of the playbook and its roles, in this order. */
  readonly places: readonly string[]
}

const refused = z.discriminatedUnion('refused', [
  /** There is none of this name. */
  z.object({ refused: z.literal('missing'), near: z.array(z.string()) }),
  z.object({ refused: z.literal('uninstalled'), collection: z.string() }),
  /** Ansible does its work, or a part of it, on this computer. */
  z.object({ refused: z.literal('action') }),
  z.object({ refused: z.literal('powershell') }),
  z.object({ refused: z.literal('failed'), words: z.string(), path: z.string().optional() }),
])

const built = z.object({
  /** The program as it is sent to hosts, in base64. */
  content: z.string(),
  /** How it gets its arguments, in the words of ansible-core. */
  style: z.enum(['new', 'old', 'non_native_want_json', 'binary', 'arguments within']),
  /** Where arguments are written into it. */
  at: z.number().optional(),
  /** It is written in Python. */
  python: z.boolean(),
  /** What its first line names. */
  interpreter: z.string(),
  /** It knows of check mode. */
  checks: z.boolean(),
  /** It may tell facts. */
  facts: z.boolean(),
  /** Options that name files of this computer. */
  local: z.array(z.string()),
})

const answered = z.object({
  version: z.string(),
  python: z.string(),
  /** What ansible-core tells every module. */
  internals: z.record(z.string(), z.unknown()),
  modules: z.array(z.union([built, refused])),
})

/** A module as ansible-core builds it. */
export type Built = z.infer<typeof built>

/** Why ansible-core does not build one. */
export type Unbuilt = z.infer<typeof refused>

/** What ansible-core on this computer has to say. */
export type Answered = z.infer<typeof answered>

/** Seconds for ansible-core to build all modules of a playbook; it takes one or two. */
const patience = 120

/** Why nothing was built at all. */
export class NotBuilt extends Error {}

/** Has ansible-core on this computer build modules, all of them by one start of Python. Throws NotBuilt. */
export function buildModules(wanted: Wanted, environment: NodeJS.ProcessEnv = process.env): Answered {
  for (const python of pythons(environment)) {
    const told = askedOf(python, wanted, environment)
    if (told !== undefined) return told
  }
  throw new NotBuilt('ansible-core is not on this computer')
}

/** What this Python says; nothing where it has no ansible-core. */
function askedOf(python: string, wanted: Wanted, env: NodeJS.ProcessEnv): Answered | undefined {
  let text: string
  try {
    text = execFileSync(python, ['-c', program], {
      input: JSON.stringify(wanted),
      encoding: 'utf8',
      env,
      timeout: patience * 1000,
      maxBuffer: 512 * 1024 * 1024,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  } catch (error) {
    const { code, status, stderr } = error as NodeJS.ErrnoException & { status?: number; stderr?: string }
    if (code === 'ENOENT' || code === 'EACCES') return undefined
    const last = stderr?.trim().split('\n').at(-1) ?? ''
    throw new NotBuilt(
      code === 'ETIMEDOUT'
        ? `ansible-core did not answer within ${patience} s`
        : `ansible-core could not be asked: ${last === '' ? `${python} ended with status ${status ?? code}` : last}`,
    )
  }
  if (/^\{"missing": true\}$/.test(text)) return undefined
  try {
    return answered.parse(JSON.parse(text))
  } catch {
    throw new NotBuilt(`${python} answers in a way that is not known here`)
  }
}

/** Pythons that may have ansible-core, likely ones first: that of the command, wherever it was installed. */
function pythons(environment: NodeJS.ProcessEnv): readonly string[] {
  const folders = (environment.PATH ?? '').split(':').filter((folder) => folder !== '')
  const commands = ['ansible-playbook', 'ansible'].flatMap((name) =>
    folders.map((folder) => join(folder, name)).filter((path) => existsSync(path)),
  )
  const ofCommands = commands.map(pythonOf).filter((path) => path !== undefined)
  return [...new Set([...ofCommands, 'python3'])]
}

/** The Python that a command written in it names in its first lines; one with blanks in its path is named in the second. */
function pythonOf(command: string): string | undefined {
  const head = Buffer.alloc(512)
  try {
    const file = openSync(command, 'r')
    readSync(file, head)
    closeSync(file)
  } catch {
    return undefined
  }
  const text = head.toString('latin1')
  const [, plain] = /^#!\s*(\/\S*\/python[\d.]*)(?:\s.*)?\n/.exec(text) ?? []
  const [, quoted] = /^#!\/bin\/sh\n'''exec' "?([^"\n]*?\/python[\d.]*)"? "\$0"/.exec(text) ?? []
  return plain ?? quoted
}
