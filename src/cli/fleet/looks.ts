import type { Command } from 'commander'
import { onInterrupt } from '../interrupt.ts'
import { someSeconds } from '../options.ts'
import { engineGiven, type FleetFlags, withFleet } from './flags.ts'

type Flags = FleetFlags & {
  readonly json?: boolean
  readonly watch?: boolean
  readonly cluster?: string
  readonly since?: number
}

/** The commands that look at a fleet, and those that turn its runs. */
export function declareFleetLooks(fleet: Command): void {
  const declare = (name: string, description: string) =>
    withFleet(fleet.command(name).description(description).option('--json', 'JSON on standard output'))
  declare('status', 'all clusters in one table, workers, and runs under way')
    .option('-w, --watch', 'look again every two seconds, until Ctrl-C')
    .action(showStatus)
  declare('history', 'who did what to which cluster when, and what came of it')
    .option('--cluster <name>', 'of this cluster alone')
    .option('--since <hours>', 'of the last hours alone', someSeconds)
    .action(showHistory)
  declare('log', 'what one run did, with diffs').argument('<run>').action(showLog)
  declare('dead', 'jobs that were given up, and messages that are none').action(showDead)
  declare('pause', 'let a run begin nothing more until it is resumed')
    .argument('<run>')
    .action(turning('paused'))
  declare('abort', 'end a run: what is under way stops at its next step')
    .argument('<run>')
    .action(turning('aborted'))
}

const given = (flags: FleetFlags) => ({ file: flags.file, engine: engineGiven(flags) })
const say = (line: string) => process.stdout.write(`${line}\n`)

async function showStatus(flags: Flags): Promise<void> {
  const { fleetStatus, watchFleet } = await import('../../operations/fleet/looking.ts')
  const { fleetLines } = await import('../../report/fleet.ts')
  const { signal, release } = onInterrupt()
  try {
    const looks = flags.watch
      ? watchFleet({ ...given(flags), every: 2000, signal })
      : [await fleetStatus(given(flags))]
    for await (const found of looks) {
      const isScreen = flags.watch === true && process.stdout.isTTY === true && !flags.json
      const lines = flags.json ? [JSON.stringify(found)] : fleetLines(found, Date.now())
      if (isScreen)
        process.stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`)
      else for (const line of lines) say(line)
    }
  } finally {
    release()
  }
}

async function showHistory(flags: Flags): Promise<void> {
  const { fleetHistory } = await import('../../operations/fleet/looking.ts')
  const { eventLine } = await import('../../report/fleet.ts')
  const { cluster, since } = flags
  const asked = { cluster, ...(since === undefined ? {} : { since: Date.now() - since * 3_600_000 }) }
  for await (const event of fleetHistory({ ...given(flags), ...asked })) {
    const line = flags.json ? JSON.stringify(event) : eventLine(event)
    if (line !== undefined) say(line)
  }
}

async function showLog(run: string, flags: Flags): Promise<void> {
  const { fleetLog } = await import('../../operations/fleet/looking.ts')
  const { eventLine, outcomeLines } = await import('../../report/fleet.ts')
  for (const event of await fleetLog({ ...given(flags), run })) {
    if (flags.json) say(JSON.stringify(event))
    else
      for (const line of [eventLine(event, { progress: true }), ...outcomeLines(event)])
        if (line !== undefined) say(line)
  }
}

async function showDead(flags: Flags): Promise<void> {
  const { fleetDead } = await import('../../operations/fleet/looking.ts')
  const { deadLines } = await import('../../report/fleet.ts')
  const found = await fleetDead(given(flags))
  for (const line of flags.json ? found.map((one) => JSON.stringify(one)) : deadLines(found)) say(line)
}

function turning(to: 'paused' | 'aborted') {
  return async (run: string, flags: Flags): Promise<void> => {
    const { fleetTurn } = await import('../../operations/fleet/looking.ts')
    const turned = await fleetTurn({ ...given(flags), run, to })
    say(flags.json ? JSON.stringify(turned) : `run ${turned.run} is ${turned.is}`)
  }
}
