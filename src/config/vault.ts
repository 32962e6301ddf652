import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** What a text that ansible-vault encrypted begins with. */
const header = /^\$ANSIBLE_VAULT;(1\.1|1\.2);AES256(?:;([^\n;]+))?\s*\n/

/** How a text is encrypted, as its first line says: under which label of a password, where it says so. */
export interface Encrypted {
  readonly label: string | undefined
  readonly salt: Buffer
  readonly mac: Buffer
  readonly content: Buffer
}

/** Is this a text of ansible-vault, of whatever version? */
export function isVault(text: string): boolean {
  return text.startsWith('$ANSIBLE_VAULT;')
}

/**
 * Reads the envelope of versions 1.1 and 1.2 of ansible-vault's format (docs.ansible.com, "Ansible Vault payload format");
 * `undefined` where it is another, or broken.
 */
export function readVault(text: string): Encrypted | undefined {
  const found = header.exec(text)
  if (!found) return undefined
  const [salt, mac, content] = Buffer.from(text.slice(found[0].length).replaceAll(/\s/g, ''), 'hex')
    .toString('latin1')
    .split('\n')
    .map((part) => Buffer.from(part, 'hex'))
  if (!salt?.length || mac?.length !== 32 || !content?.length) return undefined
  return { label: found[2]?.trim(), salt, mac, content }
}

/** What was encrypted; `undefined` where it was with another password. */
export function decryptVault({ salt, mac, content }: Encrypted, password: string): Buffer | undefined {
  const { cipherKey, macKey, counter } = keysOf(password, salt)
  if (!timingSafeEqual(createHmac('sha256', macKey).update(content).digest(), mac)) return undefined
  const decipher = createDecipheriv('aes-256-ctr', cipherKey, counter)
  const padded = Buffer.concat([decipher.update(content), decipher.final()])
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0))
}

/** Encrypts as ansible-vault does, under a label where one is given. */
export function encryptVault(
  content: Uint8Array,
  password: string,
  { label, salt = randomBytes(32) }: { readonly label?: string; readonly salt?: Buffer } = {},
): string {
  const { cipherKey, macKey, counter } = keysOf(password, salt)
  const missing = 16 - (content.length % 16)
  const cipher = createCipheriv('aes-256-ctr', cipherKey, counter)
  const encrypted = Buffer.concat([
    cipher.update(content),
    cipher.update(Buffer.alloc(missing, missing)),
    cipher.final(),
  ])
  const mac = createHmac('sha256', macKey).update(encrypted).digest()
  const body = Buffer.from([salt, mac, encrypted].map((part) => part.toString('hex')).join('\n')).toString(
    'hex',
  )
  const first = label === undefined ? '$ANSIBLE_VAULT;1.1;AES256' : `$ANSIBLE_VAULT;1.2;AES256;${label}`
  return `${[first, ...(body.match(/.{1,80}/g) ?? [])].join('\n')}\n`
}

function keysOf(password: string, salt: Buffer) {
  const derived = pbkdf2Sync(password, salt, 10_000, 80, 'sha256')
  return {
    cipherKey: derived.subarray(0, 32),
    macKey: derived.subarray(32, 64),
    counter: derived.subarray(64),
  }
}
