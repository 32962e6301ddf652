/** Names, and the versions that are asked for with them as apt writes it: `name=version`. */
export function pinned(names: readonly string[]): {
  readonly names: readonly string[]
  readonly versions: Readonly<Record<string, string>>
} {
  const split = names.map((name) => {
    const at = name.indexOf('=')
    return at < 0 ? ([name] as const) : ([name.slice(0, at), name.slice(at + 1)] as const)
  })
  const versions = split.flatMap(([name, version]) =>
    version === undefined ? [] : [[name, version] as const],
  )
  return { names: split.map(([name]) => name), versions: Object.fromEntries(versions) }
}

/** Why apt is not given such a name here, and what to do instead; nothing where it is. */
export function strangeToApt(name: string): string | undefined {
  if (/^(https?|ftp):|^\.{0,2}\/|\.deb$/.test(name))
    return `${name} is a file: say it with "deb", in a task of its own`
  if (/[<>]=?/.test(name))
    return `${name} is a range of versions: write name=version, or take "state: latest"`
  if (name.endsWith('^')) return `${name} is a task of tasksel: run tasksel with "command", and "unless"`
  const [bare = '', release] = (name.split('=')[0] ?? '').split('/')
  if (release !== undefined) return `${name} names a release: say it with "default_release"`
  if (/[*?[\]]/.test(bare)) return `${name} is a pattern: name the packages that are meant`
  return undefined
}

/** Why dnf and yum are not given such a name here, and what to do instead; nothing where they are. */
export function strangeToRpm(name: string): string | undefined {
  if (name.startsWith('@'))
    return `${name} is a group of packages: name its packages, or run "dnf group install" with command, and "unless"`
  if (/[<>=]/.test(name)) return `${name} is a range of versions: write name-version, or take "state: latest"`
  return undefined
}
