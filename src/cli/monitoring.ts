import type { Command } from 'commander'
import { exitStatus } from './exit.ts'
import { inventoryGiven } from './given.ts'
import { type InventoryFlags, withInventory } from './options.ts'

type Flags = InventoryFlags & { readonly out: string }

/** `understudy monitoring`: what Prometheus and Grafana are told of clusters. */
export function declareMonitoring(program: Command): void {
  const command = program
    .command('monitoring')
    .description('write what Prometheus asks and warns of, and what Grafana shows, from the inventory')
    .option(
      '-o, --out <directory>',
      'where to write it; what was written there before is replaced',
      'monitoring',
    )
  withInventory(command).action(async (flags: Flags) => {
    const { monitoring } = await import('../operations/monitoring.ts')
    const { secretively } = await import('./secretively.ts')
    await secretively(async ({ onSecrets }) => {
      const { files, targets, alerts } = await monitoring({
        ...inventoryGiven(flags),
        onSecrets,
        directory: flags.out,
      })
      for (const path of files) process.stdout.write(`${path}\n`)
      process.stdout.write(`${targets} targets, ${alerts} alerts\n`)
      process.exitCode = exitStatus.fine
    })
  })
}
