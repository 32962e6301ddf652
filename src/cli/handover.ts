import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { DrillReport } from '../model/drill.ts'
import type { HandoverResult } from '../operations/handover.ts'
import { eachText, visible } from '../report/redaction.ts'
import { exitStatus } from './exit.ts'
import { disruptionGiven } from './given.ts'
import { onInterrupt } from './interrupt.ts'
import {
  type DisruptionFlags,
  several,
  withConnection,
  withInventory,
  withLocking,
  withMeasuring,
  withPermission,
} from './options.ts'
import type { Secrecy } from './secretively.ts'

interface Flags extends DisruptionFlags {
  readonly back?: boolean
  readonly vip?: readonly string[]
}

/** `understudy handover`: a planned change of the holder, measured like a drill. */
export function declareHandover(program: Command): void {
  const disrupting = program
    .command('handover')
    .description('hand VIPs to another director in order, and measure what a client feels')
    .argument('[director]', 'who shall hold them; it keeps them until they are handed back')
    .option('--back', 'hand them back to their owners')
    .option('--vip <address>', 'only this VIP or VRRP instance; may be given several times', several)
    .option('-y, --yes', 'do not ask before')
  const command = withMeasuring(disrupting)
    .option('--report <file>', 'write a page with everything that was seen: one file, no network needed')
    .option('--json', 'one JSON object per line on standard output, nothing else')
  withConnection(withInventory(withPermission(withLocking(command)))).action(
    async (director: string | undefined, flags: Flags) => {
      const { inItsFormat } = await import('./in-its-format.ts')
      process.exitCode = await inItsFormat(flags, (secrecy) => shown(director, flags, secrecy))
    },
  )
}

async function shown(
  director: string | undefined,
  flags: Flags,
  { secrets, redact, onSecrets }: Secrecy,
): Promise<number> {
  const { handover } = await import('../operations/handover.ts')
  const { openDrillView } = await import('../report/drill/view.ts')
  const view = openDrillView({ json: flags.json === true, stdout: process.stdout, secrets })
  const { signal, release } = onInterrupt()
  try {
    const { moves, preempt, ...report } = await handover({
      ...disruptionGiven(flags, { view, onSecrets, signal }),
      director,
      back: flags.back,
      vips: flags.vip,
    }).finally(view.still)
    const passed = report.results.every((result) => result.passed)
    if (!flags.json && passed) process.stdout.write(afterwards(moves, preempt))
    if (flags.report && moves.length > 0) await writeFile(flags.report, await pageOf(report, redact))
    return passed ? exitStatus.fine : exitStatus.notProven
  } catch (error) {
    if (signal.aborted) return exitStatus.interrupted
    throw error
  } finally {
    release()
  }
}

/** The page of a handover, without secrets. */
async function pageOf(report: DrillReport, redact: (text: string) => string): Promise<string> {
  const { drillPage } = await import('../report/drill/page.ts')
  return drillPage(eachText(report, (text) => visible(redact(text))))
}

function afterwards(moves: HandoverResult['moves'], preempt: boolean): string {
  if (moves.length === 0) return 'Nothing to hand over: every VIP is where it should be.\n'
  const away = moves.filter(({ to, owner }) => to !== owner)
  const list = away.map(({ vip, to }) => `${to} keeps ${vip}`).join(', ')
  if (away.length === 0) return '\n  Every VIP handed back is with its owner again.\n'
  return preempt
    ? `\n  ${list} until \`understudy handover --back\`, also when directors are rebooted.\n`
    : `\n  ${list} while it is well: nobody preempts in this cluster.\n`
}
