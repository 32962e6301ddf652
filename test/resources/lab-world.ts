import { openLab, parseTopology, startLab } from '../../src/lab/index.ts'
import { labName } from '../e2e/cluster.ts'
import type { World } from './world.ts'

/** A machine with systemd and a package manager, to change things on for real. */
export interface Machine extends World, AsyncDisposable {
  /** Runs a command there as root and returns what it printed, failed or not. */
  run(command: string): Promise<string>
  /** Reboots it and waits until it can be logged into again. */
  reboot(): Promise<void>
}

/**
 * Starts a lab of one machine, whose disk has these packages from the start, or takes the lab that UNDERSTUDY_TEST_LAB
 * names and leaves it up.
 */
export async function openMachine(packages: readonly string[] = []): Promise<Machine> {
  const kept = process.env.UNDERSTUDY_TEST_LAB
  const machines = `one: { address: 10.83.96.11, packages: [${packages.join(', ')}] }`
  const topology = parseTopology(
    `name: ${labName()}\nnetwork: 10.83.96.0/24\nmachines:\n  ${machines}\n`,
    'kinds.yaml',
  )
  const lab = kept ? await openLab(kept) : await startLab(topology, { owner: 'this-process' })
  const machine = lab.machines[0]?.name ?? ''
  const run = async (command: string) => {
    const { stdout, stderr } = await lab.run(machine, command)
    return `${stdout}${stderr}`.trim()
  }
  return {
    directory: '/tmp',
    enter: ['ssh', '-F', lab.sshConfigPath, machine, 'sh -s'],
    outside: (path) => path,
    run,
    reboot: async () => {
      const before = await run('cat /proc/sys/kernel/random/boot_id')
      await run('systemctl reboot')
      for (let after = before; after === before || after === ''; ) {
        await new Promise((done) => setTimeout(done, 1000))
        await lab.waitForSsh(machine)
        after = await run('cat /proc/sys/kernel/random/boot_id').catch(() => '')
      }
    },
    [Symbol.dispose]: () => {},
    [Symbol.asyncDispose]: async () => {
      if (!kept) await lab.stop()
    },
  }
}
