import { type Command, Option } from 'commander'
import { eachText } from '../report/redaction.ts'
import { exitStatus } from './exit.ts'
import { inventoryGiven } from './given.ts'
import { type InventoryFlags, withInventory } from './options.ts'
import { choosePlaybook } from './places.ts'

const formats = ['text', 'json', 'markdown'] as const

type Flags = InventoryFlags & { readonly format: (typeof formats)[number] }

/** `understudy explain`: how the VIPs move, and the proof of it. */
export function declareExplain(program: Command): void {
  const command = program
    .command('explain')
    .description(
      'tell how each VIP moves when machines, services and links fail, and prove it for every combination, without asking any host',
    )
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
    .addOption(new Option('--format <format>', 'how it is written').choices(formats).default('text'))
  withInventory(command).action(async (named: string | undefined, flags: Flags) => {
    const { explainClusters } = await import('../operations/explain.ts')
    const { failoverLines, failoverPage } = await import('../report/failover.ts')
    const { secretively } = await import('./secretively.ts')
    process.exitCode = await secretively(async ({ onSecrets, redact }) => {
      const playbook = choosePlaybook(named)
      const found = eachText(await explainClusters({ ...inventoryGiven(flags), playbook, onSecrets }), redact)
      if (flags.format === 'json')
        process.stdout.write(found.map((one) => `${JSON.stringify(one)}\n`).join(''))
      else if (flags.format === 'markdown') process.stdout.write(failoverPage(found))
      else process.stdout.write(`${failoverLines(found).join('\n')}\n`)
      return found.some(({ failover }) => failover.bad.length > 0) ? exitStatus.notProven : exitStatus.fine
    })
  })
}
