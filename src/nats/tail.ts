import type { JetStreamManager, NextMsgRequest, StoredMsg } from '@nats-io/jetstream'
import { type QueuedIterator, TimeoutError } from '@nats-io/transport-node'

/**
 * Messages of a stream from this number on, one by one, as the server has them that leads it. Consumers are of whichever server has them,
 * and one that follows may lack the last messages for as long as nothing else is written (seen with nats-server 2.9 and three of them).
 */
export async function* tailOf(
  manager: JetStreamManager,
  { stream, subject, from }: { readonly stream: string; readonly subject: string; readonly from: number },
): AsyncGenerator<StoredMsg> {
  for (let seq = from; ; ) {
    // The server answers it since 2.9; the library's type of this question does not know it.
    const asked: NextMsgRequest & { readonly seq: number } = { seq, next_by_subj: subject }
    const message = await manager.streams.getMessage(stream, asked)
    if (!message) return
    yield message
    seq = message.seq + 1
  }
}

/**
 * The same, one by one. Throws TimeoutError where the next does not come within so many milliseconds: the server that was to send it may be
 * gone, and the library then waits for minutes.
 */
export async function* punctual<One>(all: QueuedIterator<One>, milliseconds: number): AsyncGenerator<One> {
  const late = () => all.stop(new TimeoutError())
  let timer = setTimeout(late, milliseconds)
  try {
    for await (const one of all) {
      clearTimeout(timer)
      yield one
      timer = setTimeout(late, milliseconds)
    }
  } finally {
    clearTimeout(timer)
  }
}
