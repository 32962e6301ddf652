import { type Command, Option } from 'commander'
import { Failure } from '../model/failure.ts'
import { showOrigin } from '../model/origin.ts'
import type { HostOptions, ReadOptions } from '../operations/inventory.ts'
import { inventoryGiven } from './given.ts'
import { type InventoryFlags, withInventory } from './options.ts'
import type { Secrecy } from './secretively.ts'

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
    const { secretively } = await import('./secretively.ts')
    process.stdout.write(await secretively((secrecy) => show(flags, secrecy)))
  })
}

async function show(flags: Flags, { redact, onSecrets }: Secrecy): Promise<string> {
  const { inventoryGraph, inventoryList } = await import('../operations/inventory.ts')
  if (flags.explain && flags.host === undefined)
    throw new Failure('INVALID_INPUT', '--explain explains one host', { next: 'add --host <name>' })
  const options: ReadOptions = {
    ...inventoryGiven(flags),
    onSecrets,
    onWarning: (message, origin) =>
      process.stderr.write(`${showOrigin(origin)}: warning: ${redact(message)}\n`),
  }
  if (flags.host !== undefined) return showHost({ ...options, host: flags.host }, flags)
  return flags.list ? json(await inventoryList(options)) : inventoryGraph(options)
}

async function showHost(options: HostOptions, flags: Flags): Promise<string> {
  const { explainHost, explanationText, hostVariables } = await import('../operations/inventory.ts')
  const asked = { ...options, showSecrets: flags.showSecrets }
  if (flags.explain) {
    const all = await explainHost(asked)
    return flags.json ? json(all) : explanationText(all)
  }
  const values = await hostVariables(asked)
  if (flags.json) return json(values)
  const { stringify } = await import('yaml')
  return stringify(values, { lineWidth: 0, aliasDuplicateObjects: false })
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
