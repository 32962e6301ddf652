import { Failure } from '../model/failure.ts'
import type { Disruption } from '../operations/disruption.ts'
import type { ProtectedDisruption } from '../operations/protection.ts'
import { inOneLine } from '../report/redaction.ts'

/** Asks whether the cluster may be disrupted. Throws where nobody agrees, or nobody can be asked. */
export async function agree({ what, cluster }: Disruption, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Failure('INVALID_INPUT', `${what} would disrupt the cluster ${cluster}`, {
      next: 'say --yes where nobody can be asked',
    })
  await agreeTo(
    `${what} will disrupt the cluster ${cluster} for a few seconds. Go ahead?`,
    signal,
    'nothing was disrupted',
  )
}

/** Asks whether to go ahead. Throws INTERRUPTED, with these words, where the answer is another one than yes. */
export async function agreeTo(
  message: string,
  signal: AbortSignal,
  otherwise = 'nothing was changed',
): Promise<void> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message, initialValue: false, output: process.stderr, signal })
  if (isCancel(answer) || !answer) throw new Failure('INTERRUPTED', otherwise)
}

/** Has the name of a protected cluster typed; what was typed is for others to judge. */
export async function typeName(
  { cluster, what, place }: ProtectedDisruption,
  signal: AbortSignal,
): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts')
  const shown = what.map((line) => `  ${inOneLine(line)}`).join('\n')
  const answer = await text({
    message: `The cluster ${cluster} is protected${place === undefined ? '' : ` (${place})`}. This would disrupt it:\n${shown}\nType the name of the cluster to go ahead.`,
    output: process.stderr,
    signal,
  })
  if (isCancel(answer)) throw new Failure('INTERRUPTED', 'nothing was disrupted')
  return answer ?? ''
}
