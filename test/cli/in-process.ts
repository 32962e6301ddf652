import { vi } from 'vitest'
import { runCommandLine } from '../../src/cli/command-line.ts'
import type { Ran } from '../e2e/understudy.ts'

/** Runs a command without a process of its own, for what needs no machine. Only one at a time. */
export async function inProcess(words: readonly string[]): Promise<Omit<Ran, 'events'>> {
  const said = { stdout: '', stderr: '' }
  const before = process.exitCode
  process.exitCode = 0
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text)
      return true
    }),
  )
  try {
    await runCommandLine(words)
    return { ...said, status: Number(process.exitCode ?? 0) }
  } finally {
    for (const spy of spies) spy.mockRestore()
    process.exitCode = before
  }
}
