import { execa } from 'execa'
import { LabFailure } from './failure.ts'

/** How a command on this computer ended. */
export interface Ended {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** What a command may be given besides its words. */
export interface CommandOptions {
  readonly input?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutSeconds?: number
}

/** Runs a command on this computer and returns how it ended, whatever its exit status. */
export async function attempt(argv: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const [file = '', ...words] = argv
  const ended = await execa(file, words, {
    reject: false,
    input: options.input ?? '',
    cwd: options.cwd,
    // A root shell got by su may lack the folders of ip, chroot and mkfs.
    env: { ...options.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    timeout: (options.timeoutSeconds ?? 0) * 1000,
  })
  const reason = ended.failed && ended.exitCode === undefined ? ended.shortMessage : ''
  return { exitCode: ended.exitCode, stdout: ended.stdout ?? '', stderr: ended.stderr || reason || '' }
}

/** Runs a command that has to succeed and returns what it printed. */
export async function run(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const ended = await attempt(argv, options)
  if (ended.exitCode === 0) return ended.stdout
  const output = tail(ended.stderr || ended.stdout, 15)
  throw new LabFailure(
    `${argv.slice(0, 6).join(' ')} failed (exit status ${ended.exitCode ?? 'none'})`,
    undefined,
    { output },
  )
}

/** The last lines of a text. */
export function tail(text: string, lines: number): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}

/** One word for a POSIX shell, quoted so that it arrives as it is. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
