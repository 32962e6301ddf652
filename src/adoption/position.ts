/** Where something stands on a machine. */
export interface Position {
  readonly file: string
  readonly line: number
}

/** A file as it was read on a machine. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  /** Why nothing of it was read. */
  readonly unread?: string
}

/** The files that a pattern of an `include` meant, by the pattern. */
export type Includes = ReadonlyMap<string, readonly SourceFile[]>

/** Something to be said of what was read, and where it stands. */
export interface Remark {
  readonly message: string
  readonly host?: string
  readonly at?: Position
}

/** `d1:/etc/keepalived/keepalived.conf:12`. */
export function placeOf({ host, at }: Pick<Remark, 'host' | 'at'>): string {
  return [host, ...(at ? [at.file, at.line] : [])].filter((part) => part !== undefined).join(':')
}

/** A path that an `include` names, from the folder of the file it stands in. */
export function besideFile(file: string, path: string): string {
  if (path.startsWith('/')) return path
  return `${file.slice(0, file.lastIndexOf('/'))}/${path}`
}
