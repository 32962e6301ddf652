import { type Command, Option } from 'commander'
import type { Inventory, InventoryHost, matchHosts } from '../config/inventory/index.ts'
import { Failure } from '../model/failure.ts'
import { showOrigin } from '../model/origin.ts'
import { type InventoryFlags, withInventory } from './options.ts'
import { chooseInventory } from './places.ts'

interface Flags extends InventoryFlags {
  readonly list?: boolean
  readonly host?: string
  readonly explain?: boolean
  readonly json?: boolean
  readonly showSecrets?: boolean
}

/** `understudy inventory`: shows hosts, groups and variables as every other command sees them. */
export function declareInventory(program: Command): void {
  const command = program
    .command('inventory')
    .description('show hosts, groups and variables, and what gave each variable its value')
    .addOption(new Option('--graph', 'groups and hosts as a tree (the default)').conflicts(['list', 'host']))
    .addOption(
      new Option('--list', 'everything as JSON, secrets too, as a dynamic inventory answers').conflicts(
        'host',
      ),
    )
    .option('--host <name>', 'the variables of one host, as YAML')
    .option('--explain', 'with --host: what gave each variable its value, and what it overruled')
    .option('--json', 'with --host: JSON')
    .option('--show-secrets', 'with --host: show what looks like a secret')
  withInventory(command).action(async (flags: Flags) => {
    process.stdout.write(await show(flags))
  })
}

async function show(flags: Flags): Promise<string> {
  const { dynamicList, graph, loadInventory, matchHosts, onlyHosts } = await import(
    '../config/inventory/index.ts'
  )
  if (flags.explain && flags.host === undefined)
    throw new Failure('INVALID_INPUT', '--explain explains one host', { next: 'add --host <name>' })
  const inventory = await loadInventory(chooseInventory(flags.inventory), {
    extraVars: flags.extraVars,
    warn: (message, origin) => process.stderr.write(`${showOrigin(origin)}: warning: ${message}\n`),
  })
  if (flags.host !== undefined) return showHost(oneHost(inventory, flags.host, matchHosts), flags)
  const chosen =
    flags.limit === undefined ? inventory : onlyHosts(inventory, matchHosts(flags.limit, inventory))
  return flags.list ? json(dynamicList(chosen)) : graph(chosen)
}

function oneHost(inventory: Inventory, name: string, match: typeof matchHosts): InventoryHost {
  const [only, more] = inventory.hosts.has(name) ? [name] : match(name, inventory)
  const host = only === undefined || more !== undefined ? undefined : inventory.hosts.get(only)
  if (host) return host
  throw new Failure('INVALID_INPUT', `"${name}" is not one host`, {
    next: 'name one; --graph shows them all',
  })
}

async function showHost(host: InventoryHost, flags: Flags): Promise<string> {
  const { explanations, explanationText, valuesOf } = await import('../config/inventory/index.ts')
  const secrets = flags.showSecrets === true
  if (flags.explain) {
    const all = explanations(host, secrets)
    return flags.json ? json(all) : explanationText(all)
  }
  const values = valuesOf(host, secrets)
  if (flags.json) return json(values)
  const { stringify } = await import('yaml')
  return stringify(values, { lineWidth: 0, aliasDuplicateObjects: false })
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
