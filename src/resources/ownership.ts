import type { Difference } from '../model/change.ts'
import type { Script } from '../model/script.ts'
import type { FileReading } from '../sensors/files.ts'
import { type Fragment, lines, sh } from '../shell/quote.ts'

/** Who is to own a thing and who may use it; what is absent is left alone. */
export interface Ownership {
  readonly owner?: string | undefined
  readonly group?: string | undefined
  readonly mode?: string | undefined
}

/** What of owner, group and mode differs; all that is asked for where nothing is there yet. */
export function ownershipDifferences(wanted: Ownership, at: FileReading): readonly Difference[] {
  const found = at.type === 'absent' ? undefined : at
  const differs = (name: string, before: string | undefined, after: string | undefined, same: boolean) =>
    after === undefined || same ? [] : [{ is: 'attribute' as const, name, before, after }]
  return [
    ...differs(
      'owner',
      found?.owner,
      wanted.owner,
      wanted.owner === found?.owner || wanted.owner === String(found?.uid),
    ),
    ...differs(
      'group',
      found?.group,
      wanted.group,
      wanted.group === found?.group || wanted.group === String(found?.gid),
    ),
    ...differs('mode', found?.mode, wanted.mode, wanted.mode === found?.mode),
  ]
}

/** Sets owner, group and mode of `path`, in that order: changing the owner clears set-user-ID bits. */
export function ownershipScript({ owner, group, mode }: Ownership, path: string | Fragment): Script {
  const who = owner || group ? [sh`chown ${`${owner ?? ''}${group ? `:${group}` : ''}`} -- ${path}`] : []
  return lines(...who, ...(mode ? [sh`chmod ${mode} -- ${path}`] : []))
}
