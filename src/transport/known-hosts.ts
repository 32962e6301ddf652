import { createHash, createHmac } from 'node:crypto'
import { matchesPatterns } from './patterns.ts'

/** One line of a known_hosts file. */
export interface KnownKey {
  readonly file: string
  /** 0 where the file has none. */
  readonly line: number
  readonly revoked: boolean
  /** A key that signs keys of hosts, and is none of a host. */
  readonly authority: boolean
  /** The first field: names, patterns, or one hashed name. */
  readonly names: string
  /** Type of key, such as `ssh-ed25519`. */
  readonly type: string
  /** The key itself, or its checksum, base64. */
  readonly key: string
  /** It is known by a checksum alone; lists of revoked keys have such. */
  readonly hash?: 'sha1' | 'sha256'
}

/** What known_hosts say about the key a host has shown. */
export type HostKeyVerdict =
  | { readonly is: 'known' }
  | { readonly is: 'unknown' }
  | { readonly is: 'changed'; readonly entry: KnownKey }
  | { readonly is: 'revoked'; readonly entry: KnownKey }

/** Reads a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export function parseKnownHosts(file: string, text: string): readonly KnownKey[] {
  return text.split('\n').flatMap((line, index) => {
    const fields = line.trim().split(/\s+/)
    const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined
    const [names, type, key] = fields
    if (!names || names.startsWith('#') || !type || !key) return []
    const marked = { revoked: marker === '@revoked', authority: marker === '@cert-authority' }
    return [{ file, line: index + 1, ...marked, names, type, key }]
  })
}

/** The name under which a host stands in known_hosts. */
export function knownHostsName(host: string, port: number, alias: string | undefined): string {
  if (alias !== undefined) return alias.toLowerCase()
  const name = host.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

/**
 * What may have a say about a name, with its port or bare, in the same order: of the files of a fleet that is next to
 * nothing.
 */
export function concerning(known: readonly KnownKey[], name: string): readonly KnownKey[] {
  const bare = bareName(name)
  return known.filter((entry) => names(entry, name) || (bare !== undefined && names(entry, bare)))
}

/**
 * A line that leaves it to a certificate authority to vouch for a host, by its name with the port or, as with OpenSSH, by
 * the bare one; not supported here.
 */
export function authorityFor(known: readonly KnownKey[], name: string): KnownKey | undefined {
  const bare = bareName(name)
  return known.find(
    (entry) => entry.authority && (names(entry, name) || (bare !== undefined && names(entry, bare))),
  )
}

/** The types of keys recorded for a name. */
export function knownTypes(known: readonly KnownKey[], name: string): readonly string[] {
  return [...new Set(entriesFor(known, name).map(({ type }) => type))]
}

/**
 * Judges the key (base64) that a host has shown. Where a name with a port is not recorded the bare name may
 * vouch for the key, as with OpenSSH, but never against it.
 */
export function judgeHostKey(known: readonly KnownKey[], name: string, key: string): HostKeyVerdict {
  const bare = bareName(name)
  const revoked = known.find(
    (entry) =>
      entry.revoked &&
      entry.key === (entry.hash ? checksum(entry.hash, key) : key) &&
      (names(entry, name) || (bare !== undefined && names(entry, bare))),
  )
  if (revoked) return { is: 'revoked', entry: revoked }
  const own = entriesFor(known, name)
  if (own.some((entry) => entry.key === key)) return { is: 'known' }
  const type = keyType(Buffer.from(key, 'base64'))
  const other = own.find((entry) => entry.type === type) ?? own[0]
  if (other) return { is: 'changed', entry: other }
  const vouched = bare !== undefined && entriesFor(known, bare).some((entry) => entry.key === key)
  return { is: vouched ? 'known' : 'unknown' }
}

/** The type a key names itself, such as `ssh-ed25519` (RFC 4253, 6.6). */
export function keyType(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')
}

function checksum(hash: string, key: string): string {
  return createHash(hash).update(Buffer.from(key, 'base64')).digest('base64')
}

/** A key's fingerprint as ssh-keygen shows it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** A name as `HashKnownHosts` writes it. */
export function hashName(name: string, salt: Buffer): string {
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

/** The name without a port; `undefined` where it has none. */
function bareName(name: string): string | undefined {
  return /^\[(.*)\]:\d+$/.exec(name)?.[1]
}

function entriesFor(known: readonly KnownKey[], name: string): readonly KnownKey[] {
  return known.filter((entry) => !entry.revoked && !entry.authority && names(entry, name))
}

function names(entry: KnownKey, name: string): boolean {
  if (!entry.names.startsWith('|')) return matchesPatterns(entry.names.split(','), name)
  const [, version, salt] = entry.names.split('|')
  return version === '1' && entry.names === hashName(name, Buffer.from(salt ?? '', 'base64'))
}
