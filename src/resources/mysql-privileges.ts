/** What somebody may do, by what it concerns: `*.*`, `` `shop`.* ``. */
export type Privileges = ReadonlyMap<string, ReadonlySet<string>>

/** Names of one privilege: servers print the second where the first was said. */
const sameNames: Readonly<Record<string, string>> = {
  ALL: 'ALL PRIVILEGES',
  'REPLICATION CLIENT': 'BINLOG MONITOR',
  'GRANT OPTION': 'GRANT',
}

function listed(text: string): readonly string[] {
  const words = text.split(/,(?![^(]*\))/).map((word) => word.trim().replaceAll(/\s+/g, ' '))
  return words
    .filter((word) => word !== '')
    .map((word) => {
      const [, name = '', columns] = /^([^(]*?)\s*(?:\((.*)\))?$/.exec(word) ?? []
      const plain = name.toUpperCase()
      const own = sameNames[plain] ?? plain
      if (columns === undefined) return own
      const sorted = columns
        .split(',')
        .map((one) => one.trim().replaceAll('`', ''))
        .toSorted()
      return `${own} (${sorted.join(', ')})`
    })
}

/** `` `shop`.* `` for `shop.*`, as servers print it. */
function objectOf(written: string): string {
  const [, kind = '', name = ''] = /^(?:(FUNCTION|PROCEDURE)\s+)?(.*)$/i.exec(written.trim()) ?? []
  const at = name.lastIndexOf('.')
  const quoted = (part: string) => {
    const plain = part.replaceAll('`', '')
    return plain === '*' ? '*' : `\`${plain}\``
  }
  const whole = at < 0 ? `${quoted(name)}.*` : `${quoted(name.slice(0, at))}.${quoted(name.slice(at + 1))}`
  return kind === '' ? whole : `${kind.toUpperCase()} ${whole}`
}

/** What a task writes as `shop.*:SELECT,INSERT/*.*:USAGE`, or as a mapping of these. */
export function privilegesWritten(written: string | Readonly<Record<string, string>>): Privileges {
  const pairs: readonly (readonly [string, string])[] =
    typeof written === 'string'
      ? written
          .split('/')
          .filter((part) => part.trim() !== '')
          .map(
            (part) => [part.slice(0, part.lastIndexOf(':')), part.slice(part.lastIndexOf(':') + 1)] as const,
          )
      : Object.entries(written)
  return new Map(pairs.map(([object, names]) => [objectOf(object), withoutUsage(listed(names))]))
}

/** What a server answers to SHOW GRANTS. */
export function privilegesShown(text: string): Privileges {
  const found = new Map<string, Set<string>>()
  for (const line of text.split('\n')) {
    const [, names = '', object = '', rest = ''] = /^GRANT (.+?) ON (.+?) TO (.*)$/.exec(line.trim()) ?? []
    // Who may act for somebody else is another matter.
    if (object === '' || names === 'PROXY') continue
    const all = found.get(object) ?? new Set()
    for (const name of withoutUsage(listed(names))) all.add(name)
    if (/WITH .*GRANT OPTION/.test(rest)) all.add('GRANT')
    found.set(object, all)
  }
  // One that is asked for all of them prints each by its name.
  const everywhere = found.get('*.*')
  if (everywhere?.has('SUPER') && everywhere.has('SHUTDOWN') && everywhere.size > 20)
    found.set('*.*', new Set(['ALL PRIVILEGES', ...(everywhere.has('GRANT') ? ['GRANT'] : [])]))
  return found
}

/** To be allowed nothing is what everybody is. */
function withoutUsage(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.filter((name) => name !== 'USAGE'))
}

/** Statements that bring what is found to what is wanted. `mode`: exactly that, that beside others, or without it. */
export function privilegeChanges(
  found: Privileges,
  wanted: Privileges,
  mode: 'exactly' | 'more' | 'less',
  who: string,
): readonly string[] {
  const objects = [...new Set([...found.keys(), ...wanted.keys()])]
  return objects.flatMap((object) => {
    const has = found.get(object) ?? new Set<string>()
    const wants = wanted.get(object) ?? new Set<string>()
    const missing =
      mode === 'less' ? [] : [...wants].filter((name) => !has.has(name) && !coveredBy(has, name))
    const surplus =
      mode === 'more'
        ? []
        : mode === 'less'
          ? [...wants].filter((name) => has.has(name))
          : [...has].filter((name) => !wants.has(name))
    return [...revoking(object, surplus, who), ...granting(object, missing, who)]
  })
}

function coveredBy(has: ReadonlySet<string>, name: string): boolean {
  return has.has('ALL PRIVILEGES') && name !== 'GRANT' && name !== 'PROXY'
}

function revoking(object: string, names: readonly string[], who: string): readonly string[] {
  if (names.length === 0) return []
  const words = names.map((name) => (name === 'GRANT' ? 'GRANT OPTION' : name))
  // The right to pass rights on goes with none but itself where all are meant.
  return words.includes('ALL PRIVILEGES') && words.length > 1
    ? words.map((word) => `REVOKE ${word} ON ${object} FROM ${who};`)
    : [`REVOKE ${words.join(', ')} ON ${object} FROM ${who};`]
}

function granting(object: string, names: readonly string[], who: string): readonly string[] {
  if (names.length === 0) return []
  const words = names.filter((name) => name !== 'GRANT')
  const option = words.length < names.length ? ' WITH GRANT OPTION' : ''
  return [`GRANT ${words.length === 0 ? 'USAGE' : words.join(', ')} ON ${object} TO ${who}${option};`]
}
