import { Argument, type Command, Option } from 'commander'
import { exitStatus } from '../exit.ts'
import { engineGiven, type FleetFlags, withFleet } from './flags.ts'
import { declareFleetLooks } from './looks.ts'
import { declareFleetRuns } from './runs.ts'
import { declareFleetServe } from './serve.ts'

/** `understudy fleet`: many clusters, many workers, an engine between them. */
export function declareFleet(program: Command): void {
  const fleet = program
    .command('fleet')
    .description('many clusters at many sites, by workers that are told through NATS JetStream')
  withFleet(
    fleet
      .command('init')
      .description('make on the engine what a fleet needs, as its file says')
      .option('-C, --check', 'only say what would be made')
      .addOption(new Option('--json', 'one JSON object on standard output')),
  ).action(async (flags: FleetFlags & { readonly check?: boolean; readonly json?: boolean }) => {
    const { fleetInit } = await import('../../operations/fleet/init.ts')
    const {
      fleet: name,
      engine,
      changes,
    } = await fleetInit({
      file: flags.file,
      engine: engineGiven(flags),
      dryRun: flags.check ?? false,
    })
    if (flags.json) process.stdout.write(`${JSON.stringify({ fleet: name, engine, changes })}\n`)
    else {
      for (const { name: of, is, what } of changes)
        process.stdout.write(`${is === 'new' ? '+' : '~'} ${of}: ${what}\n`)
      const done = flags.check ? 'would be made' : 'made'
      process.stdout.write(
        changes.length === 0
          ? `the fleet ${name} is on ${engine} as it should be\n`
          : `${changes.length} ${done} for the fleet ${name} on ${engine}\n`,
      )
    }
    process.exitCode = flags.check && changes.length > 0 ? exitStatus.changesPending : exitStatus.fine
  })
  fleet
    .command('accounts')
    .description('print the configuration of nats-server by which each may do what he does, and nothing else')
    .option('--file <path>', 'the file of the fleet', 'fleet.yaml')
    .option('--engine-domain <name>', 'domain of its JetStream, where sites come through leaf nodes')
    .action(async ({ file, engineDomain }: Pick<FleetFlags, 'file' | 'engineDomain'>) => {
      const { fleetAccounts } = await import('../../operations/fleet/accounts.ts')
      process.stdout.write(await fleetAccounts({ file, domain: engineDomain }))
    })
  fleet
    .command('key')
    .description('make a key, and print its public half')
    .addArgument(
      new Argument(
        '<kind>',
        '"signer" signs orders and comes to the engine, "user" only comes to the engine, "site" opens secrets sealed for a site',
      ).choices(['signer', 'user', 'site']),
    )
    .argument('<file>', 'where its seed is written, for nobody else to read')
    .action(async (kind: 'signer' | 'user' | 'site', path: string) => {
      const { makeKey } = await import('../../operations/fleet/keys.ts')
      process.stdout.write(`${await makeKey(kind, path)}\n`)
    })
  declareFleetRuns(fleet)
  declareFleetLooks(fleet)
  declareFleetServe(fleet)
}
