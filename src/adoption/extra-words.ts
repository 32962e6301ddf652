import type { ProxyReading } from './proxy.ts'

/** The word `extra`, where there are lines for any of its parts; those of `main` alone need not say whose they are. */
export function extraWords(
  parts: Readonly<Record<string, string | object>>,
  main?: string,
): { readonly extra?: unknown } {
  const said = Object.entries(parts).filter(([, lines]) => lines !== '')
  const [first] = said
  if (!first) return {}
  return { extra: said.length === 1 && first[0] === main ? first[1] : Object.fromEntries(said) }
}

/** What a balancer was told that has no word. */
export function extraOfProxy({ defaults = [], extra }: ProxyReading): string | object {
  const sections = extra.join('\n')
  if (defaults.length === 0) return sections
  return { defaults: defaults.join('\n'), ...(sections === '' ? {} : { sections }) }
}
