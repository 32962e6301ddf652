import { existsSync, readdirSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadIntent } from '../config/index.ts'
import { Failure } from '../model/failure.ts'
import { warningText } from '../model/rule.ts'
import { didYouMean } from '../model/suggest.ts'
import { type FoundInterfaces, findInterfaces } from './finding-interfaces.ts'
import { makeFolder } from './folders.ts'
import { addressesNeeded, inventoryFor, type MaybeGroup, needs, withInterfaces } from './new-inventory.ts'
import type { ConnectionOptions } from './options.ts'
import { packageRoot } from './places.ts'
import { schemaLine } from './schema-line.ts'

/** What a new inventory is to hold. What is absent is asked for, where there is somebody to ask. */
export interface InitOptions {
  /** Where `inventory.yaml` and `site.yaml` are written. */
  readonly directory: string
  /** One of those that come with understudy, under `inventories/`. */
  readonly architecture?: string
  /** Addresses of the machines. */
  readonly directors?: readonly string[]
  /** Addresses of those that stand between directors and realservers, where the architecture has some. */
  readonly proxies?: readonly string[]
  /** Where the architecture has some. */
  readonly realservers?: readonly string[]
  /** Free addresses that clients will use, as many as the architecture needs. */
  readonly vips?: readonly string[]
  /** Address of the machine with the pages, where the architecture has one. */
  readonly nfs?: readonly string[]
  /** User to log in as; root where it is not said. */
  readonly user?: string
  /** How the directors are reached to ask them for the interface of the VIPs; absent: they are not asked. */
  readonly connect?: ConnectionOptions & { readonly signal?: AbortSignal }
  readonly ask?: Asking
}

/** Somebody who knows what was not said. */
export interface Asking {
  /** One of these architectures; `undefined` where nobody can be asked. */
  architecture(all: readonly string[]): Promise<string | undefined>
  addresses(question: string): Promise<readonly string[]>
}

/** What was written, and what was found on the way. */
export interface InitResult extends Omit<FoundInterfaces, 'interfaces'> {
  readonly inventory: string
  readonly playbook: string
  /** What is doubtful about the inventory, but no error. */
  readonly warnings: readonly string[]
}

/**
 * Writes an inventory and a playbook into a new directory, and checks them; overwrites nothing. Where `problems` of the
 * result has errors, both are written, and the inventory needs mending. Throws `Failure` on bad input.
 */
export async function init(options: InitOptions): Promise<InitResult> {
  const { directory } = options
  const target = join(directory, 'inventory.yaml')
  if (existsSync(target))
    throw new Failure('INVALID_INPUT', `${target} exists already`, { next: 'name another directory' })
  const architecture = await chooseArchitecture(options)
  const model = await readFile(join(packageRoot, 'inventories', architecture, 'inventory.yaml'), 'utf8')
  const needed = addressesNeeded(model)
  const asked = async (given: readonly string[] | undefined, question: string) =>
    given ?? (await (options.ask ?? nobody).addresses(question))
  const ofGroup = async (group: MaybeGroup, question: string) =>
    needs(group, model) ? await asked(options[group], question) : []
  const text = inventoryFor(model, {
    directors: await asked(options.directors, 'Addresses of the directors, with commas between'),
    proxies: await ofGroup('proxies', 'Addresses of the machines with nginx or HAProxy behind them'),
    realservers: await ofGroup('realservers', 'Addresses of the realservers'),
    vips: await asked(options.vips, `Free addresses that move between the directors (${needed.join(', ')})`),
    nfs: await ofGroup('nfs', 'Address of the machine with the pages'),
    user: options.user ?? 'root',
  })
  await makeFolder(directory)
  await writeFile(target, schemaLine('inventory') + text)
  await copyApplications(architecture, directory)
  const playbook = join(directory, 'site.yaml')
  const site = await readFile(join(packageRoot, 'playbooks/site.yaml'), 'utf8')
  await writeFile(playbook, schemaLine('playbook') + site)
  const missing = filesMissing(text, directory)
  if (missing.length > 0) {
    const warnings = [
      `put certificates and keys there before anything else: ${missing.join(', ')}; ${packageRoot}inventories/${architecture}/README.md says how`,
    ]
    return { inventory: target, playbook, warnings, problems: [], notAsked: [] }
  }
  const intent = await loadIntent({
    inventory: [target],
    playbook,
    tags: [],
    skipTags: [],
    extraVars: [],
    packageRoot,
  })
  const warnings = intent.warnings.map(warningText)
  const written = { inventory: target, playbook, warnings }
  if (!options.connect) return { ...written, problems: [], notAsked: [] }
  const { interfaces, problems, notAsked } = await findInterfaces(intent, options.connect)
  if (!problems.some(({ severity }) => severity === 'error'))
    await writeFile(target, schemaLine('inventory') + withInterfaces(text, interfaces))
  return { ...written, problems, notAsked }
}

/** What realservers run in an example is there to be replaced. */
async function copyApplications(architecture: string, directory: string): Promise<void> {
  const example = join(packageRoot, 'inventories', architecture, 'applications')
  const target = join(directory, 'applications')
  if (existsSync(example) && !existsSync(target)) await cp(example, target, { recursive: true })
}

/** Files beside the inventory that it names and that are not there: nobody but the user has their keys. */
function filesMissing(text: string, directory: string): readonly string[] {
  const named = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => [
      ...line.matchAll(/\b(?:certificate|key|account_key|authority): ([\w./-]+\.(?:pem|key))/g),
    ])
    .map(([, name = '']) => join(directory, name))
  return named.filter((path) => !existsSync(path))
}

async function chooseArchitecture({ architecture, ask = nobody }: InitOptions): Promise<string> {
  const all = readdirSync(join(packageRoot, 'inventories')).toSorted()
  const named = architecture ?? (await ask.architecture(all))
  if (named !== undefined && all.includes(named)) return named
  const meant = didYouMean(named ?? '', all)
  throw new Failure(
    'INVALID_INPUT',
    named === undefined ? 'no architecture named' : `there is no architecture ${named}`,
    { next: meant ? `did you mean "${meant}"?` : `name one with --architecture: ${all.join(', ')}` },
  )
}

const nobody: Asking = {
  architecture: async () => undefined,
  addresses: async (question) => {
    throw new Failure('INVALID_INPUT', `not said: ${question}`, {
      next: 'understudy init --help shows the flags',
    })
  },
}
