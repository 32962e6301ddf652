import { Failure } from '../model/failure.ts'
import type { Disruption } from '../operations/disruption.ts'

/** Asks whether the cluster may be disrupted. Throws where nobody agrees, or nobody can be asked. */
export async function agree({ what, cluster }: Disruption, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Failure('INVALID_INPUT', `${what} would disrupt the cluster ${cluster}`, {
      next: 'say --yes where nobody can be asked',
    })
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({
    message: `${what} will disrupt the cluster ${cluster} for a few seconds. Go ahead?`,
    initialValue: false,
    output: process.stderr,
    signal,
  })
  if (isCancel(answer) || !answer) throw new Failure('INTERRUPTED', 'nothing was disrupted')
}
