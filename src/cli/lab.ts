import type { Command } from 'commander'
import type { Lab, LabEvent } from '../lab/index.ts'
import { hour, wholeNumber } from './options.ts'

interface Chosen {
  readonly lab?: string
}

const LAB_OPTION = ['--lab <name>', 'which lab, where more than one is up'] as const

/** Declares `understudy lab`: machines with kernels of their own on this computer. */
export function declareLab(program: Command): void {
  const lab = program.command('lab').description('machines with Linux kernels of their own, on this computer')
  declareLife(lab)
  declareFaults(lab)
  declareAccess(lab)
}

function declareLife(lab: Command): void {
  lab
    .command('up')
    .description('start a lab; the first time its images are built')
    .argument('<topology>', 'topology file')
    .option('--name <name>', 'name of the lab, instead of that of the topology')
    .option('--timeout <seconds>', 'how long a machine may take to answer SSH', wholeNumber(hour), 120)
    .action(async (file: string, options: { name?: string; timeout: number }) => {
      const { loadTopology, removeOrphans, startLab } = await import('../lab/index.ts')
      const topology = await loadTopology(file, options.name)
      await removeOrphans(printEvent)
      const up = await startLab(topology, { onEvent: printEvent, timeoutSeconds: options.timeout })
      await printStatus(up)
      print(`ssh_config: ${up.sshConfigPath}`)
    })
  lab
    .command('down')
    .description('take a lab down, leaving nothing behind')
    .argument('[name]', 'the lab; may be left out where there is only one')
    .option('--all', 'every lab of this computer')
    .action(async (name: string | undefined, options: { all?: boolean }) => {
      const { listLabs, stopLab } = await import('../lab/index.ts')
      const names = options.all ? await listLabs() : [name ?? (await onlyLab())]
      for (const one of names) if (!(await stopLab(one, printEvent))) print(`there is no lab ${one}`)
    })
  lab
    .command('list')
    .description('the labs of this computer')
    .action(async () => {
      const { listLabs } = await import('../lab/index.ts')
      for (const name of await listLabs()) print(name)
    })
  lab
    .command('status')
    .description('the machines of a lab')
    .argument('[name]', 'the lab; may be left out where there is only one')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const open = await openChosen({ lab: name })
      await printStatus(open, options.json)
    })
  lab
    .command('prerequisites')
    .description('say what this computer lacks for running a lab')
    .option('--install', 'install the Debian packages that bring it')
    .action(async (options: { install?: boolean }) => {
      const { installPrerequisites, missingPrerequisites } = await import('../lab/index.ts')
      if (options.install) await installPrerequisites(await missingPrerequisites())
      const missing = await missingPrerequisites()
      for (const { what, remedy } of missing) print(`missing: ${what}\n  → ${remedy}`)
      if (missing.length > 0) process.exitCode = 1
      else print('nothing is missing')
    })
}

function declareFaults(lab: Command): void {
  const network = ['--network <name>', 'only the cable to this network'] as const
  lab
    .command('cut')
    .description("pull the machine's network cables")
    .argument('<machine>')
    .option(...network)
    .option(...LAB_OPTION)
    .action(async (machine: string, options: Chosen & { network?: string }) =>
      (await openChosen(options)).cut(machine, options.network),
    )
  lab
    .command('join')
    .description('plug the network cables in again')
    .argument('<machine>')
    .option(...network)
    .option(...LAB_OPTION)
    .action(async (machine: string, options: Chosen & { network?: string }) =>
      (await openChosen(options)).join(machine, options.network),
    )
  lab
    .command('kill')
    .description("cut the machine's power")
    .argument('<machine>')
    .option(...LAB_OPTION)
    .action(async (machine: string, options: Chosen) => (await openChosen(options)).kill(machine))
  lab
    .command('start')
    .description('switch the machine on and wait until it answers')
    .argument('<machine>')
    .option(...LAB_OPTION)
    .action(async (machine: string, options: Chosen) => (await openChosen(options)).start(machine))
  lab
    .command('reset')
    .description('start the machine from a factory-fresh disk; its address and keys stay')
    .argument('[machine]')
    .option('--all', 'every machine of the lab')
    .option(...LAB_OPTION)
    .action(async (machine: string | undefined, options: Chosen & { all?: boolean }, command: Command) => {
      const open = await openChosen(options)
      if (!machine && !options.all) command.error('error: name a machine, or give --all')
      const names = options.all ? open.machines.map(({ name }) => name) : [machine ?? '']
      await Promise.all(names.map((name) => open.reset(name)))
    })
}

function declareAccess(lab: Command): void {
  lab
    .command('ssh')
    .description('open a shell on a machine')
    .argument('<machine>')
    .option(...LAB_OPTION)
    .action(async (machine: string, options: Chosen) => {
      const open = await openChosen(options)
      await passThrough(['ssh', '-F', open.sshConfigPath, open.spec(machine).name])
    })
  lab
    .command('exec')
    .description(
      'run a command on a machine, or with --netns on this computer inside the lab: exec d1 -- uname -r',
    )
    .argument('<words...>', 'the machine (not with --netns), then the command')
    .option('--netns', "run on this computer, in the lab's network namespace")
    .option(...LAB_OPTION)
    .action(async (words: readonly string[], options: Chosen & { netns?: boolean }, command: Command) => {
      const open = await openChosen(options)
      const [machine = '', ...argv] = words
      if (options.netns) return passThrough(['ip', 'netns', 'exec', open.namespace, ...words])
      if (argv.length === 0) command.error('error: give a command after the machine')
      const { quote } = await import('../lab/index.ts')
      return passThrough(['ssh', '-F', open.sshConfigPath, open.spec(machine).name, '--', ...argv.map(quote)])
    })
  lab
    .command('ssh-config')
    .description('print the path of the ssh_config that reaches the machines')
    .argument('[name]', 'the lab; may be left out where there is only one')
    .action(async (name: string | undefined) => print((await openChosen({ lab: name })).sshConfigPath))
}

async function openChosen(options: Chosen): Promise<Lab> {
  const { openLab } = await import('../lab/index.ts')
  return openLab(options.lab ?? (await onlyLab()))
}

async function onlyLab(): Promise<string> {
  const { LabFailure, listLabs } = await import('../lab/index.ts')
  const names = await listLabs()
  const [only] = names
  if (only !== undefined && names.length === 1) return only
  if (only === undefined) throw new LabFailure('no lab is up', 'Start one with "understudy lab up TOPOLOGY".')
  throw new LabFailure(`several labs are up: ${names.join(', ')}`, 'Say which one you mean.')
}

async function printStatus(lab: Lab, json = false): Promise<void> {
  const machines = await lab.status()
  const { name, namespace, sshConfigPath, opsPasswordPath } = lab
  if (json)
    return print(JSON.stringify({ name, namespace, sshConfigPath, opsPasswordPath, machines }, null, 2))
  const several = lab.topology.networks.length > 1
  const rows = machines.flatMap(({ name: machine, image, power, interfaces, cables }) =>
    interfaces.flatMap(({ network, addresses }, index) =>
      addresses.map((address, second) => [
        ...(index + second === 0 ? [machine] : ['']),
        address,
        ...(several ? [network] : []),
        ...(index + second === 0 ? [image, power] : ['', '']),
        ...(second === 0 ? [cables[network] ?? ''] : ['']),
      ]),
    ),
  )
  const heads = ['MACHINE', 'ADDRESS', ...(several ? ['NETWORK'] : []), 'IMAGE', 'POWER', 'CABLE']
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  for (const row of [heads, ...rows])
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

function printEvent({ stage, detail }: LabEvent): void {
  process.stderr.write(`${stage}: ${detail}\n`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Gives the terminal to another program and ends with its exit status. */
async function passThrough(argv: readonly string[]): Promise<void> {
  const { spawn } = await import('node:child_process')
  const [file = '', ...words] = argv
  const child = spawn(file, words, { stdio: 'inherit' })
  process.exitCode = await new Promise<number>((ended, failed) => {
    child.once('error', failed)
    child.once('close', (code) => ended(code ?? 255))
  })
}
