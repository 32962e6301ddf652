import { AsyncLocalStorage } from 'node:async_hooks'

/** Is told of a file that was read, and what it held. */
export type OnRead = (path: string, content: Uint8Array) => void

/** Files are read where their turn comes, many layers down: whoever wants to know of them is told from there. */
const listeners = new AsyncLocalStorage<OnRead>()

/** Does something, and tells which files of this computer it read meanwhile; who was told before is told, too. */
export function tellingReads<T>(onRead: OnRead, work: () => T): T {
  const before = listeners.getStore()
  const both: OnRead = (path, content) => {
    before?.(path, content)
    onRead(path, content)
  }
  return listeners.run(both, work)
}

/** Hands on what was read, once who wants to know it was told. */
export function told<Content extends Uint8Array>(path: string, content: Content): Content {
  listeners.getStore()?.(path, content)
  return content
}
