import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type BaseAgent, createAgent, type ParsedKey } from 'ssh2'
import { Failure } from '../model/failure.ts'
import type { Identities } from './destination.ts'

/** One way to prove who we are. */
export type Credential =
  | { readonly is: 'agent-key'; readonly shown: string; readonly agent: BaseAgent }
  | { readonly is: 'key-file'; readonly shown: string; readonly key: () => Promise<ParsedKey> }

/** The credentials for one destination, in the order to try them, and the key files that cannot be used. */
export interface Credentials {
  readonly usable: readonly Credential[]
  readonly unusable: readonly string[]
}

/** Keys and agents of one run: each file is read once and each passphrase asked once. */
export interface KeyRing {
  credentials(identities: Identities): Promise<Credentials>
}

interface KeyFile {
  readonly path: string
  /** base64; `undefined` where only the passphrase would tell. */
  readonly publicKey: string | undefined
  readonly encrypted: boolean
  readonly unlock: () => Promise<ParsedKey>
}

const usual = ['id_ed25519', 'id_ecdsa', 'id_rsa']

/** A ring whose passphrases come from `askSecret`. */
export function createKeyRing(askSecret: (prompt: string) => Promise<string>): KeyRing {
  const files = new Map<string, Promise<KeyFile | string | undefined>>()
  let asking: Promise<unknown> = Promise.resolve()

  /** One question at a time: several encrypted keys must not talk over each other. */
  const askInTurn = (prompt: string): Promise<string> => {
    const answer = asking.then(() => askSecret(prompt))
    asking = answer.catch(() => undefined)
    return answer
  }
  const load = (path: string): Promise<KeyFile | string | undefined> => {
    const known = files.get(path) ?? readKeyFile(path, askInTurn)
    files.set(path, known)
    return known
  }

  return {
    async credentials({ files: named, only, agentSocket }) {
      const explicit = named.length > 0
      const paths = explicit ? named : usual.map((name) => join(homedir(), '.ssh', name))
      const loaded = await Promise.all(paths.map(load))
      const keyFiles = loaded.filter((file): file is KeyFile => typeof file === 'object')
      const unusable = loaded.flatMap((file, index) =>
        typeof file === 'string'
          ? [file]
          : file === undefined && explicit
            ? [`${paths[index]} does not exist`]
            : [],
      )
      const certificates = await Promise.all(keyFiles.map(certificateBeside))
      unusable.push(
        ...certificates.flatMap((path) =>
          path === undefined ? [] : [`${path} (certificates are not supported)`],
        ),
      )
      const { keys, problem } = agentSocket ? await agentKeys(agentSocket) : { keys: [], problem: undefined }
      const named64 = new Set(keyFiles.map(({ publicKey }) => publicKey))
      const held = new Set(keys.map(({ publicKey }) => publicKey))
      const matching = keys.filter(({ publicKey }) => named64.has(publicKey))
      const others = only ? [] : keys.filter(({ publicKey }) => !named64.has(publicKey))
      const own = keyFiles
        .filter(({ publicKey }) => publicKey === undefined || !held.has(publicKey))
        .map((file) => ({ encrypted: file.encrypted, credential: credentialOf(file) }))
      const open = own.filter(({ encrypted }) => !encrypted).map(({ credential }) => credential)
      // Keys that need a passphrase come last: nobody is asked for one that is not needed.
      const locked = own.filter(({ encrypted }) => encrypted).map(({ credential }) => credential)
      const ofAgent = others.map(({ credential }) => credential)
      return {
        usable: [
          ...matching.map(({ credential }) => credential),
          ...(explicit ? [...open, ...ofAgent] : [...ofAgent, ...open]),
          ...locked,
        ],
        unusable: problem === undefined ? unusable : [...unusable, problem],
      }
    },
  }
}

function credentialOf(file: KeyFile): Credential {
  return { is: 'key-file', shown: `key ${file.path}`, key: file.unlock }
}

async function readKeyFile(
  path: string,
  ask: (prompt: string) => Promise<string>,
): Promise<KeyFile | string | undefined> {
  const state = await stat(path).catch(() => undefined)
  if (!state) return undefined
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return `${path} cannot be read`
  const mode = (state.mode & 0o777).toString(8).padStart(4, '0')
  if ((state.mode & 0o077) !== 0 && state.uid === process.getuid?.())
    return `${path} is open to others (mode ${mode}): chmod 600 ${path}`
  const parsed = single(ssh2.utils.parseKey(text))
  if (!(parsed instanceof Error)) {
    if (!parsed.isPrivateKey()) return `${path} holds a public key, not a private one`
    return {
      path,
      publicKey: parsed.getPublicSSH().toString('base64'),
      encrypted: false,
      unlock: () => Promise.resolve(parsed),
    }
  }
  if (!/encrypted|passphrase/i.test(parsed.message))
    return `${path} is no key ssh can read: ${parsed.message}`
  let unlocked: Promise<ParsedKey> | undefined
  return {
    path,
    publicKey: await publicKeyBeside(path),
    encrypted: true,
    unlock: () => {
      unlocked ??= unlockWithPassphrase(path, text, ask)
      return unlocked
    },
  }
}

async function unlockWithPassphrase(
  path: string,
  text: string,
  ask: (prompt: string) => Promise<string>,
): Promise<ParsedKey> {
  for (let left = 3; left > 0; left--) {
    const passphrase = await ask(`Passphrase for ${path}${left < 3 ? ' (that was not it)' : ''}`)
    const key = single(ssh2.utils.parseKey(text, passphrase))
    if (!(key instanceof Error)) return key
  }
  throw new Failure('AUTHENTICATION_FAILED', `the passphrase for ${path} was wrong three times`, {
    next: `try again, or load the key into an agent: ssh-add ${path}`,
  })
}

/** A certificate that ssh would show with the key. */
async function certificateBeside({ path }: KeyFile): Promise<string | undefined> {
  const certificate = `${path}-cert.pub`
  return (await stat(certificate).catch(() => undefined)) && certificate
}

async function publicKeyBeside(path: string): Promise<string | undefined> {
  const text = await readFile(`${path}.pub`, 'utf8').catch(() => '')
  return text.trim().split(/\s+/)[1]
}

/** The library gives a list for formats that can hold several keys. */
function single(parsed: ParsedKey | ParsedKey[] | Error): ParsedKey | Error {
  return Array.isArray(parsed) ? (parsed[0] ?? new Error('it holds no key')) : parsed
}

interface AgentKey {
  readonly publicKey: string
  readonly credential: Credential
}

async function agentKeys(
  socket: string,
): Promise<{ readonly keys: readonly AgentKey[]; readonly problem?: string }> {
  const agent = createAgent(socket)
  const found = await new Promise<readonly unknown[] | Error>((resolve) => {
    agent.getIdentities((error, keys) => resolve(error ?? keys ?? []))
  })
  if (found instanceof Error) return { keys: [], problem: `the agent at ${socket} does not answer` }
  const keys = found.flatMap((each) => {
    const key = single(ssh2.utils.parseKey(each as ParsedKey))
    if (key instanceof Error) return []
    const one = createAgent(socket)
    one.getIdentities = (answer) => answer(null, [key])
    const shown = `agent key ${key.comment || key.type}`
    return [
      {
        publicKey: key.getPublicSSH().toString('base64'),
        credential: { is: 'agent-key', shown, agent: one } as const,
      },
    ]
  })
  return { keys }
}
