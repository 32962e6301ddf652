import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  clusterMembers,
  dynamicList,
  type Inventory,
  loadInventory,
} from '../../../src/config/inventory/index.ts'
import { InvalidInput } from '../../../src/model/failure.ts'
import { type Origin, showOrigin } from '../../../src/model/origin.ts'
import { plain } from '../../../src/model/sourced.ts'
import { withoutRuleIds } from '../../rule-ids.ts'
import { agreeing, type Judged } from '../../schemas/agreement.ts'

type Files = Readonly<Record<string, string>>

/** A directory with these files until the test ends; a text that starts with #! becomes executable. */
export async function written(files: Files): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'inventory-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    if (text.startsWith('#!')) await chmod(path, 0o755)
  }
  return directory
}

interface Options {
  readonly sources?: readonly string[]
  readonly playbookDirectory?: string
  readonly extraVars?: readonly string[]
}

/** Loads these files (the first one, unless told) and returns the inventory and what was warned about. */
export async function loaded(files: Files, options: Options = {}) {
  const directory = await written(files)
  const warnings: string[] = []
  const warn = (_rule: string, message: string, origin: Origin) =>
    warnings.push(`${showOrigin(origin)}: ${message}`.replaceAll(`${directory}/`, ''))
  const sources = (options.sources ?? [Object.keys(files)[0] ?? '']).map((name) => join(directory, name))
  const judged = Object.keys(files).flatMap((name) => judgedAs(name, directory, sources))
  const inventory = await agreeing(
    judged,
    () =>
      loadInventory(sources, {
        warn,
        extraVars: options.extraVars?.map((text) => text.replace('@', `@${directory}/`)),
        ...(options.playbookDirectory
          ? { playbookDirectory: join(directory, options.playbookDirectory) }
          : {}),
      }),
    clusterMembers,
  ).catch((error) => {
    if (error instanceof InvalidInput)
      throw new Error(withoutRuleIds(error.message).replaceAll(`${directory}/`, ''))
    throw error
  })
  return { inventory, warnings, directory }
}

/** What the schemas that editors read have to say about a file; what they say must be what the loader says. */
function judgedAs(name: string, directory: string, sources: readonly string[]): readonly Judged[] {
  const path = join(directory, name)
  if (/(^|\/)(group|host)_vars\//.test(name)) return [{ what: 'variables', path }]
  return sources.includes(path) ? [{ what: 'inventory', path }] : []
}

/** What is said against these files, paths relative to their directory; '' where they load. */
export async function complaint(files: Files, options: Options = {}): Promise<string> {
  return loaded(files, options).then(
    () => '',
    (error: Error) => error.message,
  )
}

/** The groups as a dynamic inventory would tell them. */
export function groupsIn(inventory: Inventory): unknown {
  const { _meta, ...groups } = dynamicList(inventory)
  return groups
}

/** The plain values of a host's variables. */
export function valuesIn(inventory: Inventory, host: string): Readonly<Record<string, unknown>> {
  const variables = inventory.hosts.get(host)?.variables ?? new Map()
  return Object.fromEntries([...variables].map(([name, { value }]) => [name, plain(value)]))
}
