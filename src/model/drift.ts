import type { ResourceId } from './resource.ts'

/** Something on a machine that is not as the playbook says, although nobody changed the playbook's mind. */
export interface Drift {
  readonly host: string
  readonly id: ResourceId
  readonly title: string
  /** On the disk, or only in what runs: programs and the kernel. */
  readonly of: 'files' | 'runtime'
  /** What would put it right. */
  readonly summary: string
  /** When it was changed last, by the machine's clock: milliseconds since the epoch; absent where nobody knows. */
  readonly since?: number
  /** Who may have done it, as far as the machine knows. */
  readonly by: readonly string[]
}
