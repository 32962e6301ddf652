import { createInterface } from 'node:readline'
import { Failure } from '../model/failure.ts'
import type { Told } from './options.ts'

/** The same, but what `told` knows already is not asked again. */
export function askSecretOnce(prompt: string, signal: AbortSignal, told?: Told): Promise<string> {
  const answer = told?.get(prompt) ?? askSecret(prompt, signal)
  told?.set(prompt, answer)
  return answer
}

/**
 * Asks for a secret without showing it; where nobody sits at a terminal the next line of standard input is
 * taken, so that scripts can hand one over. Throws INTERRUPTED on Ctrl-C, INVALID_INPUT when there is none.
 */
export async function askSecret(prompt: string, signal: AbortSignal): Promise<string> {
  return process.stdin.isTTY ? typed('password', prompt, signal) : nextLine(prompt, signal)
}

/** What is typed at a terminal, shown or not. Throws INTERRUPTED on Ctrl-C. */
async function typed(as: 'password' | 'text', message: string, signal: AbortSignal): Promise<string> {
  const prompts = await import('@clack/prompts')
  const answer = await prompts[as]({ message, output: process.stderr, signal })
  if (prompts.isCancel(answer)) throw new Failure('INTERRUPTED', 'interrupted')
  return answer ?? ''
}

/** Asks somebody at a terminal what a playbook wants to know. Throws INTERRUPTED on Ctrl-C. */
export async function askQuestion(
  { text, isSecret, twice }: { readonly text: string; readonly isSecret: boolean; readonly twice: boolean },
  signal: AbortSignal,
): Promise<string> {
  const ask = (message: string) => typed(isSecret ? 'password' : 'text', message, signal)
  for (;;) {
    const answer = await ask(text)
    if (!twice || (await ask(`${text} once more`)) === answer) return answer
    process.stderr.write('these were not the same\n')
  }
}

async function nextLine(prompt: string, signal: AbortSignal): Promise<string> {
  const reader = createInterface({ input: process.stdin, signal })
  try {
    for await (const line of reader) return line
  } finally {
    reader.close()
  }
  if (signal.aborted) throw new Failure('INTERRUPTED', 'interrupted')
  throw new Failure('INVALID_INPUT', `${prompt}: nothing was given on standard input`, {
    next: 'run it on a terminal, or hand the secret over on standard input',
  })
}
