import ssh2, { type AnyAuthMethod, type BaseAgent, type ParsedKey } from 'ssh2'
import type { Answer, Method, Question } from './messages.ts'

type Prompted = { readonly prompt: (...all: unknown[]) => void }

/**
 * Proves who we are to a host that another process speaks to. Private keys stay here, and agents are spoken to from here: what
 * goes over is signatures, and a password where a host takes one.
 */
export class Proving {
  #method: AnyAuthMethod | false = false

  /** What the other side is to try next. */
  by(method: AnyAuthMethod | false): Method {
    this.#method = method
    if (!method) return 'none'
    if (method.type === 'password') return { password: method.password }
    return method.type === 'keyboard-interactive' ? 'prompts' : 'key'
  }

  /** The answer to a question that came up on the way. */
  async answer(question: Question): Promise<Answer> {
    try {
      if (question.say === 'which-keys') return { tell: 'answer', keys: (await this.#keys()).map(written) }
      if (question.say === 'sign') return { tell: 'answer', signature: await this.#signature(question) }
      if (question.say === 'answer-prompts')
        return { tell: 'answer', texts: await this.#texts(question.prompts) }
    } catch (error) {
      return { tell: 'answer', error: error instanceof Error ? error.message : String(error) }
    }
    return { tell: 'answer' }
  }

  #keys(): Promise<readonly ParsedKey[]> | readonly ParsedKey[] {
    const method = this.#method
    if (method && method.type === 'publickey') return [method.key as ParsedKey]
    const agent = this.#agent()
    return new Promise((resolve, reject) => {
      agent.getIdentities((error, keys) => (error ? reject(error) : resolve((keys ?? []) as ParsedKey[])))
    })
  }

  async #signature({ key, data, hash }: Question & { readonly say: 'sign' }): Promise<string> {
    const method = this.#method
    const bytes = Buffer.from(data, 'base64')
    if (method && method.type === 'publickey') {
      const signed = (method.key as ParsedKey).sign(bytes, hash)
      if (signed instanceof Error) throw signed
      return signed.toString('base64')
    }
    const agent = this.#agent()
    const of = (await this.#keys()).find((one) => written(one) === key)
    if (!of) throw new Error('the agent does not have the key any more')
    return new Promise((resolve, reject) => {
      const options = hash === undefined ? {} : { hash: hash as 'sha256' }
      agent.sign(of, bytes, options, (error, signed) =>
        signed ? resolve(signed.toString('base64')) : reject(error ?? new Error('the agent signs nothing')),
      )
    })
  }

  #texts(prompts: readonly string[]): Promise<readonly string[]> {
    const { prompt } = this.#method as unknown as Prompted
    return new Promise((resolve) => {
      const asked = prompts.map((text) => ({ prompt: text, echo: false }))
      prompt('', '', '', asked, (answers: readonly string[]) => resolve(answers))
    })
  }

  #agent(): BaseAgent {
    const method = this.#method
    if (method && method.type === 'agent' && typeof method.agent !== 'string') return method.agent
    throw new Error('no key is being tried')
  }
}

/** A public key in one line. */
function written(key: ParsedKey): string {
  const parsed = ssh2.utils.parseKey(key)
  const one = Array.isArray(parsed) ? parsed[0] : parsed
  if (!one || one instanceof Error) throw new Error('a key cannot be read')
  return `${one.type} ${one.getPublicSSH().toString('base64')}`
}
