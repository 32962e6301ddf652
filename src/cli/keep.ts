import { onInterrupt } from './interrupt.ts'

/** Becomes the process that keeps connections for `--persist`, and ends with it. Nobody types this: there is no help for it. */
export async function keep(words: readonly string[]): Promise<void> {
  const { signal } = onInterrupt()
  const { keepConnections } = await import('../operations/kept-connections.ts')
  await keepConnections(words, signal)
  process.exit()
}
