import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadIntent } from '../config/index.ts'
import { Failure } from '../model/failure.ts'
import { didYouMean } from '../model/suggest.ts'
import { quote } from '../shell/quote.ts'
import { exitStatus } from './exit.ts'
import { findInterfaces } from './finding-interfaces.ts'
import { addressesNeeded, inventoryFor, needsNfs, withInterfaces } from './new-inventory.ts'
import type { InitFlags } from './options.ts'
import { packageRoot } from './places.ts'
import { schemaLine } from './schema-line.ts'

/** Writes `inventory.yaml` and `site.yaml` into a new directory, and checks them; returns the exit status. */
export async function init(directory: string, flags: InitFlags): Promise<number> {
  const target = join(directory, 'inventory.yaml')
  if (existsSync(target))
    throw new Failure('INVALID_INPUT', `${target} exists already`, { next: 'name another directory' })
  const architecture = await chooseArchitecture(flags.architecture)
  const model = await readFile(join(packageRoot, 'inventories', architecture, 'inventory.yaml'), 'utf8')
  const needed = addressesNeeded(model)
  const asked = async (flag: string | undefined, message: string) => words(flag ?? (await ask(message)))
  const text = inventoryFor(model, {
    directors: await asked(flags.directors, 'Addresses of the directors, with commas between'),
    realservers: await asked(flags.realservers, 'Addresses of the realservers'),
    vips: await asked(flags.vips, `Free addresses that move between the directors (${needed.join(', ')})`),
    nfs: needsNfs(model) ? await asked(flags.nfs, 'Address of the machine with the pages') : [],
    user: flags.user ?? 'root',
  })
  await mkdir(directory, { recursive: true })
  await writeFile(target, schemaLine('inventory') + text)
  const playbook = await readFile(join(packageRoot, 'playbooks/site.yaml'), 'utf8')
  await writeFile(join(directory, 'site.yaml'), schemaLine('playbook') + playbook)
  const intent = await loadIntent({
    inventory: [target],
    playbook: join(directory, 'site.yaml'),
    tags: [],
    skipTags: [],
    extraVars: [],
    packageRoot,
  })
  for (const { message } of intent.warnings) process.stdout.write(`warning: ${message}\n`)
  if (flags.connect) {
    const { interfaces, problems } = await findInterfaces(intent, flags)
    for (const { severity, message, next } of problems)
      process.stdout.write(`${severity}: ${message}${next ? `: ${next}` : ''}\n`)
    if (problems.some(({ severity }) => severity === 'error')) {
      process.stdout.write(`${target} and site.yaml are written; ${target} is yours to mend.\n`)
      return exitStatus.invalidInput
    }
    await writeFile(target, schemaLine('inventory') + withInterfaces(text, interfaces))
  }
  process.stdout.write(
    `${target} and site.yaml are written and make sense.\n  → understudy plan -i ${quote(target)} ${quote(join(directory, 'site.yaml'))}\n`,
  )
  return exitStatus.fine
}

async function chooseArchitecture(named: string | undefined): Promise<string> {
  const all = readdirSync(join(packageRoot, 'inventories')).toSorted()
  if (named === undefined && process.stdin.isTTY) {
    const { isCancel, select } = await import('@clack/prompts')
    const answer = await select({
      message: 'What is it to be? README.md tells what each of them is',
      options: all.map((value) => ({ value, label: value })),
    })
    if (isCancel(answer)) throw new Failure('INTERRUPTED', 'nothing was written')
    return answer
  }
  if (named !== undefined && all.includes(named)) return named
  const meant = didYouMean(named ?? '', all)
  throw new Failure(
    'INVALID_INPUT',
    named === undefined ? 'no architecture named' : `there is no architecture ${named}`,
    { next: meant ? `did you mean "${meant}"?` : `name one with --architecture: ${all.join(', ')}` },
  )
}

async function ask(message: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new Failure('INVALID_INPUT', `not said: ${message}`, {
      next: 'understudy init --help shows the flags',
    })
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({ message })
  if (isCancel(answer)) throw new Failure('INTERRUPTED', 'nothing was written')
  return answer ?? ''
}

function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}
