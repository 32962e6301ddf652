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
  if (!process.stdin.isTTY) return nextLine(prompt, signal)
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: prompt, output: process.stderr, signal })
  if (isCancel(answer)) throw new Failure('INTERRUPTED', 'interrupted')
  return answer ?? ''
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
