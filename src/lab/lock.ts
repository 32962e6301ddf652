import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Takes the lock of this name, waiting for whoever has it; `onWait` is called once if so.
 * The lock is an abstract socket: the kernel frees it when its holder dies, and no file is left behind.
 */
export async function takeLock(name: string, onWait?: () => void): Promise<AsyncDisposable> {
  for (let told = false; ; ) {
    const lock = await tryLock(name)
    if (lock) return lock
    if (!told) onWait?.()
    told = true
    await sleep(250)
  }
}

/** As takeLock, but undefined where somebody has it. */
export async function tryLock(name: string): Promise<AsyncDisposable | undefined> {
  const server = await listen(`\0understudy-lab:${name}`)
  return server && { [Symbol.asyncDispose]: () => new Promise((done) => server.close(() => done())) }
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((settle, fail) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? settle(undefined) : fail(error),
    )
    server.listen(path, () => settle(server.unref()))
  })
}
