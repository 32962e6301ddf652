import { labOfSshConfig } from '../lab/index.ts'
import type { Host } from '../model/host.ts'
import type { PowerSwitch } from '../operations/drill.ts'

/** Milliseconds; these boot in seconds, where the computer has nothing else to do. */
const bootsWithin = 120_000

/** The switch for the power of these hosts, where `-F` names the ssh configuration of a lab that has them all. */
export async function labPower(
  sshConfig: string | undefined,
  hosts: readonly Host[],
): Promise<PowerSwitch | undefined> {
  const lab = sshConfig === undefined ? undefined : await labOfSshConfig(sshConfig)
  if (!lab) return undefined
  const machines = new Map(
    hosts.flatMap((host) => {
      const found = lab.machines.find(({ name, interfaces }) =>
        [name, ...interfaces.flatMap(({ addresses }) => addresses)].includes(host.address),
      )
      return found ? [[host.name, found.name] as const] : []
    }),
  )
  if (machines.size < hosts.length) return undefined
  const machine = (host: string) => machines.get(host) ?? host
  const callOff = new Map<string, () => Promise<void>>()
  return {
    bootsWithin,
    async arm(host, seconds) {
      const start = [
        process.execPath,
        process.argv[1] ?? '',
        'lab',
        'start',
        machine(host),
        '--lab',
        lab.name,
      ]
      callOff.set(host, await lab.startLater(machine(host), seconds, start))
    },
    cut: (host) => lab.kill(machine(host)),
    async restore(host) {
      await lab.start(machine(host), bootsWithin / 1000)
      await callOff.get(host)?.()
    },
  }
}
