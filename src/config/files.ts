import { readFile } from 'node:fs/promises'
import { InvalidInput } from '../model/failure.ts'
import { problem } from './problem.ts'

/** The UTF-8 text of a file a user named; throws InvalidInput saying why it cannot be read. */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new InvalidInput([unreadable(path, error)])
  })
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw new InvalidInput([problem(`${path} is not UTF-8 text`, undefined, 'convert it to UTF-8')])
  }
}

/** Why a path a user named cannot be used. */
export function unreadable(path: string, error: NodeJS.ErrnoException) {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return problem(
        `${path} does not exist`,
        undefined,
        'check the path; relative paths start at the current directory',
      )
    case 'EISDIR':
      return problem(`${path} is a directory, but a file is needed`, undefined, 'name a file in it')
    case 'EACCES':
    case 'EPERM':
      return problem(
        `${path} may not be read by this user`,
        undefined,
        `check the permissions: ls -l ${path}`,
      )
    default:
      return problem(`${path} cannot be read: ${error.message}`)
  }
}
