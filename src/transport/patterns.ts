/** Does a pattern of ssh_config or known_hosts (`*` and `?`) match the whole text? Case does not count. */
export function matchesPattern(pattern: string, text: string): boolean {
  // Most are names: known_hosts of a fleet are looked through for each of its hosts.
  if (!/[*?]/.test(pattern)) return pattern.toLowerCase() === text.toLowerCase()
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`, 'i').test(text)
}

/** Does a list of patterns match: at least one does, and none of those that begin with `!`? */
export function matchesPatterns(patterns: readonly string[], text: string): boolean {
  const negated = patterns.filter((pattern) => pattern.startsWith('!'))
  if (negated.some((pattern) => matchesPattern(pattern.slice(1), text))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, text))
}
