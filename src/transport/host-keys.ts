import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../model/failure.ts'
import type { Destination } from './destination.ts'
import {
  authorityFor,
  concerning,
  fingerprint,
  hashName,
  judgeHostKey,
  type KnownKey,
  keyType,
  knownHostsName,
  knownTypes,
  parseKnownHosts,
} from './known-hosts.ts'
import { readRevoked } from './revoked-keys.ts'

/** The known_hosts files of one run, each read once and added to in turn. */
export interface HostKeys {
  /** What is recorded for a destination. */
  recall(destination: Destination): Promise<Recorded>
  /** Records the key of a host that is not known yet. Throws HOST_KEY_REFUSED if it has become known otherwise. */
  remember(destination: Destination, key: Buffer): Promise<void>
}

/** What is known of one destination before it is spoken to. */
export interface Recorded {
  /** Algorithms for the host's key, those that fit a recorded key first. */
  readonly algorithms: readonly string[]
  /** `undefined`: this is the host; otherwise why it is refused, or that it is new. */
  judge(key: Buffer): Failure | 'new' | undefined
}

/** The known_hosts files, read when they are first needed. */
export function createHostKeys(): HostKeys {
  const files = new Map<string, Promise<readonly KnownKey[]>>()
  let writing: Promise<void> = Promise.resolve()

  const load = (file: string): Promise<readonly KnownKey[]> => {
    const known =
      files.get(file) ??
      readFile(file, 'utf8')
        .then((text) => parseKnownHosts(file, text))
        .catch(() => [])
    files.set(file, known)
    return known
  }
  const entries = async ({ hostKey }: Destination): Promise<readonly KnownKey[]> =>
    (await Promise.all([...hostKey.userFiles, ...hostKey.globalFiles].map(load))).flat()

  const revoked = async ({ hostKey }: Destination): Promise<readonly KnownKey[]> =>
    (await Promise.all(hostKey.revokedFiles.map(readRevoked))).flat()

  const record = async (destination: Destination, key: Buffer): Promise<void> => {
    const verdict = judge(await entries(destination), destination, key)
    if (verdict instanceof Failure) throw verdict
    const [file] = destination.hostKey.userFiles
    if (verdict !== 'new' || file === undefined) return
    const name = nameOf(destination)
    const names = destination.hostKey.hashNames ? hashName(name, randomBytes(20)) : name
    const line = `${names} ${keyType(key)} ${key.toString('base64')}`
    const before = await load(file)
    files.set(file, Promise.resolve([...before, ...parseKnownHosts(file, line)]))
    // As with ssh, a file that cannot be written is no reason to stop: the key is then new again next time.
    await append(file, line).catch(() => undefined)
  }

  return {
    async recall(destination) {
      const all = [...(await entries(destination)), ...(await revoked(destination))]
      const known = concerning(all, nameOf(destination))
      const algorithms = destination.algorithms.serverHostKey
      const types = knownTypes(known, nameOf(destination))
      const fits = (algorithm: string) => types.includes(algorithm.replace(/^rsa-sha2-.*/, 'ssh-rsa'))
      return {
        algorithms: [...algorithms.filter(fits), ...algorithms.filter((each) => !fits(each))],
        judge: (key) => judge(known, destination, key),
      }
    },
    remember(destination, key) {
      const done = writing.then(() => record(destination, key))
      writing = done.catch(() => undefined)
      return done
    },
  }
}

function judge(
  known: readonly KnownKey[],
  destination: Destination,
  key: Buffer,
): Failure | 'new' | undefined {
  const verdict = judgeHostKey(known, nameOf(destination), key.toString('base64'))
  const shown = `${keyType(key)} ${fingerprint(key)}`
  const place = nameOf(destination)
  if (verdict.is === 'known') return undefined
  if (verdict.is === 'unknown') {
    if (destination.hostKey.acceptNew) return 'new'
    const authority = authorityFor(known, place)
    const besides = authority
      ? `; certificates of hosts, for which ${authority.file}:${authority.line} names an authority, are not supported`
      : ''
    return new Failure('HOST_KEY_REFUSED', `the key of ${place} is not known: ${shown}${besides}`, {
      next: `if that is its key (on the host: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), ${keyscan(destination)}, or run with --accept-new-host-keys`,
    })
  }
  const { file, line } = verdict.entry
  if (verdict.is === 'revoked')
    return new Failure(
      'HOST_KEY_REFUSED',
      `${place} shows a key that ${line === 0 ? file : `${file}:${line}`} revokes: ${shown}`,
      {
        next: 'give the host a new key, or connect to the right host',
      },
    )
  return new Failure(
    'HOST_KEY_REFUSED',
    `the key of ${place} is not the one recorded at ${file}:${line}: it shows ${shown}`,
    {
      next: `someone may stand between you and the host; if it was reinstalled, remove the old key with: ssh-keygen -R '${place}' -f ${file}`,
    },
  )
}

function keyscan({ hostname, port, hostKey, route }: Destination): string {
  const file = hostKey.userFiles[0] ?? '~/.ssh/known_hosts'
  if (route.is !== 'direct' || hostKey.alias !== undefined) return `connect once with ssh`
  return `add it with: ssh-keyscan${port === 22 ? '' : ` -p ${port}`} ${hostname} >>${file}`
}

function nameOf({ hostname, port, hostKey }: Destination): string {
  return knownHostsName(hostname, port, hostKey.alias)
}

/** One write in append mode, so that lines of several processes stay whole. */
async function append(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await handle.read(last, 0, 1, size - 1)
    const unfinished = size > 0 && last.toString() !== '\n'
    await handle.appendFile(`${unfinished ? '\n' : ''}${line}\n`)
  } finally {
    await handle.close()
  }
}
