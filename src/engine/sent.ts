import type { Upload } from '../model/change.ts'
import type { Session } from '../model/session.ts'
import type { Ask } from '../shell/program.ts'
import { download } from './download.ts'

/** Contents that are sent to a host, or on its behalf to others, ahead of the programs that need them. */
export class Sent {
  /** Paths of those that stay until the session ends, by the hosts where they are. */
  readonly #kept = new Map<Uint8Array, Map<string | undefined, string>>()
  readonly #sessionOf: (on: string | undefined, signal: AbortSignal) => Promise<Session>

  constructor(sessionOf: (on: string | undefined, signal: AbortSignal) => Promise<Session>) {
    this.#sessionOf = sessionOf
  }

  /** Sends a content, unless it is there already; returns where it is there. */
  async upload(upload: Upload, signal: AbortSignal, on?: string): Promise<string> {
    if ('from' in upload) {
      const { from } = upload
      const content = await download(await this.#sessionOf(from.on, signal), from, signal)
      return (await this.#sessionOf(on, signal)).upload(content, signal)
    }
    const { content, kept } = upload
    const known = this.#kept.get(content)?.get(on)
    if (known !== undefined) return known
    const path = await (await this.#sessionOf(on, signal)).upload(content, signal)
    if (kept) this.#kept.set(content, new Map(this.#kept.get(content)).set(on, path))
    return path
  }

  /** The questions, with what is needed to ask them sent ahead. */
  async along(asks: readonly Ask[], signal: AbortSignal): Promise<readonly Ask[]> {
    const furnished: Ask[] = []
    for (const ask of asks) {
      const uploads: Record<string, string> = {}
      for (const upload of ask.sensor.uploads ?? [])
        uploads[upload.name] = await this.upload(upload, signal, ask.on)
      furnished.push({ ...ask, uploads })
    }
    return furnished
  }

  /** The session has ended, and what was kept there is gone. */
  forget(): void {
    this.#kept.clear()
  }
}
