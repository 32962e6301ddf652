import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { absentFolders } from '../model/absent-folders.ts'
import { Failure } from '../model/failure.ts'

/**
 * Makes a folder, and those it lies in; `mode` is of those that are made. Throws INVALID_INPUT where it cannot be, or where nothing can be
 * written into it: what root may is known only to who tries.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    for (const one of absentFolders(path, existsSync)) await mkdir(one, mode).catch(unlessThere)
    await rmdir(await mkdtemp(join(path, '.understudy-')))
  } catch (cause) {
    throw new Failure('INVALID_INPUT', `nothing can be written into ${path}: ${(cause as Error).message}`, {
      next: 'name a directory that is there or can be made, and takes files',
      cause,
    })
  }
}

/** Somebody else was quicker; what is there and is no folder takes no other one, and that is told. */
function unlessThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
}
