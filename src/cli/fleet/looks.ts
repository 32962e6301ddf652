import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { Failure } from '../../model/failure.ts'
import type { LoggedEvent } from '../../report/fleet-log.ts'
import { eachText, visible } from '../../report/redaction.ts'
import { onInterrupt } from '../interrupt.ts'
import { someOf } from '../options.ts'
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
    .option('--since <hours>', 'of the last hours alone', someOf('hours'))
    .action(showHistory)
  declare('log', 'what one run did, with diffs').argument('<run>').action(showLog)
  declare('report', 'the report of drills that a run carried out: one page, no network needed')
    .argument('<run>')
    .option('--cluster <name>', 'of this cluster, where the run drilled several')
    .option('--out <file>', 'where the page is written; standard output where it is not said')
    .action(showReport)
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
  const { paintFor } = await import('../../report/paint.ts')
  // Who looks once is ended by a signal as any program is.
  const watching = flags.watch ? onInterrupt() : undefined
  try {
    const looks = watching
      ? watchFleet({ ...given(flags), every: 2000, signal: watching.signal })
      : [await fleetStatus(given(flags))]
    for await (const found of looks) {
      const isScreen = flags.watch === true && process.stdout.isTTY === true && !flags.json
      const paint = paintFor(process.stdout.isTTY === true, process.env)
      const most = isScreen ? process.stdout.rows : undefined
      const { isTTY, columns: width } = process.stdout
      const view = { now: Date.now(), paint, most, width: isTTY ? width : undefined }
      const lines = flags.json ? [JSON.stringify(found)] : fleetLines(found, view)
      if (isScreen) process.stdout.write(onScreen(lines))
      else for (const line of lines) say(line)
    }
  } finally {
    watching?.release()
  }
}

/** Over what was there before; lines that are too long for the screen end at its edge. */
function onScreen(lines: readonly string[]): string {
  return `\u001b[H\u001b[?7l${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J\u001b[?7h`
}

async function showHistory(flags: Flags): Promise<void> {
  const { fleetHistory } = await import('../../operations/fleet/looking.ts')
  const linesOf = await logOf(flags)
  const { cluster, since } = flags
  const asked = { cluster, ...(since === undefined ? {} : { since: Date.now() - since * 3_600_000 }) }
  for await (const event of fleetHistory({ ...given(flags), ...asked }))
    for (const line of linesOf(event)) say(line)
}

async function showLog(run: string, flags: Flags): Promise<void> {
  const { fleetLog } = await import('../../operations/fleet/looking.ts')
  const linesOf = await logOf(flags, true)
  for (const event of await fleetLog({ ...given(flags), run })) for (const line of linesOf(event)) say(line)
}

async function logOf(flags: Flags, whole = false): Promise<(event: LoggedEvent) => readonly string[]> {
  if (flags.json) return (event) => [JSON.stringify(event)]
  const { logLines } = await import('../../report/fleet-log.ts')
  const { paintFor } = await import('../../report/paint.ts')
  const { isTTY, columns } = process.stdout
  const paint = paintFor(isTTY === true, process.env)
  return (event) => logLines(event, { paint, width: isTTY ? columns : undefined, whole })
}

async function showReport(run: string, flags: Flags & { readonly out?: string }): Promise<void> {
  const { fleetReport } = await import('../../operations/fleet/reporting.ts')
  const report = await fleetReport({ ...given(flags), run, cluster: flags.cluster })
  const text = flags.json
    ? `${JSON.stringify(report)}\n`
    : (await import('../../report/drill/page.ts')).drillPage(eachText(report, visible))
  if (flags.out === undefined) process.stdout.write(text)
  else await write(flags.out, text)
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (cause) {
    throw new Failure('INVALID_INPUT', `${path} cannot be written: ${(cause as Error).message}`, {
      next: 'name another file: --out',
      cause,
    })
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
