import { basename, dirname, resolve } from 'node:path'
import type { CommandOptions, Ended } from './command.ts'
import { attempt } from './command.ts'
import { stopLab } from './down.ts'
import { LabFailure } from './failure.ts'
import { blankDisk, consoleTail, cutPower, type Power, powerOf, powerOn } from './guest.ts'
import { takeLock } from './lock.ts'
import { listNamespaces, plug, pluggedIn, unplug } from './network.ts'
import { keyOf, namespaceOf, pathsOf } from './paths.ts'
import { type LabRecord, readRecord } from './record.ts'
import { runLater } from './run-later.ts'
import { runOn, waitForBanner } from './ssh.ts'
import type { InterfaceSpec, MachineSpec, Topology } from './topology.ts'

/** How one machine is just now. */
export interface MachineStatus extends MachineSpec {
  readonly power: Power
  /** Of all its cables together. */
  readonly cable: Cable | 'partly cut'
  /** By network. */
  readonly cables: Readonly<Record<string, Cable>>
}

/** How a cable is. */
export type Cable = 'plugged' | 'cut'

/** A running lab. Every method names a machine; one the lab does not have is a LabFailure. */
export interface Lab extends AsyncDisposable {
  readonly name: string
  readonly topology: Topology
  readonly machines: readonly MachineSpec[]
  /** The network namespace all traffic of the lab stays in. */
  readonly namespace: string
  /** Names every machine, with keys and a ProxyCommand into the namespace: `ssh -F PATH MACHINE`. */
  readonly sshConfigPath: string
  readonly knownHostsPath: string
  readonly identityPath: string
  /** The password of the users `ops` (sudo asks for it) and `nosudo` is in this file. */
  readonly opsPasswordPath: string
  /** What the lab knows of the machine of this name. */
  spec(machine: string): MachineSpec
  /** Pulls the machine's network cables, or the one to this network. */
  cut(machine: string, network?: string): Promise<void>
  /** Plugs the cables in again, or the one to this network. */
  join(machine: string, network?: string): Promise<void>
  /** Cuts the machine's power; it stays off until `start`. */
  kill(machine: string): Promise<void>
  /**
   * Has a program switch the machine on after some seconds, whether or not this process lives then; it should run
   * `start`. Returns how to call that off.
   */
  startLater(machine: string, seconds: number, program: readonly string[]): Promise<() => Promise<void>>
  /** Switches the machine on, unless it is, and waits until it can be logged into. */
  start(machine: string, timeoutSeconds?: number): Promise<void>
  /** Gives the machine a factory-fresh disk and its cable, starts it, and waits; keys and address stay. */
  reset(machine: string, timeoutSeconds?: number): Promise<void>
  /** Waits until the machine can be logged into, say after a reboot from inside; returns the seconds it took. */
  waitForSsh(machine: string, timeoutSeconds?: number): Promise<number>
  /** Runs a shell command on the machine as root, over ssh; a failing command is a result, not an error. */
  run(machine: string, command: string, options?: CommandOptions): Promise<Ended>
  /** Runs a command of this computer inside the lab's network namespace, at the gateway's address. */
  runInNamespace(argv: readonly string[], options?: CommandOptions): Promise<Ended>
  status(): Promise<readonly MachineStatus[]>
  /** The last lines of the machine's console. */
  consoleTail(machine: string, lines?: number): Promise<string>
  /** Takes the lab down, leaving nothing behind; disposing does the same. */
  stop(): Promise<void>
}

/** The lab of this name, which has to be up. */
export async function openLab(name: string): Promise<Lab> {
  const record = await readRecord(name)
  if (!record || !(await listNamespaces()).includes(namespaceOf(name)))
    throw new LabFailure(
      `there is no lab ${name} running`,
      'See "understudy lab list", or start it with "understudy lab up".',
    )
  return labHandle(record)
}

/** The lab that this ssh configuration reaches the machines of; undefined where it is none of a lab's. */
export async function labOfSshConfig(path: string): Promise<Lab | undefined> {
  const name = basename(dirname(resolve(path)))
  return pathsOf(name).sshConfig === resolve(path) ? openLab(name) : undefined
}

/** The handle on a lab that is up. */
export function labHandle(record: LabRecord): Lab {
  const { topology } = record
  const { name } = topology
  const namespace = namespaceOf(name)
  const paths = pathsOf(name)
  const find = (machine: string) => specOf(topology, machine)
  const stop = async () => void (await stopLab(name))
  const lock = () => takeLock(keyOf(name))
  return {
    ...{ name, topology, namespace, machines: topology.machines },
    sshConfigPath: paths.sshConfig,
    knownHostsPath: paths.knownHosts,
    identityPath: paths.identity,
    opsPasswordPath: paths.opsPassword,
    spec: find,
    async cut(machine, network) {
      for (const one of interfacesOf(find(machine), network)) await unplug(namespace, one)
    },
    async join(machine, network) {
      for (const one of interfacesOf(find(machine), network)) await plug(namespace, one)
    },
    kill: (machine) => cutPower(name, paths, find(machine).name),
    startLater: (machine, seconds, program) => runLater(paths.machine(find(machine).name), seconds, program),
    async start(machine, timeoutSeconds) {
      const spec = find(machine)
      {
        await using _lock = await lock()
        if ((await powerOf(name, paths, machine)) !== 'on') await powerOn(name, paths, machine)
      }
      await awaitMachine(topology, spec, timeoutSeconds)
    },
    async reset(machine, timeoutSeconds) {
      const spec = find(machine)
      {
        await using _lock = await lock()
        await cutPower(name, paths, machine)
        await blankDisk(paths, machine)
        for (const one of spec.interfaces) await plug(namespace, one)
        await powerOn(name, paths, machine)
      }
      await awaitMachine(topology, spec, timeoutSeconds)
    },
    waitForSsh: (machine, timeoutSeconds) => awaitMachine(topology, find(machine), timeoutSeconds),
    run: (machine, command, options) => runOn(paths, find(machine).name, command, options),
    runInNamespace: (argv, options) => attempt(['ip', 'netns', 'exec', namespace, ...argv], options),
    async status() {
      const plugged = await pluggedIn(namespace)
      return Promise.all(
        topology.machines.map(async (spec) => ({
          ...spec,
          power: await powerOf(name, paths, spec.name),
          ...cablesOf(spec, plugged),
        })),
      )
    },
    consoleTail: (machine, lines) => consoleTail(paths, find(machine).name, lines),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Waits until a machine can be logged into; returns the seconds it took, or fails quoting its console. */
export async function awaitMachine(
  topology: Topology,
  machine: MachineSpec,
  timeoutSeconds = 120,
): Promise<number> {
  const { name: lab } = topology
  const paths = pathsOf(lab)
  const began = Date.now()
  const deadline = began + timeoutSeconds * 1000
  const on = async () => (await powerOf(lab, paths, machine.name)) === 'on'
  const greeted = await waitForBanner(topology, machine.address, deadline, on)
  const login = greeted ? await runOn(paths, machine.name, 'true') : undefined
  const seconds = (Date.now() - began) / 1000
  if (login?.exitCode === 0) return seconds
  const power = await powerOf(lab, paths, machine.name)
  const state = login
    ? `lets nobody log in: ${login.stderr.trim()}`
    : power === 'on'
      ? `does not answer SSH at ${machine.address} after ${seconds.toFixed(0)} s`
      : `went off (${power}) before it answered SSH`
  throw new LabFailure(
    `${machine.name} ${state}`,
    `Its console is quoted above; "understudy lab reset ${machine.name}" gives it a fresh disk.`,
    {
      output: await consoleTail(paths, machine.name),
    },
  )
}

function specOf(topology: Topology, machine: string): MachineSpec {
  const found = topology.machines.find(({ name }) => name === machine)
  if (found) return found
  const names = topology.machines.map(({ name }) => name).join(', ')
  throw new LabFailure(`lab ${topology.name} has no machine ${machine}`, `Its machines are ${names}.`)
}

/** The interfaces of a machine, or the one in a network. */
function interfacesOf({ name, interfaces }: MachineSpec, network?: string): readonly InterfaceSpec[] {
  const found = interfaces.filter((one) => network === undefined || one.network === network)
  if (found.length > 0) return found
  const names = interfaces.map((one) => one.network).join(', ')
  throw new LabFailure(`${name} has no cable to a network ${network}`, `It has one to each of ${names}.`)
}

function cablesOf(
  { interfaces }: MachineSpec,
  plugged: ReadonlySet<string>,
): Pick<MachineStatus, 'cable' | 'cables'> {
  const cables = interfaces.map(
    ({ network, cable }) => [network, plugged.has(cable) ? 'plugged' : 'cut'] as const,
  )
  const states = new Set(cables.map(([, state]) => state))
  return {
    cable: states.size > 1 ? 'partly cut' : states.has('plugged') ? 'plugged' : 'cut',
    cables: Object.fromEntries(cables),
  }
}
