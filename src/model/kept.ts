import type { Change } from './change.ts'
import type { ResourceId } from './resource.ts'

/**
 * What a machine keeps of one thing before it is changed: a file with owner and mode, whether a unit runs and starts at
 * boot, the value of a kernel setting, the places of an address, a route, whether a module is loaded. `restart`: a unit that
 * has to start anew to be what it was. `stays`: something that nobody can take back, by the step that did it.
 */
export interface Kept {
  readonly is: (typeof kinds)[number] | 'stays'
  readonly subject: string
}

const kinds = ['file', 'unit', 'restart', 'sysctl', 'address', 'route', 'module'] as const

/** What has to be kept before a change, in the words in which it says what it disturbs, or `keeps`. */
export function keptBefore(id: ResourceId, change: Change): readonly Kept[] {
  if (change.changesNothing || change.pauses) return []
  const named = change.keeps ?? change.disturbs
  const stays = [{ is: 'stays', subject: inOneLine(id) }] as const
  if (named === 'everything' || named === 'nothing') return stays
  const kept = named.filter((token) => token !== 'unit:*').map(keptIn)
  return [...kept.flatMap((one) => one ?? []), ...(kept.includes(undefined) ? stays : [])]
}

function keptIn(token: string): Kept | undefined {
  const at = token.indexOf(':')
  const is = kinds.find((kind) => kind === token.slice(0, at))
  const subject = token.slice(at + 1)
  if (!is || subject.includes('\n')) return undefined
  return { is, subject: is === 'file' ? subject.replace(/\/\.?$/, '') : subject }
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}

/** What became of a machine that was taken back to what it was before a run. */
export interface TakenBack {
  readonly host: string
  /** Files, units, settings that are again what they were. */
  readonly back: readonly string[]
  /** What nobody can take back, such as installed packages, by the steps that did it. */
  readonly stays: readonly string[]
  /** What should be as it was, and is not, or why that is not known. */
  readonly amiss: readonly string[]
}
