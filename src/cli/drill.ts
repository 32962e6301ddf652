import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Host } from '../model/host.ts'
import { eachText, visible } from '../report/redaction.ts'
import { exitStatus, statusOfDrills } from './exit.ts'
import { disruptionGiven, inventoryGiven, permissionGiven } from './given.ts'
import { onInterrupt } from './interrupt.ts'
import {
  type ConnectionFlags,
  type DisruptionFlags,
  hour,
  type InventoryFlags,
  type PermissionFlags,
  several,
  wholeNumber,
  withConnection,
  withInventory,
  withLocking,
  withMeasuring,
  withPermission,
} from './options.ts'
import type { Secrecy } from './secretively.ts'
import { showFailure } from './show-failure.ts'

interface Flags extends DisruptionFlags {
  readonly list?: boolean
  readonly on?: readonly string[]
  /** Seconds. */
  readonly lasts?: number
  readonly junit?: string
}

/** `understudy drill`: breaks the cluster on purpose, measures what a client feels, puts everything back. */
export function declareDrill(program: Command): void {
  const disrupting = program
    .command('drill')
    .description('break the cluster on purpose, measure what a client feels, put everything back')
    .argument('[names...]', 'drills to carry out; all that fit the cluster where none is named')
    .option('--list', 'the drills that fit the cluster, and what each of them does')
    .option(
      '--on <host>',
      'the realserver that drills strike which strike one, or each of them; may be given several times',
      several,
    )
    .option('-y, --yes', 'do not ask before disrupting')
  const command = withMeasuring(disrupting)
    .option(
      '--lasts <seconds>',
      'how long each fault lasts, instead of the time its takeover needs; machines heal themselves 5 s later',
      wholeNumber(hour),
    )
    .option('--report <file>', 'write a page with everything that was seen: one file, no network needed')
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--json', 'one JSON object per line on standard output, nothing else')
  withConnection(withInventory(withPermission(withLocking(command)))).action(
    async (names: readonly string[], flags: Flags) => {
      process.exitCode = await carryOutDrills(names, flags)
    },
  )
}

/**
 * Throws INVALID_INPUT where the cluster has no such drills, or does not allow them. Returns the protected clusters that may be
 * disrupted: with `agree` their names are typed now.
 */
export async function checkNames(
  names: readonly string[],
  flags: InventoryFlags & ConnectionFlags & PermissionFlags,
  agree: boolean,
): Promise<readonly string[]> {
  const { checkDrills } = await import('../operations/drill.ts')
  const { labPower } = await import('./lab-power.ts')
  return checkDrills({
    ...inventoryGiven(flags),
    ...permissionGiven(flags, { signal: new AbortController().signal }),
    drills: names,
    agree,
    power: (directors) => labPower(flags.sshConfig, directors),
  })
}

/** Carries out drills one after the other, or lists them; returns the exit status. */
export async function carryOutDrills(names: readonly string[], flags: Flags): Promise<number> {
  const { inItsFormat } = await import('./in-its-format.ts')
  return inItsFormat(flags, (secrecy) => shown(names, flags, secrecy))
}

async function shown(
  names: readonly string[],
  flags: Flags,
  { secrets, redact, onSecrets }: Secrecy,
): Promise<number> {
  const { drill, listDrills } = await import('../operations/drill.ts')
  const { openDrillView } = await import('../report/drill/view.ts')
  const { labPower } = await import('./lab-power.ts')
  const { rememberDrills } = await import('./drill-records.ts')
  const view = openDrillView({ json: flags.json === true, stdout: process.stdout, secrets })
  const { signal, release } = onInterrupt()
  try {
    const given = {
      ...disruptionGiven(flags, { view, onSecrets, signal }),
      drills: names,
      on: flags.on,
      lasts: flags.lasts === undefined ? undefined : flags.lasts * 1000,
      power: (directors: readonly Host[]) => labPower(flags.sshConfig, directors),
    }
    if (flags.list) {
      view.list(await listDrills(given))
      return exitStatus.fine
    }
    const report = await drill(given).finally(view.still)
    view.summary(report)
    await rememberDrills(given.inventory, report)
    const { failures, ...measured } = report
    const toKeep = eachText(measured, (text) => visible(redact(text)))
    if (flags.report)
      await writeFile(flags.report, (await import('../report/drill/page.ts')).drillPage(toKeep))
    if (flags.junit) await writeFile(flags.junit, (await import('../report/drill/junit.ts')).junit(toKeep))
    const last = failures.at(-1)
    if (!flags.json) for (const failure of failures) showFailure(failure, secrets)
    else if (last) await (await import('./in-its-format.ts')).tellPrograms(last, secrets)
    return statusOfDrills(report)
  } finally {
    release()
  }
}
