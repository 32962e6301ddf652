import { type Command, Option } from 'commander'
import { Failure, withRule } from '../model/failure.ts'
import { showOrigin } from '../model/origin.ts'
import type { Finding } from '../model/rule.ts'
import type { LintFindings } from '../operations/lint.ts'
import type { Mended } from '../operations/lint-fix.ts'
import { packageVersion } from '../operations/places.ts'
import { visible } from '../report/redaction.ts'
import { exitStatus, statusOf } from './exit.ts'
import { inventoryIfAny } from './given.ts'
import { type InventoryFlags, withForeignModules, withInventory } from './options.ts'
import { choosePlaybook } from './places.ts'

type Flags = InventoryFlags & {
  readonly foreignModules?: boolean
  readonly explain?: string
  readonly fix?: boolean
  readonly keepalivedConf?: readonly string[]
  readonly format: 'text' | 'json' | 'sarif' | 'github'
}

/** What was found, and what `--fix` has written. */
type Found = LintFindings & { readonly mended?: readonly Mended[] }

/** `understudy lint`: everything that can be found out without asking any host. */
export function declareLint(program: Command): void {
  const command = program
    .command('lint')
    .description(
      'check inventory, playbook and templates without asking any host; without an inventory, the playbook alone',
    )
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
    .addOption(
      new Option(
        '--format <format>',
        'how to tell what was found: for people, as JSON, as a log of SARIF 2.1.0, or as commands of GitHub workflows',
      )
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .addOption(
      // Nothing of what is found in those can only be meant in one way.
      new Option(
        '--fix',
        'write what can only be meant into the files: keys that are misspelt, items that are there twice, comments that silence nothing',
      ).conflicts('keepalivedConf'),
    )
    .option(
      '--keepalived-conf <file...>',
      'check configurations of keepalived that somebody wrote by hand instead, those of all directors together; NAME=FILE where lines are for @NAME; no inventory is needed',
    )
    .option('--explain <id>', 'tell why there is a rule, and where that can be read; check nothing')
  withForeignModules(withInventory(command)).action(async (named: string | undefined, flags: Flags) => {
    if (flags.explain !== undefined) return explainRule(flags.explain)
    const { format } = flags
    try {
      await (flags.keepalivedConf ? showKeepalived(flags.keepalivedConf, format) : showPlaybook(named, flags))
    } catch (error) {
      if (format === 'text' || !(error instanceof Failure)) throw error
      const { findingsOf } = await import('../operations/lint.ts')
      const found = { findings: findingsOf(error), hosts: 0, clusters: 0, plays: 0, tasks: 0 }
      process.stdout.write(await written(found, format))
      process.exitCode = statusOf(error.code)
    }
  })
}

async function showPlaybook(named: string | undefined, flags: Flags): Promise<void> {
  const linting = flags.fix
    ? (await import('../operations/lint-fix.ts')).lintFixing
    : (await import('../operations/lint.ts')).lintFindings
  const { secretively } = await import('./secretively.ts')
  const given = inventoryIfAny(flags)
  await secretively(async ({ onSecrets, redact }) => {
    const found: Found = await linting({
      ...given,
      onSecrets,
      playbook: choosePlaybook(named),
      foreignModules: flags.foreignModules,
    })
    const clean = {
      ...found,
      findings: found.findings.map((one) => withoutSecrets(one, redact)),
      ...(found.mended ? { mended: found.mended.map((one) => ({ ...one, what: redact(one.what) })) } : {}),
    }
    if (flags.format === 'text') showText(clean, given.inventory.length > 0)
    else process.stdout.write(await written(clean, flags.format))
    if (clean.findings.some(isError)) process.exitCode = exitStatus.invalidInput
  })
}

const isError = ({ severity }: Finding) => severity === 'error'

function withoutSecrets({ message, next, ...finding }: Finding, redact: (text: string) => string): Finding {
  return { ...finding, message: redact(message), next: next === undefined ? undefined : redact(next) }
}

/** One line for each, as tools read them; what is meant is not told. */
function showText(
  { findings, hosts, clusters, plays, tasks, mended = [] }: Found,
  hasInventory: boolean,
): void {
  for (const { origin, what, rule } of mended)
    process.stdout.write(`${visible(`${showOrigin(origin)}: fixed: ${withRule({ message: what, rule })}`)}\n`)
  const errors = findings.filter(isError)
  const warnings = findings.filter((one) => !isError(one) && one.ignored === undefined)
  for (const warning of warnings) process.stdout.write(`${visible(inOneLine(warning))}\n`)
  for (const error of errors) process.stderr.write(`${visible(inOneLine(error))}\n`)
  if (errors.length > 0)
    return void process.stderr.write(`${count(errors.length, 'problem')}: nothing of this is run\n`)
  const found = warnings.length === 0 ? 'nothing to complain about' : `${warnings.length} doubtful`
  const machines = hasInventory ? [count(hosts, 'host'), count(clusters, 'cluster')] : []
  const parts = [...machines, count(plays, 'play'), count(tasks, 'task')].join(', ')
  const alone = hasInventory ? '' : '; hosts are unknown without an inventory'
  process.stdout.write(`${parts}: ${found}${alone}\n`)
}

async function written(
  { findings, mended, ...lookedAt }: Found,
  format: 'json' | 'sarif' | 'github',
): Promise<string> {
  const directory = process.cwd()
  switch (format) {
    case 'json': {
      const { findingsAsJson } = await import('../report/findings/json.ts')
      return findingsAsJson(findings, lookedAt, mended)
    }
    case 'github': {
      const { findingsForGithub } = await import('../report/findings/github.ts')
      return findingsForGithub(findings, directory)
    }
    case 'sarif': {
      const { findingsAsSarif } = await import('../report/findings/sarif.ts')
      const { lintRules } = await import('../operations/rules.ts')
      return findingsAsSarif(findings, { version: packageVersion(), directory, rules: lintRules() })
    }
  }
}

/** Configurations that somebody wrote by hand, and how their VIPs move. */
async function showKeepalived(files: readonly string[], format: Flags['format']): Promise<void> {
  const { lintKeepalived } = await import('../operations/lint-keepalived.ts')
  const { keepalivedLines } = await import('../report/failover.ts')
  const found = lintKeepalived({ files })
  const { findings, directors } = found
  if (format === 'text') {
    for (const one of findings.filter(({ ignored }) => ignored === undefined))
      process[isError(one) ? 'stderr' : 'stdout'].write(`${visible(inOneLine(one))}\n`)
    process.stdout.write(`${visible(keepalivedLines(found).join('\n'))}\n`)
  } else
    process.stdout.write(
      await written({ findings, hosts: directors.length, clusters: 1, plays: 0, tasks: 0 }, format),
    )
  if (findings.some(isError)) process.exitCode = exitStatus.invalidInput
}

async function explainRule(id: string): Promise<void> {
  const { lintRule } = await import('../operations/rules.ts')
  const { severity, reason, source } = lintRule(id)
  process.stdout.write(`${id} (${severity})\n  ${reason}\n  Source: ${source}\n`)
}

/** Place, what is wrong, and what to do, as tools read it line by line. */
function inOneLine({ severity, message, rule, origin, next }: Finding): string {
  const doubt = severity === 'warning' ? 'warning: ' : ''
  const text = `${origin ? `${showOrigin(origin)}: ` : ''}${doubt}${withRule({ message, rule })}${next === undefined ? '' : ` → ${next}`}`
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
