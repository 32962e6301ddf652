import { mkdir } from 'node:fs/promises'
import { tearDown } from './down.ts'
import type { LabListener } from './event.ts'
import { LabFailure } from './failure.ts'
import { proxiesOf } from './gateways.ts'
import { powerOf, powerOn, prepareGuest } from './guest.ts'
import { ensureImages } from './images.ts'
import { awaitMachine, type Lab, labHandle } from './lab.ts'
import { takeLock } from './lock.ts'
import { createNetwork, listNamespaces } from './network.ts'
import { isOrphan } from './orphans.ts'
import { type Owner, thisProcess } from './owner.ts'
import { startPackageProxy } from './packages.ts'
import { keyOf, namespaceOf, pathsOf } from './paths.ts'
import { requirePrerequisites } from './prerequisites.ts'
import { makeFolder, readRecord, writeRecord } from './record.ts'
import { writeSeed } from './seed.ts'
import { createIdentity, writeClientFiles } from './ssh.ts'
import type { Topology } from './topology.ts'

/** How a lab is started. */
export interface StartOptions {
  /** Another name than the topology's; labs of different names run side by side. */
  readonly name?: string
  readonly onEvent?: LabListener
  /** How long a machine may take until its sshd answers; 120 unless told. */
  readonly timeoutSeconds?: number
  /** The machines that are switched on; all of them unless told. */
  readonly switchedOn?: readonly string[]
  /** The process the lab is not to outlive: when that ends without taking it down, `removeOrphans` will. */
  readonly owner?: 'this-process'
}

/**
 * Starts the lab and returns when every machine can be logged into. A lab of this name and topology that is up
 * already is returned as it is, its machines that were off switched on. The lab stays up when this program ends;
 * `await using` takes it down at the end of the block.
 */
export async function startLab(topology: Topology, options: StartOptions = {}): Promise<Lab> {
  const onEvent = options.onEvent ?? (() => {})
  const lab = options.name ?? topology.name
  const wanted = { ...topology, name: lab }
  await requirePrerequisites()
  await using _lock = await takeLock(keyOf(lab), () =>
    onEvent({ stage: 'wait', detail: `lab ${lab} is busy` }),
  )
  const record = await readRecord(lab)
  const alive = (await listNamespaces()).includes(namespaceOf(lab))
  if (record?.phase === 'up' && alive && !(await isOrphan(record))) {
    if (JSON.stringify(record.topology) !== JSON.stringify(wanted))
      throw new LabFailure(
        `lab ${lab} is up with another topology`,
        `Take it down with "understudy lab down ${lab}", or give this one another --name.`,
      )
    onEvent({ stage: 'ready', detail: `lab ${lab} is up already` })
    await switchOn(wanted, options, onEvent)
    return labHandle(record)
  }
  // What a crashed start or a restart of this computer left behind.
  await tearDown(lab, onEvent)
  try {
    const owner = options.owner && (await thisProcess())
    return await create(wanted, owner, options, onEvent)
  } catch (error) {
    await tearDown(lab, onEvent)
    throw error
  }
}

async function create(
  topology: Topology,
  owner: Owner | undefined,
  options: StartOptions,
  onEvent: LabListener,
): Promise<Lab> {
  const { name: lab, machines } = topology
  const paths = pathsOf(lab)
  const record = { topology, phase: 'starting', startedAt: new Date().toISOString(), owner } as const
  await makeFolder(lab, record)
  const images = await ensureImages(machines, onEvent)
  onEvent({
    stage: 'network',
    detail: `network namespace ${namespaceOf(lab)}, ${topology.networks.flatMap(({ ranges }) => ranges).join(', ')}`,
  })
  await createNetwork(namespaceOf(lab), topology)
  await createIdentity(paths)
  await startPackageProxy(lab, proxiesOf(topology), paths).catch((error: unknown) => {
    const why = error instanceof LabFailure ? (error.output ?? error.message) : String(error)
    onEvent({
      stage: 'warning',
      detail: `machines cannot install packages, the package proxy failed: ${why}`,
    })
  })
  const keys = await Promise.all(
    machines.map(async (machine) => {
      await mkdir(paths.machine(machine.name), { recursive: true })
      await prepareGuest(lab, paths, machine, images)
      return [machine.name, await writeSeed(paths, topology, machine)] as const
    }),
  )
  await writeClientFiles(lab, paths, topology, new Map(keys))
  await switchOn(topology, options, onEvent)
  const up = { ...record, phase: 'up' } as const
  await writeRecord(lab, up)
  return labHandle(up)
}

/** Switches on every machine that is off and is to be on, and waits for them all. */
async function switchOn(
  topology: Topology,
  { switchedOn, timeoutSeconds = 120 }: StartOptions,
  onEvent: LabListener,
): Promise<void> {
  const { name: lab, machines } = topology
  const paths = pathsOf(lab)
  await Promise.all(
    machines
      .filter(({ name }) => switchedOn?.includes(name) ?? true)
      .map(async (machine) => {
        if ((await powerOf(lab, paths, machine.name)) === 'on') return
        onEvent({ stage: 'boot', detail: `${machine.name} is switched on` })
        await powerOn(lab, paths, machine.name)
        const seconds = (await awaitMachine(topology, machine, timeoutSeconds)).toFixed(1)
        onEvent({ stage: 'boot', detail: `${machine.name} answers at ${machine.address} after ${seconds} s` })
      }),
  )
}
