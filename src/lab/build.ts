import { rename, rm, statfs } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { boundToUs } from './bound.ts'
import { buildFailure } from './build-failure.ts'
import { attempt } from './command.ts'
import type { LabListener } from './event.ts'
import { LabFailure } from './failure.ts'
import { unfinished } from './remains.ts'

const NEEDED_BYTES = 3e9

/** A tree or an image that is to be built. */
export interface Build {
  readonly target: string
  readonly recipe: string
  /** Which variable names the recipe's product; TREE is a place to work in where that is an image. */
  readonly product: 'TREE' | 'IMAGE'
  readonly env: Readonly<Record<string, string>>
  /** Words before the command, such as those that enter a network namespace. */
  readonly within?: readonly string[]
}

/** Builds beside the target and renames at the end, so that a name in the cache is always a whole thing. */
export async function build(wanted: Build, detail: string, onEvent: LabListener): Promise<void> {
  const { target, product, recipe } = wanted
  await requireSpace(dirname(target))
  onEvent({ stage: 'image', detail })
  const began = Date.now()
  const half = unfinished(target)
  const tree = unfinished(`${half}.tree`)
  const places: Record<string, string> = product === 'TREE' ? { TREE: half } : { IMAGE: half, TREE: tree }
  // The last word is for whoever looks for the builders of something.
  const words = boundToUs(['sh', '-eu', '-c', recipe, 'build', half])
  const ended = await attempt([...(wanted.within ?? []), ...words], {
    env: { ...wanted.env, ...places, LC_ALL: 'C' },
  })
  if (ended.exitCode !== 0) {
    for (const path of [half, tree]) await rm(path, { recursive: true, force: true })
    throw buildFailure(target, ended.stderr)
  }
  await rename(half, target)
  const seconds = ((Date.now() - began) / 1000).toFixed(0)
  onEvent({ stage: 'image', detail: `${basename(target)} is ready after ${seconds} s` })
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
