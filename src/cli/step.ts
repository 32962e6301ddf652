import { spawn } from 'node:child_process'
import { Failure } from '../model/failure.ts'
import type { Become, Host } from '../model/host.ts'
import { showOrigin } from '../model/origin.ts'
import { redactor } from '../model/redactor.ts'
import { type ShownStep, shownStep } from '../model/shown-step.ts'
import type { AskStep, StepChoice } from '../model/stepping.ts'
import { differenceLines } from '../report/differences.ts'
import { inOneLine } from '../report/redaction.ts'
import { quote } from '../shell/quote.ts'
import type { RunFollowing } from './reported.ts'

/** Asks of each change at the terminal, which shows nothing else meanwhile. */
export function steppingAtTerminal(
  { still, resume, secrets }: Pick<RunFollowing, 'still' | 'resume' | 'secrets'>,
  { sshConfig, become }: { readonly sshConfig?: string | undefined; readonly become?: boolean | undefined },
): AskStep {
  return async ({ host, on, step }, signal) => {
    await still()
    try {
      const redact = redactor(secrets)
      const shown = shownStep(step, redact)
      for (;;) {
        const choice = await asked(titleOf(shown, on ?? host.name, redact), signal)
        if (choice === 'difference') say(differencesOf(shown, redact))
        else if (choice === 'shell')
          await shellOn(become ? { become: rootBySudo, ...host } : host, on, sshConfig)
        else return choice
      }
    } finally {
      resume()
    }
  }
}

const rootBySudo: Become = { method: 'sudo', user: 'root' }

type Choice = StepChoice | 'difference' | 'shell'

const options: { value: string; label: string; means: Choice }[] = [
  { value: 'y', label: 'make this change', means: 'make' },
  { value: 'n', label: 'leave it out', means: 'leave' },
  { value: 'd', label: 'show what it changes', means: 'difference' },
  { value: 's', label: 'a shell on the machine', means: 'shell' },
  { value: 'a', label: 'make this one and all others', means: 'all' },
  { value: 'q', label: 'end here: nothing more is begun', means: 'end' },
]

async function asked(message: string, signal: AbortSignal): Promise<Choice> {
  const { isCancel, selectKey } = await import('@clack/prompts')
  const answer = await selectKey({ message, options, output: process.stderr, signal })
  if (signal.aborted) throw new Failure('INTERRUPTED', 'interrupted')
  return options.find(({ value }) => !isCancel(answer) && value === answer)?.means ?? 'end'
}

function titleOf(
  { id, summary = '', origin, impact, noLog }: ShownStep,
  host: string,
  redact: (text: string) => string,
): string {
  const what = noLog ? 'something that is not shown (no_log)' : summary
  const effect = impact === undefined || impact === 'none' ? '' : ` (${impact})`
  const where = origin ? `\n${showOrigin(origin)}` : ''
  return `${inOneLine(redact(host))}  ${inOneLine(id)}  ${inOneLine(what)}${effect}${where}`
}

function differencesOf(
  { differences = [], noLog }: ShownStep,
  redact: (text: string) => string,
): readonly string[] {
  if (noLog) return ['(not shown: no_log)']
  const lines = differenceLines(differences, redact)
  return lines.length > 0 ? lines : ['(it does not say what it changes)']
}

function say(lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`)
}

/** A shell of the system's own ssh, which asks itself what it has to. It ends when somebody leaves it. */
async function shellOn(host: Host, on: string | undefined, sshConfig: string | undefined): Promise<void> {
  if (on !== undefined && on !== host.name && on !== 'localhost') {
    say([`the change is made on ${on}; this is ${host.name}`])
  }
  const [program, ...words] = on === 'localhost' ? shellHere() : shellWords(host, sshConfig)
  say(['leave the shell (exit) to come back to the question'])
  const child = spawn(program ?? 'sh', words, { stdio: 'inherit' })
  await new Promise<void>((done) => {
    child.once('error', ({ message }) => {
      say([message])
      done()
    })
    child.once('exit', () => done())
  })
}

function shellHere(): readonly string[] {
  return [process.env.SHELL ?? 'sh']
}

/** The words of ssh for a shell on a host, as root where the run works as root. */
export function shellWords(host: Host, sshConfig: string | undefined): readonly string[] {
  const { connection, address, port, user, privateKeyFile, sshArgs, become } = host
  if (connection === 'local') return shellHere()
  const program = become && (become.program ?? become.method)
  const as =
    become &&
    program &&
    (become.method === 'sudo' ? [program, '-u', become.user, '-i'] : [program, '-', become.user])
  return [
    'ssh',
    '-t',
    ...(sshConfig === undefined ? [] : ['-F', sshConfig]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(privateKeyFile === undefined ? [] : ['-i', privateKeyFile]),
    ...sshArgs,
    '--',
    address,
    ...(as ? [as.map(quote).join(' ')] : []),
  ]
}
