import type { Script } from '../model/script.ts'
import { embed, sh } from '../shell/quote.ts'

/** Where somebody is at home, at the beginning of a word. */
const home = /^~([A-Za-z0-9_.-]*)(?=\/|$)/
const variable = /(\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})/

/**
 * Words for a shell, each with a space before it, in which it expands what Ansible's command does: `~` and `~name` at
 * the beginning, and variables that are set. Nothing is split, and what is not set stands for itself.
 */
export function expandedWords(words: readonly string[]): Script {
  return words.reduce<Script>((all, word) => sh`${embed(all)} ${embed(expandedWord(word))}`, sh``)
}

function expandedWord(word: string): Script {
  const [start, account] = home.exec(word) ?? []
  if (start === undefined || account === undefined) return withVariables(word)
  const rest = word.slice(start.length)
  const begin = account === '' ? sh`~` : sh`~${account}`
  // A slash that is quoted would end the meaning of what stands before it.
  return rest === '' ? begin : sh`${embed(begin)}/${embed(withVariables(rest.slice(1)))}`
}

function withVariables(text: string): Script {
  const parts = text.split(variable).filter((part) => part !== '')
  if (parts.length === 0) return sh`${''}`
  return parts.reduce<Script>((all, part) => {
    const name = variable.test(part) ? part.replaceAll(/[${}]/g, '') : undefined
    if (name === undefined) return sh`${embed(all)}${part}`
    const same = part.startsWith('${') ? sh`\$${embed(braced(name))}` : sh`\$${name}`
    return sh`${embed(all)}"\${${name}-${embed(same)}}"`
  }, sh``)
}

function braced(name: string): Script {
  return sh`{${name}\}`
}
