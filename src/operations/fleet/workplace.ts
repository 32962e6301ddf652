import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BundleReference } from '../../fleet/bundle.ts'
import { Failure } from '../../model/failure.ts'
import type { Bundles } from '../../nats/bundles.ts'
import { makeFolder } from '../folders.ts'
import { filesOf } from './bundling.ts'

/** Bundles that are kept unpacked beside those in use. */
const kept = 5

/** Where a worker unpacks bundles: each once, under its digest, readable by nobody else. */
export class Workplace {
  readonly #folder: string
  readonly #bundles: Bundles
  readonly #under = new Map<string, Promise<string>>()

  constructor(folder: string, bundles: Bundles) {
    this.#folder = folder
    this.#bundles = bundles
  }

  /** The folder with the files of a bundle. Throws INVALID_INPUT where it is not there, or not what was signed; STEP_FAILED where it cannot be kept here. */
  async unpacked(reference: BundleReference): Promise<string> {
    const { digest } = reference
    const under = this.#under.get(digest) ?? this.#unpack(reference)
    this.#under.set(digest, under)
    try {
      return await under
    } finally {
      this.#under.delete(digest)
    }
  }

  async #unpack(reference: BundleReference): Promise<string> {
    const path = join(this.#folder, reference.digest)
    if (await stat(path).catch(() => undefined)) {
      const now = new Date()
      await utimes(path, now, now)
      return path
    }
    const files = await filesOf(await this.#bundles.get(reference))
    try {
      return await this.#keep(files, path)
    } catch (cause) {
      const { message } =
        cause instanceof Failure && cause.cause instanceof Error ? cause.cause : (cause as Error)
      throw new Failure(
        'STEP_FAILED',
        `the bundle cannot be kept in ${this.#folder} of the worker: ${message}`,
        {
          next: 'make room there, or let the worker have another directory: --state',
          cause,
        },
      )
    }
  }

  async #keep(files: Awaited<ReturnType<typeof filesOf>>, path: string): Promise<string> {
    await makeFolder(this.#folder, 0o700)
    const staged = await mkdtemp(join(this.#folder, '.unpacking-'))
    try {
      await writeAll(files, staged)
      await rename(staged, path)
    } catch (error) {
      await rm(staged, { recursive: true, force: true })
      // Another process of the same worker was quicker.
      if (!(await stat(path).catch(() => undefined))) throw error
    }
    return path
  }

  /** Removes what was not used for long, and what was left half unpacked; only while nothing is carried out. */
  async tidy(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    const found = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.#folder, name))).mtimeMs })),
    )
    const old = found
      .toSorted((a, b) => b.at - a.at)
      .filter(({ name }, index) => index >= kept || name.startsWith('.'))
    for (const { name } of old) await rm(join(this.#folder, name), { recursive: true, force: true })
  }
}

async function writeAll(files: Awaited<ReturnType<typeof filesOf>>, folder: string): Promise<void> {
  for (const { path, executable, content } of files) {
    const target = join(folder, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, Buffer.from(content, 'base64'), { mode: 0o600 })
    if (executable) await chmod(target, 0o700)
  }
}
