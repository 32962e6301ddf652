import { emitKeypressEvents } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { Failure } from '../model/failure.ts'
import type { AtTerminal, Pause } from '../model/pausing.ts'
import { inOneLine } from '../report/redaction.ts'
import type { RunFollowing } from './reported.ts'

/** Lets somebody at the terminal say when a pause is over; the screen is theirs meanwhile. */
export function pausingAtTerminal({ still, resume }: Pick<RunFollowing, 'still' | 'resume'>): AtTerminal {
  return async (pause, signal) => {
    await still()
    try {
      await forgetTyped()
      const answer = pause.seconds === undefined ? await asked(pause, signal) : await timed(pause, signal)
      if (answer !== undefined) return { is: 'text', text: answer }
      return (await goesOn(signal)) ? { is: 'text', text: '' } : { is: 'abort' }
    } finally {
      resume()
    }
  }
}

/** What was typed before anybody was asked is no answer. */
async function forgetTyped(): Promise<void> {
  const { stdin } = process
  const wasRaw = stdin.isRaw
  const ignore = () => {}
  stdin.setRawMode(true).resume().on('data', ignore)
  await setTimeout(50)
  stdin.off('data', ignore).setRawMode(wasRaw).pause()
}

/** What is typed; nothing where that is Ctrl-C. */
async function asked({ isSecret, ...pause }: Pause, signal: AbortSignal): Promise<string | undefined> {
  const prompts = await import('@clack/prompts')
  const message = textOf(pause, 'Press enter to go on, Ctrl-C to interrupt')
  const answer = await prompts[isSecret ? 'password' : 'text']({ message, output: process.stderr, signal })
  return prompts.isCancel(answer) ? undefined : (answer ?? '')
}

/** Lets the time pass; nothing where somebody ends it with Ctrl-C. */
async function timed({ seconds = 0, ...pause }: Pause, signal: AbortSignal): Promise<string | undefined> {
  process.stderr.write(`${textOf(pause)}\n(${seconds} seconds; Ctrl-C to go on early or to end the run)\n`)
  const over = new AbortController()
  const release = onCtrlC(() => over.abort())
  const either = AbortSignal.any([signal, over.signal])
  try {
    return await setTimeout(1000 * seconds, '', { signal: either })
  } catch (error) {
    if (!either.aborted) throw error
    return undefined
  } finally {
    release()
  }
}

/** Takes Ctrl-C from the terminal, where it would end the whole run, until it is released. */
function onCtrlC(act: () => void): () => void {
  const { stdin } = process
  const wasRaw = stdin.isRaw
  const onKey = (_: string | undefined, key: { readonly ctrl?: boolean; readonly name?: string }) => {
    if (key.ctrl && key.name === 'c') act()
  }
  emitKeypressEvents(stdin)
  stdin.setRawMode(true).resume().on('keypress', onKey)
  return () => {
    stdin.off('keypress', onKey).setRawMode(wasRaw).pause()
  }
}

/** Is the run to go on after all? Throws INTERRUPTED where it was ended meanwhile. */
async function goesOn(signal: AbortSignal): Promise<boolean> {
  if (!signal.aborted) {
    const { isCancel, selectKey } = await import('@clack/prompts')
    const answer = await selectKey({
      message: 'Go on, or end the run here?',
      options: [
        { value: 'c', label: 'continue' },
        { value: 'a', label: 'abort' },
      ],
      output: process.stderr,
      signal,
    })
    if (!signal.aborted) return !isCancel(answer) && answer === 'c'
  }
  throw new Failure('INTERRUPTED', 'interrupted')
}

/** The task and what it says, without what could play tricks on a terminal. */
function textOf({ title, prompt }: Pick<Pause, 'title' | 'prompt'>, otherwise = ''): string {
  const lines = [title, ...(prompt ?? otherwise).split('\n')]
  return lines
    .map(inOneLine)
    .filter((line) => line !== '')
    .join('\n')
}
