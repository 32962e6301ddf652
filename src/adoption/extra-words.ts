import type { ProxyReading } from './proxy.ts'

/** The word `extra` of a cluster, where there is anything for it. */
export function extraWords(all: Readonly<Record<string, string | object>>): { readonly extra?: object } {
  const said = Object.entries(all).filter(([, lines]) => lines !== '')
  return said.length === 0 ? {} : { extra: Object.fromEntries(said) }
}

/** What a balancer was told that has no word. */
export function extraOfProxy({ defaults = [], extra }: ProxyReading): string | object {
  const sections = extra.join('\n')
  if (defaults.length === 0) return sections
  return { defaults: defaults.join('\n'), ...(sections === '' ? {} : { sections }) }
}
