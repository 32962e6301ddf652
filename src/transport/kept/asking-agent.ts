import ssh2, { type ParsedKey } from 'ssh2'
import type { Answer, Question } from './messages.ts'

/** Asks the command that wants a connection. */
export type Ask = (question: Question) => Promise<Answer>

/** Signs by asking the command: no private key comes to the process that keeps connections. */
export class AskingAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #ask: Ask

  constructor(ask: Ask) {
    super()
    this.#ask = ask
  }

  override getIdentities(answer: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    this.#ask({ say: 'which-keys' }).then(({ keys, error }) => {
      if (!keys) return answer(new Error(error ?? 'no keys'))
      answer(
        undefined,
        keys.flatMap((text) => {
          const key = ssh2.utils.parseKey(text)
          return key instanceof Error ? [] : key
        }),
      )
    })
  }

  override sign(...all: unknown[]): void {
    const [key, data, options] = all as [ParsedKey, Buffer, { readonly hash?: string }]
    const answer = all.at(-1) as (error: Error | undefined, signature?: Buffer) => void
    const shown = `${key.type} ${key.getPublicSSH().toString('base64')}`
    const hash = typeof options === 'object' ? options.hash : undefined
    this.#ask({ say: 'sign', key: shown, data: data.toString('base64'), hash }).then(
      ({ signature, error }) => {
        if (signature === undefined) answer(new Error(error ?? 'no signature'))
        else answer(undefined, Buffer.from(signature, 'base64'))
      },
    )
  }
}
