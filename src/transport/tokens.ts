import { homedir } from 'node:os'
import { join } from 'node:path'

/** What the `%` letters of ssh_config stand for. */
export type Tokens = Readonly<Record<string, string>>

/** Replaces `%h`, `%p` … by what they stand for; unknown letters stay as they are. */
export function expandTokens(text: string, tokens: Tokens): string {
  return text.replaceAll(/%(.)/g, (whole, letter: string) =>
    letter === '%' ? '%' : (tokens[letter] ?? whole),
  )
}

/** Replaces a leading `~` by the home directory, `${NAME}` by the environment, and the tokens. */
export function expandPath(path: string, tokens: Tokens = {}): string {
  const named = path.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => process.env[name] ?? whole)
  const home = named === '~' || named.startsWith('~/') ? join(homedir(), named.slice(1)) : named
  return expandTokens(home, { d: homedir(), ...tokens })
}
