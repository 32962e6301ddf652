import type { Marked } from '../model/marked.ts'

/** The variables a template can see; each is read when it is asked for. */
export interface Variables {
  has(name: string): boolean
  names(): readonly string[]
  read(name: string): unknown
}

/** Tells which secrets are read while something is computed. */
export interface Reads {
  note(read: readonly Marked[]): void
  watched<T>(compute: () => T): { readonly value: T; readonly read: readonly Marked[] }
}

/** What a template may ask of the computer it is rendered on: the engine itself knows no file, no clock and no chance. */
export interface Outside {
  /** Does some work, and ends it when it takes too long. */
  inTime<T>(work: () => T): T
  now(): Date
  /** A whole number from 0 up to below `limit`. */
  chance(limit: number): number
  /** Minutes that a time in this zone is ahead of Greenwich. */
  zone(time: Date): number
  /** A template beside the one that is rendered. */
  template(name: string): { readonly name: string; readonly text: string } | undefined
  /** A lookup that needs files, the environment or programs; `undefined` where there is none of this name. */
  lookup(
    name: string,
  ): ((terms: readonly unknown[], options: ReadonlyMap<string, unknown>) => readonly unknown[]) | undefined
  /** Names of these lookups. */
  readonly lookups: readonly string[]
  /** Is it an error of what was asked, which `errors='ignore'` may pass over? */
  isMistake(error: unknown): boolean
  /** What is true of a path of this computer: file, directory, exists, link, mount. */
  isPath(kind: string, path: string): boolean
  /** A path as this computer knows it: without links, with a home directory for `~`, with variables of the environment. */
  path(how: 'real' | 'home' | 'variables', path: string): string
  /** Files that match a pattern. */
  files(pattern: string): readonly string[]
}

/** Everything around one rendering. */
export interface Surroundings {
  readonly variables: Variables
  readonly reads: Reads
  readonly outside: Outside
}
