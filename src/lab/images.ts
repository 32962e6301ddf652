import { createHash } from 'node:crypto'
import { access, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from './build.ts'
import type { LabListener } from './event.ts'
import { ADD_PACKAGES, changeCopy, FETCH_PACKAGES, fetchPackages, MAKE_EL9, type ToFetch } from './layer.ts'
import { takeLock } from './lock.ts'
import { findMirrors, proxySettings } from './mirror.ts'
import { cacheRoot } from './paths.ts'
import { BUILD_ENGINE, buildGuest, type DebianSuite } from './recipe.ts'
import { EL9_BASE } from './red-hat/recipe.ts'
import { removeRemains } from './remains.ts'
import type { ImageName } from './topology.ts'

/** What a machine's disk is to hold when it is switched on for the first time. */
export interface ImageWish {
  readonly image: ImageName
  /** Packages beyond the image's own; sorted. */
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
  await using _lock = await takeLock(imagesLock(), waiting)
  await removeRemains(folder)
  await buildEngine(folder, onEvent)
  const images = imagesIn(folder, await releaseOf(folder))
  // Two releases keep two cores busy.
  const suites = [...new Set(wanted.map(({ image }) => suiteOf(image)))]
  await Promise.all(
    suites.map(async (suite) => {
      await buildDebian(images, suite, onEvent)
      for (const wish of wanted.filter(({ image }) => suiteOf(image) === suite))
        await buildOn(images, wish, onEvent)
    }),
  )
  return images
}

/** The release of Debian of which an image is made. */
function suiteOf(image: ImageName): DebianSuite {
  return image === 'el9' ? EL9_BASE : image
}

/** Fetches what machines of an image will ask the package proxy for, once, so that later no mirror has to be waited for. */
export async function ensureFetched(image: ImageName, wanted: ToFetch, onEvent: LabListener): Promise<void> {
  const { folder, fileOf } = await ensureImages([{ image, packages: [] }], onEvent)
  const base = fileOf({ image, packages: [] })
  const target = join(folder, `fetched-${digest(base, FETCH_PACKAGES, JSON.stringify(wanted))}`)
  await using _lock = await takeLock(imagesLock())
  if (await exists(target)) return
  const detail = `fetching packages for machines with the ${image} image`
  await fetchPackages({ ...wanted, base: join(folder, base), target }, detail, onEvent)
}

/** The lock of whoever builds images. */
export function imagesLock(): string {
  return `images:${cacheRoot()}`
}

async function buildEngine(folder: string, onEvent: LabListener): Promise<void> {
  const target = join(folder, engineName())
  if (await exists(target)) return
  const env = await sources()
  const detail = `unpacking the kernel from ${env.DEBIAN}`
  await build({ target, recipe: BUILD_ENGINE, product: 'TREE', env }, detail, onEvent)
}

async function buildDebian({ folder, engine, fileOf }: Images, suite: DebianSuite, onEvent: LabListener) {
  const target = join(folder, fileOf({ image: suite, packages: [] }))
  if (await exists(target)) return
  const env = { ENGINE: engine, ...(await sources()) }
  const detail = `building the ${suite} image (about a minute)`
  await build({ target, recipe: buildGuest(suite), product: 'IMAGE', env }, detail, onEvent)
}

/** Builds an image that is made of another: the family's own first, then that with packages in place. */
async function buildOn(images: Images, { image, packages }: ImageWish, onEvent: LabListener): Promise<void> {
  const { folder, fileOf } = images
  const target = join(folder, fileOf({ image, packages }))
  if (await exists(target)) return
  if (packages.length === 0) {
    const base = join(folder, fileOf({ image: suiteOf(image), packages: [] }))
    await changeCopy({ base, target, recipe: MAKE_EL9 }, `making the ${image} image`, onEvent)
    return
  }
  const base = join(folder, fileOf({ image, packages: [] }))
  await buildOn(images, { image, packages: [] }, onEvent)
  const detail = `putting ${packages.join(' ')} into the ${image} image`
  await changeCopy({ base, target, recipe: ADD_PACKAGES, packages }, detail, onEvent)
}

async function findImages(folder: string, wanted: readonly ImageWish[]): Promise<Images | undefined> {
  if (!(await exists(join(folder, engineName())))) return undefined
  const images = imagesIn(folder, await releaseOf(folder))
  for (const wish of wanted) if (!(await exists(join(folder, images.fileOf(wish))))) return undefined
  return images
}

function imagesIn(folder: string, release: string): Images {
  // The recipe is part of the name: a changed recipe is a new image, and no stale one is ever used.
  const fileOf = ({ image, packages }: ImageWish) => {
    const family = image === 'el9' ? [MAKE_EL9] : []
    const layer = packages.length > 0 ? [ADD_PACKAGES, ...packages] : []
    return `${image}-${digest(buildGuest(suiteOf(image)), release, ...family, ...layer)}.img`
  }
  return { engine: join(folder, engineName()), folder, fileOf }
}

function engineName(): string {
  return `engine-${digest(BUILD_ENGINE)}`
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}

async function sources(): Promise<Readonly<Record<'DEBIAN' | 'SECURITY' | 'APT_PROXIES', string>>> {
  const mirrors = await findMirrors()
  return { DEBIAN: mirrors.debian, SECURITY: mirrors.security, APT_PROXIES: proxySettings(mirrors) }
}

async function releaseOf(folder: string): Promise<string> {
  return (await readFile(join(folder, engineName(), 'lab', 'release'), 'utf8')).trim()
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
