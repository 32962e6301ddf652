import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import {
  type Bundle,
  type BundleReference,
  bundleIn,
  bundleText,
  digestOf,
  largestBundle,
  wouldTravelInClear,
} from '../../fleet/bundle.ts'
import { Failure, InvalidInput } from '../../model/failure.ts'
import type { Fleet } from './reading.ts'

type File = Bundle['files'][number]

/** A bundle, ready to travel. */
export interface MadeBundle {
  readonly reference: BundleReference
  readonly bytes: Uint8Array
  readonly paths: ReadonlySet<string>
}

/**
 * Puts into a bundle what the file of a fleet says, or all that is beside it; that file, of which nobody there has need, hidden files,
 * `node_modules` and files of secrets stay.
 * Throws InvalidInput where a file must not travel as it is, or all of them are too long.
 */
export async function makeBundle({ file, folder, said }: Fleet, version: string): Promise<MadeBundle> {
  const secrets = Object.values(said.clusters).flatMap(({ secrets: all = {} }) =>
    Object.values(all).flatMap((one) => ('file' in one ? [resolve(folder, one.file)] : [])),
  )
  const collecting = {
    root: await realpath(folder),
    folder,
    left: new Set([...secrets, resolve(file)]),
    bytes: 0,
  }
  const files: File[] = []
  for (const path of said.files ?? ['.'])
    await collect(resolve(folder, path), collecting, files, path !== '.')
  const open = wouldTravelInClear(files)
  if (open.length > 0)
    throw new InvalidInput(
      open.map(
        ({ path, why }) =>
          new Failure('INVALID_INPUT', `${join(folder, path)} would travel in clear: ${why}`, {
            next: 'encrypt it with ansible-vault, put it on the site, or leave it out by "files" in the file of the fleet',
          }),
      ),
    )
  const unique = new Map(files.map((file) => [file.path, file]))
  const bytes = await promisify(gzip)(bundleText([...unique.values()]))
  if (bytes.length > largestBundle) throw tooLong(folder)
  return {
    reference: { digest: digestOf(bytes), bytes: bytes.length, version },
    bytes,
    paths: new Set(unique.keys()),
  }
}

/** The files of a bundle as it travelled. Throws INVALID_INPUT. */
export async function filesOf(bytes: Uint8Array): Promise<readonly File[]> {
  const text = await promisify(gunzip)(bytes, { maxOutputLength: 2 * largestBundle }).catch(
    (cause: Error) => {
      throw new Failure('INVALID_INPUT', `the bundle cannot be unpacked: ${cause.message}`, {
        next: 'order it again: the bundle is sent along',
        cause,
      })
    },
  )
  return bundleIn(text.toString('utf8')).files
}

interface Collecting {
  readonly root: string
  readonly folder: string
  readonly left: ReadonlySet<string>
  bytes: number
}

async function collect(path: string, collecting: Collecting, files: File[], isNamed: boolean): Promise<void> {
  const { root, folder, left } = collecting
  if (left.has(path)) return
  const name = relative(folder, path).split(sep).join('/')
  const found = await lstat(path).catch(() => undefined)
  if (!found || name.startsWith('..'))
    throw new Failure(
      'INVALID_INPUT',
      `${path} ${found ? 'lies outside of the folder of the fleet' : 'does not exist'}`,
      {
        next: `"files" in the file of the fleet names what travels, relative to ${folder}`,
      },
    )
  if (found.isSymbolicLink()) {
    const target = await realpath(path).catch(() => undefined)
    const isInside = target !== undefined && (target === root || target.startsWith(`${root}${sep}`))
    // A link into the folder travels as what it leads to; others lead nowhere at the site.
    if (!isInside || !(await stat(path)).isFile()) return
  }
  if (found.isDirectory()) {
    for (const entry of (await readdir(path)).toSorted())
      if (isNamed || !/^\.|^node_modules$/.test(entry))
        await collect(join(path, entry), collecting, files, false)
    return
  }
  const { size, mode } = await stat(path)
  if (!found.isFile() && !found.isSymbolicLink()) return
  collecting.bytes += size
  if (collecting.bytes > largestBundle) throw tooLong(folder)
  const content = (await readFile(path)).toString('base64')
  files.push({ path: name, executable: (mode & 0o111) !== 0, content })
}

function tooLong(folder: string): Failure {
  return new Failure(
    'INVALID_INPUT',
    `what lies in ${folder} is more than ${largestBundle >> 20} MiB: too long to travel`,
    {
      next: 'name what is needed by "files" in the file of the fleet',
    },
  )
}
