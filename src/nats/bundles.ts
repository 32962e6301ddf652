import type { ObjectInfo, ObjectStore } from '@nats-io/obj'
import { type BundleReference, digestOf, largestBundle } from '../fleet/bundle.ts'
import { Failure } from '../model/failure.ts'
import type { Engine } from './engine.ts'
import { engineFailure } from './failures.ts'
import { tailOf } from './tail.ts'

/** Bundles by their digests: the same one is kept once. */
export class Bundles {
  readonly #objects: ObjectStore
  readonly #name: string
  readonly #engine: Pick<Engine, 'address' | 'manager'>

  constructor(
    objects: ObjectStore,
    { name, engine }: { readonly name: string; readonly engine: Pick<Engine, 'address' | 'manager'> },
  ) {
    this.#objects = objects
    this.#name = name
    this.#engine = engine
  }

  /** Keeps one, unless it is there, and whole: servers that lost their power may have lost a part of it. */
  async keep(digest: string, bytes: Uint8Array): Promise<void> {
    try {
      const info = await this.#objects.info(digest)
      if (info && (await this.#partsThere(info)) === info.chunks) return
      await this.#objects.putBlob({ name: digest }, bytes)
    } catch (error) {
      throw engineFailure(error, this.#engine.address)
    }
  }

  /** Throws INVALID_INPUT where it is not there, or is not what its digest says; CONNECTION_LOST where the engine has only a part of it. */
  async get({ digest, bytes: length }: BundleReference): Promise<Uint8Array> {
    const bytes = await this.#read(digest)
    if (bytes.length === length && digestOf(bytes) === digest) return bytes
    throw new Failure('INVALID_INPUT', `the bundle ${digest} is not what was signed`, {
      next: 'find out who can write to the bundles of this fleet',
    })
  }

  /**
   * Part by part, of the server that leads. A consumer, as the library reads with one, may be of a server that lacks what was written last,
   * and then waits for it without end.
   */
  async #read(digest: string): Promise<Uint8Array> {
    try {
      const info = await this.#objects.info(digest)
      if (info && info.size <= largestBundle) {
        const parts: Uint8Array[] = []
        for await (const { data } of tailOf(this.#engine.manager, this.#partsOf(info))) parts.push(data)
        if (parts.length < info.chunks) throw onlyInPart(digest)
        return Buffer.concat(parts)
      }
    } catch (error) {
      throw engineFailure(error, this.#engine.address)
    }
    throw new Failure('INVALID_INPUT', `the bundle ${digest} is not on the engine`, {
      next: 'order it again: the bundle is sent along',
    })
  }

  async #partsThere(info: ObjectInfo): Promise<number> {
    const { stream, subject } = this.#partsOf(info)
    const { state } = await this.#engine.manager.streams.info(stream, { subjects_filter: subject })
    return Object.values(state.subjects ?? {}).reduce((all, one) => all + one, 0)
  }

  #partsOf({ nuid }: ObjectInfo) {
    return { stream: `OBJ_${this.#name}`, subject: `$O.${this.#name}.C.${nuid}`, from: 1 }
  }
}

function onlyInPart(digest: string): Failure {
  return new Failure('CONNECTION_LOST', `the engine has only a part of the bundle ${digest}`, {
    next: 'order it again, or resume its run: the bundle is sent along',
  })
}
