import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, rm, statfs } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { attempt, type Ended, tail } from './command.ts'
import type { LabListener } from './event.ts'
import { LabFailure } from './failure.ts'
import { ADD_PACKAGES, addPackages } from './layer.ts'
import { takeLock } from './lock.ts'
import { findMirrors, type Mirrors, proxySettings } from './mirror.ts'
import { cacheRoot } from './paths.ts'
import { BUILD_ENGINE, buildGuest } from './recipe.ts'
import type { ImageName } from './topology.ts'

const NEEDED_BYTES = 3e9

/** What a machine's disk is to hold when it is switched on for the first time. */
export interface ImageWish {
  readonly image: ImageName
  /** Debian packages, or those of the Red Hat family, beyond the image's own; sorted. */
  readonly packages: readonly string[]
}

/** What machines are started from: the tree with the kernel, and the folder of disk images. */
export interface Images {
  readonly engine: string
  readonly folder: string
  /** The file name, inside `folder`, of an image that was asked for. */
  fileOf(wish: ImageWish): string
}

/** Returns the images asked for, building those which this computer does not have yet. */
export async function ensureImages(wanted: readonly ImageWish[], onEvent: LabListener): Promise<Images> {
  const folder = cacheRoot()
  await mkdir(folder, { recursive: true })
  const found = await findImages(folder, wanted)
  if (found) return found
  const waiting = () => onEvent({ stage: 'wait', detail: 'another process is building images' })
  await using _lock = await takeLock(`images:${folder}`, waiting)
  await removeRemains(folder)
  const engine = join(folder, engineName())
  const mirrors = await findMirrors()
  const make = async (target: string, detail: string, making: (unfinished: string) => Promise<Ended>) => {
    if (await exists(target)) return
    await requireSpace(folder)
    onEvent({ stage: 'image', detail })
    const began = Date.now()
    await build(target, mirrors, making)
    onEvent({ stage: 'image', detail: `${basename(target)} is ready after ${seconds(began)}` })
  }
  await make(engine, `unpacking the kernel from ${mirrors.debian}`, (TREE) =>
    inOwnMounts(BUILD_ENGINE, { TREE, ...sources(mirrors) }),
  )
  const release = await releaseOf(engine)
  // Two releases keep two cores busy; packages are added to an image that stands.
  await Promise.all(
    [...new Set(wanted.map(({ image }) => image))].map(async (image) => {
      const base = join(folder, imageName({ image, packages: [] }, release))
      await make(base, `building the ${image} image (about half a minute)`, (IMAGE) => {
        const places = { IMAGE, TREE: `${IMAGE}.tree.unfinished`, ENGINE: engine }
        return inOwnMounts(buildGuest(image), { ...places, ...sources(mirrors) })
      })
      for (const wish of wanted.filter((one) => one.image === image && one.packages.length > 0))
        await make(
          join(folder, imageName(wish, release)),
          `adding ${wish.packages.join(', ')} to the ${image} image`,
          (image) => addPackages({ base, image, packages: wish.packages }),
        )
    }),
  )
  return imagesIn(folder, release)
}

async function findImages(folder: string, wanted: readonly ImageWish[]): Promise<Images | undefined> {
  const engine = join(folder, engineName())
  if (!(await exists(engine))) return undefined
  const images = imagesIn(folder, await releaseOf(engine))
  for (const wish of wanted) if (!(await exists(join(folder, images.fileOf(wish))))) return undefined
  return images
}

function imagesIn(folder: string, release: string): Images {
  return { engine: join(folder, engineName()), folder, fileOf: (wish) => imageName(wish, release) }
}

// The recipe is part of the name: a changed recipe is a new image, and no stale one is ever used.
function engineName(): string {
  return `engine-${digest(BUILD_ENGINE)}`
}

function imageName({ image, packages }: ImageWish, release: string): string {
  const layer = packages.length > 0 ? [ADD_PACKAGES, ...packages] : []
  return `${image}-${digest(buildGuest(image), release, ...layer)}.img`
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}

/** Builds beside the target and renames at the end, so that a name in the cache is always a whole image. */
async function build(
  target: string,
  mirrors: Mirrors,
  making: (unfinished: string) => Promise<Ended>,
): Promise<void> {
  // The process id keeps an orphan of a killed build from writing into ours.
  const unfinished = `${target}.${process.pid}.unfinished`
  const ended = await making(unfinished)
  if (ended.exitCode !== 0) {
    throw new LabFailure(
      `building ${target} failed`,
      `See whether ${mirrors.debian} can be reached from here, then run the command again.`,
      { output: tail(ended.stderr, 15) },
    )
  }
  await rename(unfinished, target)
}

/** Runs a recipe with a mount namespace of its own, so that an interrupted build leaves no mounts. */
function inOwnMounts(recipe: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  return attempt(['unshare', '--mount', '--propagation', 'private', 'sh', '-eu', '-c', recipe], {
    env: { ...env, LC_ALL: 'C' },
  })
}

function sources(mirrors: Mirrors): Readonly<Record<string, string>> {
  return { DEBIAN: mirrors.debian, SECURITY: mirrors.security, APT_PROXIES: proxySettings(mirrors) }
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(0)} s`
}

async function removeRemains(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith('.unfinished')) await rm(join(folder, name), { recursive: true, force: true })
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
