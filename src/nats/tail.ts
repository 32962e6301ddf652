import type { JetStreamManager, NextMsgRequest, StoredMsg } from '@nats-io/jetstream'

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
