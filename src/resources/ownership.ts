import type { Difference } from '../model/change.ts'
import type { Script } from '../model/script.ts'
import type { FileReading } from '../sensors/files.ts'
import { type Fragment, lines, sh } from '../shell/quote.ts'
import { isOctal, resolvedMode } from './symbolic-mode.ts'

/** Who is to own a thing and who may use it; what is absent is left alone. */
export interface Ownership {
  readonly owner?: string | undefined
  readonly group?: string | undefined
  readonly mode?: string | undefined
}

/** What of owner, group and mode differs; all that is asked for where nothing is there yet. */
export function ownershipDifferences(wanted: Ownership, at: FileReading): readonly Difference[] {
  const found = at.type === 'absent' ? undefined : at
  const mode = wanted.mode && modeAt(wanted.mode, at)
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
    ...differs('mode', found?.mode, mode, mode === found?.mode),
  ]
}

/** Sets owner, group and mode of `path`, in that order: changing the owner clears set-user-ID bits. */
export function ownershipScript({ owner, group, mode }: Ownership, path: string | Fragment): Script {
  const who = owner || group ? [sh`chown ${`${owner ?? ''}${group ? `:${group}` : ''}`} -- ${path}`] : []
  return lines(...who, ...(mode ? [sh`chmod ${exactly(mode)} -- ${path}`] : []))
}

/**
 * Permissions for chmod and `mkdir -m`: GNU's leave the set-group-ID bit of a directory, which one within another gets by itself,
 * unless there are five digits (coreutils, "Directories and the Set-User-ID and Set-Group-ID Bits").
 */
export function exactly(mode: string): string {
  return isOctal(mode) ? mode.padStart(5, '0') : mode
}

/** Does a thing belong to them by being made in this session? A directory may still give its own group to it. */
export function isMakers({ owner, group }: Ownership, { maker }: FileReading): boolean {
  const is = (wanted: string | undefined, name: string, id: number) =>
    wanted === undefined || wanted === name || wanted === String(id)
  return maker !== undefined && is(owner, maker.owner, maker.uid) && is(group, maker.group, maker.gid)
}

/** The same, with the octal permissions that symbolic ones come to. */
export function meant(wanted: Ownership, at: FileReading, isDirectory = at.type === 'directory'): Ownership {
  const { owner, group, mode } = wanted
  return { owner, group, mode: mode && modeAt(mode, at, isDirectory) }
}

/** What is to be set on the staged file: all that was asked for, and for the rest what the live file has. */
export function keeping({ owner, group, mode }: Ownership, at: FileReading): Ownership {
  const meant = mode && modeAt(mode, at)
  if (at.type === 'absent') return { owner, group, mode: meant ?? '0644' }
  if (at.isNew) return { owner, group, mode: meant ?? at.mode }
  return { owner: owner ?? String(at.uid), group: group ?? String(at.gid), mode: meant ?? at.mode }
}

/** The octal permissions that are meant, for something that has some already or is made anew. */
function modeAt(mode: string, at: FileReading, isDirectory = at.type === 'directory'): string {
  if (isOctal(mode)) return mode
  return resolvedMode(mode, at.type === 'absent' ? (isDirectory ? '0755' : '0644') : at.mode, isDirectory)
}

/** Is nothing there, or only what an earlier change of the same plan makes? */
export function isMadeAnew(at: FileReading): boolean {
  return at.type === 'absent' || at.isNew === true
}
