/** Options of OpenSSH by lower-case keyword, each as the words of its value. */
export type Settings = ReadonlyMap<string, readonly string[]>

/** Adds one option as OpenSSH does: the first value of a keyword counts, and `IdentityFile` adds up. */
export function addSetting(settings: Map<string, readonly string[]>, name: string, words: readonly string[]) {
  const keyword = name.toLowerCase()
  const before = settings.get(keyword)
  if (keyword === 'identityfile') settings.set(keyword, [...(before ?? []), ...words])
  else if (before === undefined && !outruled(settings, keyword)) settings.set(keyword, words)
}

/** The two ways through another machine exclude each other: the one named first counts. */
function outruled(settings: Settings, keyword: string): boolean {
  return (
    (keyword === 'proxyjump' && settings.has('proxycommand')) ||
    (keyword === 'proxycommand' && settings.has('proxyjump'))
  )
}

/** The whole value as one text. */
export function setting(settings: Settings, keyword: string): string | undefined {
  return settings.get(keyword)?.join(' ')
}

/** Is the option `yes`? */
export function isOn(settings: Settings, keyword: string): boolean {
  return ['yes', 'true'].includes(setting(settings, keyword)?.toLowerCase() ?? '')
}
