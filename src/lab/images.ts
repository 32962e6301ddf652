import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { boundToUs } from './bound.ts'
import { buildFailure } from './build-failure.ts'
import { attempt } from './command.ts'
import type { LabListener } from './event.ts'
import { LabFailure } from './failure.ts'
import { takeLock } from './lock.ts'
import { findMirrors, type Mirrors, proxySettings } from './mirror.ts'
import { cacheRoot } from './paths.ts'
import { BUILD_ENGINE, buildGuest } from './recipe.ts'
import { removeRemains, unfinished } from './remains.ts'
import type { ImageName } from './topology.ts'

const NEEDED_BYTES = 3e9

/** What machines are started from: the tree with the kernel, and the folder of disk images. */
export interface Images {
  readonly engine: string
  readonly folder: string
  /** The file name, inside `folder`, of the image of each release asked for. */
  readonly files: ReadonlyMap<ImageName, string>
}

/** Returns the images asked for, building those which this computer does not have yet. */
export async function ensureImages(wanted: Iterable<ImageName>, onEvent: LabListener): Promise<Images> {
  const folder = cacheRoot()
  await mkdir(folder, { recursive: true })
  const suites = [...new Set(wanted)]
  const found = await findImages(folder, suites)
  if (found) return found
  const waiting = () => onEvent({ stage: 'wait', detail: 'another process is building images' })
  await using _lock = await takeLock(imagesLock(), waiting)
  await removeRemains(folder)
  const engine = join(folder, engineName())
  const mirrors = await findMirrors()
  if (!(await exists(engine))) {
    await requireSpace(folder)
    onEvent({
      stage: 'image',
      detail: `building the kernel's tree from ${mirrors.debian} (about half a minute)`,
    })
    await build(engine, BUILD_ENGINE, 'TREE', mirrors, {})
  }
  const files = new Map<ImageName, string>()
  for (const suite of suites) {
    const file = guestName(suite, await releaseOf(engine))
    files.set(suite, file)
    if (await exists(join(folder, file))) continue
    await requireSpace(folder)
    onEvent({ stage: 'image', detail: `building the ${suite} image (about half a minute)` })
    await build(join(folder, file), buildGuest(suite), 'IMAGE', mirrors, { ENGINE: engine })
  }
  return { engine, folder, files }
}

/** The lock of whoever builds images. */
export function imagesLock(): string {
  return `images:${cacheRoot()}`
}

async function findImages(folder: string, suites: readonly ImageName[]): Promise<Images | undefined> {
  const engine = join(folder, engineName())
  if (!(await exists(engine))) return undefined
  const release = await releaseOf(engine)
  const files = new Map(suites.map((suite) => [suite, guestName(suite, release)]))
  for (const file of files.values()) if (!(await exists(join(folder, file)))) return undefined
  return { engine, folder, files }
}

// The recipe is part of the name: a changed recipe is a new image, and no stale one is ever used.
function engineName(): string {
  return `engine-${digest(BUILD_ENGINE)}`
}

function guestName(suite: ImageName, release: string): string {
  return `${suite}-${digest(buildGuest(suite), release)}.img`
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}

/** Builds beside the target and renames at the end, so that a name in the cache is always a whole image. */
async function build(
  target: string,
  recipe: string,
  product: 'TREE' | 'IMAGE',
  mirrors: Mirrors,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const half = unfinished(target)
  const tree = unfinished(`${half}.tree`)
  const places: Record<string, string> = product === 'TREE' ? { TREE: half } : { IMAGE: half, TREE: tree }
  // The last word is for whoever looks for the builders of something.
  const ended = await attempt(boundToUs(['sh', '-eu', '-c', recipe, 'build', half]), {
    env: {
      ...{ ...env, ...places, LC_ALL: 'C' },
      ...{ DEBIAN: mirrors.debian, SECURITY: mirrors.security, APT_PROXIES: proxySettings(mirrors) },
    },
  })
  if (ended.exitCode !== 0) {
    for (const path of [half, tree]) await rm(path, { recursive: true, force: true })
    throw buildFailure(target, ended.stderr)
  }
  await rename(half, target)
}

async function requireSpace(folder: string): Promise<void> {
  const disk = await statfs(folder)
  const free = disk.bavail * disk.bsize
  if (free < NEEDED_BYTES)
    throw new LabFailure(
      `building an image needs 3 GB, and ${folder} has ${(free / 1e9).toFixed(1)} GB left`,
      'Free some space, or set XDG_CACHE_HOME to a folder on a larger disk.',
    )
}

async function releaseOf(engine: string): Promise<string> {
  return (await readFile(join(engine, 'lab', 'release'), 'utf8')).trim()
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
