import type { Change, SelfTold } from '../model/change.ts'
import type { Registered, ResourceOptions } from '../model/resource.ts'
import { needless } from '../shell/program.ts'

/** The end of a step: how its program ended, what it printed, and how long it took. */
export interface Finished {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  readonly milliseconds: number
  /** What it tells beside, and whether that is to be shown, where no program said it. */
  readonly found?: Registered['found']
  readonly isSecret?: boolean
}

/** The status of a step that was ended because its time was over. */
export const overdue = 1124

/** What is known of a change that was made. */
type Made = Partial<Pick<Change, 'changesNothing' | 'reads' | 'didChange' | 'tells'>>

/** The result of a step by how its program ended, before its task judges it. */
export function printedBy(
  change: Made | undefined,
  options: ResourceOptions | undefined,
  frame: Pick<Finished, 'status' | 'stdout' | 'stderr' | 'found' | 'isSecret'>,
): { readonly raw: Registered; readonly read: SelfTold | undefined } {
  const { stdout, stderr } = frame
  const isNeedless = frame.status === needless
  const rc = isNeedless ? 0 : frame.status
  const read = isNeedless ? undefined : change?.reads?.({ rc, stdout, stderr })
  const failed = read?.failed ?? rc !== 0
  const secret = options?.noLog || frame.isSecret ? ({ secret: true } as const) : {}
  const isLeft = options?.left !== undefined && !failed
  const raw: Registered = {
    changed: !failed && !isNeedless && !change?.changesNothing && (change?.didChange?.(stdout) ?? true),
    failed,
    skipped: false,
    rc,
    stdout: isLeft ? '' : stdout,
    stderr,
    ...(isLeft ? { found: leftJob(stdout.trim()) } : {}),
    ...(change?.tells && !failed && !isLeft && !isNeedless ? { found: change.tells(stdout) } : {}),
    ...(frame.found ? { found: frame.found } : {}),
    ...(read ? registeredOf(read) : {}),
    ...secret,
  }
  return { raw, read }
}

/** The same as its task judges it. Throws Failure where that cannot be computed. */
export function judgedBy(
  change: Made | undefined,
  options: ResourceOptions | undefined,
  { raw, read }: { readonly raw: Registered; readonly read: SelfTold | undefined },
): Registered {
  const { judgement } = options ?? {}
  const told = judgement?.judge(raw) ?? raw
  // It did what it did, and its task says that this is no failure.
  return raw.failed && !told.failed && !judgement?.tellsChanges && !change?.changesNothing && !read
    ? { ...told, changed: true }
    : told
}

/** A result without what people are shown of it. */
function registeredOf({ shown: _, ...told }: SelfTold): Registered {
  return told
}

/** What is told of a step that was started and left alone. */
function leftJob(id: string): Registered['found'] {
  return { ansible_job_id: id, started: 1, finished: 0, results_file: `~/.ansible_async/${id}` }
}
