import type { Command } from 'commander'
import { Failure } from '../model/failure.ts'
import { quoted } from '../model/quoted.ts'
import { connectionGiven, inventoryGiven } from './given.ts'
import { onInterrupt } from './interrupt.ts'
import { type ConnectionFlags, type InventoryFlags, withConnection, withInventory } from './options.ts'
import { choosePlaybook } from './places.ts'

type Flags = InventoryFlags & ConnectionFlags & { readonly host: string }

/** `understudy render`: a file as it would stand on a host. */
export function declareRender(program: Command): void {
  const command = program
    .command('render')
    .description('print a file as the playbook writes it on a host, secrets left out; changes nothing')
    .argument('<file>', 'path on the host, such as /etc/keepalived/keepalived.conf')
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
    .requiredOption('--host <name>', 'host of the inventory, which is asked for what it is')
  withConnection(withInventory(command)).action(
    async (file: string, named: string | undefined, flags: Flags) => {
      if (!file.startsWith('/'))
        throw new Failure('INVALID_INPUT', `${quoted(file)} is no path of a host`, {
          next: 'give the one that the file has there, such as /etc/haproxy/haproxy.cfg',
        })
      const { render } = await import('../operations/render.ts')
      const { secretively } = await import('./secretively.ts')
      const { signal, release } = onInterrupt()
      try {
        await secretively(async ({ onSecrets, redact }) => {
          const { text } = await render({
            ...inventoryGiven(flags),
            ...connectionGiven(flags, signal),
            playbook: choosePlaybook(named),
            onSecrets,
            signal,
            host: flags.host,
            path: file,
          })
          process.stdout.write(redact(text))
        })
      } finally {
        release()
      }
    },
  )
}
