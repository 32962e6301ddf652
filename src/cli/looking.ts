import { setTimeout as pause } from 'node:timers/promises'
import { loadMachines } from '../config/index.ts'
import { Failure } from '../model/failure.ts'
import { paintFor } from '../report/paint.ts'
import { isWell, statusLines } from '../report/status.ts'
import { statusOf } from '../verify/status.ts'
import { connector } from './connector.ts'
import { exitStatus } from './exit.ts'
import { onInterrupt } from './interrupt.ts'
import type { StatusFlags } from './options.ts'
import { chooseInventory } from './places.ts'
import { sessionPool } from './sessions.ts'

/** Shows every cluster of the inventory, once or every second; returns the exit status. */
export async function status(flags: StatusFlags): Promise<number> {
  const { clusters, machines } = await loadMachines({
    inventory: chooseInventory(flags.inventory),
    limit: flags.limit,
    extraVars: flags.extraVars ?? [],
    become: flags.become,
  })
  if (clusters.length === 0)
    throw new Failure('INVALID_INPUT', 'the inventory describes no cluster', {
      next: 'set the variable "cluster" for its hosts: docs/inventory.md explains it',
    })
  const connect = await connector(flags)
  const { signal, release } = onInterrupt()
  const paint = paintFor(process.stdout.isTTY === true, process.env)
  try {
    await using pool = sessionPool(machines, connect.open, signal)
    for (;;) {
      const found = await Promise.all(
        clusters.map((cluster) => statusOf(cluster, { session: (host) => pool.session(host), signal })),
      )
      const text = flags.json
        ? found.map((one) => `${JSON.stringify(one)}\n`).join('')
        : `${found.map((one) => statusLines(one, paint).join('\n')).join('\n\n')}\n`
      // The whole screen at once, so that nothing flickers.
      const fresh = flags.watch && !flags.json && process.stdout.isTTY ? '\u001b[H\u001b[J' : ''
      process.stdout.write(fresh + text)
      if (!flags.watch) return found.every(isWell) ? exitStatus.fine : exitStatus.notProven
      await pause(1000, undefined, { signal })
    }
  } catch (error) {
    if (signal.aborted) return exitStatus.interrupted
    throw error
  } finally {
    release()
  }
}
