import type { Command } from 'commander'
import { Failure } from '../model/failure.ts'
import type { Asking } from '../operations/init.ts'
import { quote } from '../shell/quote.ts'
import { exitStatus } from './exit.ts'
import { connectionGiven } from './given.ts'
import { onInterrupt } from './interrupt.ts'
import { type ConnectionFlags, withConnection } from './options.ts'

interface Flags extends ConnectionFlags {
  readonly architecture?: string
  readonly directors?: string
  readonly proxies?: string
  readonly realservers?: string
  readonly vips?: string
  readonly nfs?: string
  readonly user?: string
  /** Ask the directors for their interface. */
  readonly connect: boolean
}

/** `understudy init`: writes an inventory and a playbook for one of the architectures that come along. */
export function declareInit(program: Command): void {
  const command = program
    .command('init')
    .description('write an inventory and a playbook; asks for what the flags do not say')
    .argument('[directory]', 'where to write them', 'cluster')
    .option('--architecture <name>', 'one of those under inventories/, such as lvs-dr')
    .option('--directors <hosts>', 'addresses of the directors: 10.0.0.11,10.0.0.12')
    .option(
      '--proxies <hosts>',
      'addresses of the machines between directors and realservers, where the architecture has some',
    )
    .option('--realservers <hosts>', 'addresses of the realservers, where the architecture has some')
    .option('--vips <addresses>', 'free addresses that clients will use')
    .option('--nfs <host>', 'address of the machine with the pages, where the architecture has one')
    .option('--user <name>', 'user to log in as')
    .option('--no-connect', 'do not ask the directors for the interface of the VIPs')
  withConnection(command).action(async (directory: string, flags: Flags) => {
    process.exitCode = await written(directory, flags)
  })
}

async function written(directory: string, flags: Flags): Promise<number> {
  const { init } = await import('../operations/init.ts')
  const { signal, release } = onInterrupt()
  try {
    const { inventory, playbook, warnings, notAsked, problems } = await init({
      directory,
      architecture: flags.architecture,
      directors: words(flags.directors),
      proxies: words(flags.proxies),
      realservers: words(flags.realservers),
      vips: words(flags.vips),
      nfs: words(flags.nfs),
      user: flags.user,
      ...(flags.connect ? { connect: { ...connectionGiven(flags, signal), signal } } : {}),
      ...(process.stdin.isTTY ? { ask: asking(signal) } : {}),
    })
    for (const message of warnings) print(`warning: ${message}`)
    for (const { host, why } of notAsked) print(`${host} was not asked for its interface: ${why}`)
    for (const { severity, message, next } of problems)
      print(`${severity}: ${message}${next ? `: ${next}` : ''}`)
    if (problems.some(({ severity }) => severity === 'error')) {
      print(`${inventory} and site.yaml are written; ${inventory} is yours to mend.`)
      return exitStatus.invalidInput
    }
    print(`${inventory} and site.yaml are written and make sense.`)
    print(`  → understudy plan -i ${quote(inventory)} ${quote(playbook)}`)
    return exitStatus.fine
  } finally {
    release()
  }
}

const asking = (signal: AbortSignal): Asking => ({
  async architecture(all) {
    const { isCancel, select } = await import('@clack/prompts')
    const answer = await select({
      message: 'What is it to be? README.md tells what each of them is',
      options: all.map((value) => ({ value, label: value })),
      signal,
    })
    if (isCancel(answer)) throw new Failure('INTERRUPTED', 'nothing was written')
    return answer
  },
  async addresses(question) {
    const { isCancel, text } = await import('@clack/prompts')
    const answer = await text({ message: question, signal })
    if (isCancel(answer)) throw new Failure('INTERRUPTED', 'nothing was written')
    return words(answer) ?? []
  },
})

function words(text: string | undefined): readonly string[] | undefined {
  return text?.split(/[\s,]+/).filter((word) => word !== '')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
