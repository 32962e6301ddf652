import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { modules } from '../../src/modules/index.ts'
import { namesOf } from '../../src/modules/module.ts'

const own: ReadonlyMap<string, string> = new Map(
  modules.flatMap((module) => namesOf(module).map((name) => [name, module.name] as const)),
)

/** Where lists of tasks stand, in plays and in blocks. */
const lists = ['pre_tasks', 'tasks', 'post_tasks', 'handlers', 'block', 'rescue', 'always']
const includes = /^(?:ansible\.(?:builtin|legacy)\.)?(?:include|import)_(tasks|role|playbook)$/

/** Own names of the modules that a playbook uses, in the roles and files that it includes, too. */
export function modulesUsedIn(playbook: string): ReadonlySet<string> {
  const used = new Set<string>()
  const seen = new Set<string>()
  const room = dirname(playbook)

  const file = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const entry of asList(parse(readFileSync(path, 'utf8')))) task(entry, dirname(path))
  }

  /** All of a role: which of its files are taken is decided by names that may be expressions. */
  const role = (value: unknown): void => {
    const name = isMapping(value) ? (value.role ?? value.name) : value
    const folder = join(room, 'roles', String(name))
    for (const part of ['tasks', 'handlers']) {
      const within = join(folder, part)
      if (!existsSync(within)) continue
      for (const one of readdirSync(within)) {
        if (statSync(join(within, one)).isFile()) file(join(within, one))
      }
    }
    const meta = join(folder, 'meta/main.yml')
    if (!existsSync(meta)) return
    const { dependencies } = parse(readFileSync(meta, 'utf8')) as { readonly dependencies?: unknown }
    for (const one of asList(dependencies)) role(one)
  }

  /** A play, a block or a task: they differ by their keys only. */
  const task = (entry: unknown, folder: string): void => {
    if (!isMapping(entry)) return
    for (const [key, value] of Object.entries(entry)) {
      const included = includes.exec(key)?.[1]
      if (included === 'role') role(value)
      else if (included) file(join(folder, String(isMapping(value) ? value.file : value)))
      else if (key === 'roles') for (const one of asList(value)) role(one)
      else if (lists.includes(key)) for (const one of asList(value)) task(one, folder)
      else if (key === 'action' || key === 'local_action') add(value)
      // What a play or a block is called by is none of its modules.
      else if (!('hosts' in entry)) add(key)
    }
  }

  const add = (called: unknown): void => {
    const word = isMapping(called) ? called.module : String(called).split(/\s/)[0]
    const name = own.get(String(word))
    if (name !== undefined) used.add(name)
  }

  file(playbook)
  return used
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
