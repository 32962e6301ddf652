import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Failure, InvalidInput } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import { quoted } from '../model/quoted.ts'
import { isTemplate } from './expressions/text.ts'
import { refuseEndless, unreadable } from './files.ts'
import { problem } from './problem.ts'
import { decryptVault, readVault } from './vault.ts'

/** Passwords of ansible-vault by their labels; `default` is that of what has no label. */
export type VaultPasswords = ReadonlyMap<string, string>

/** Secrets by their names, had without asking anybody. */
export type Given = Readonly<Record<string, string>>

/** Passwords by their labels, or who tells them. */
export type AskedPasswords = Readonly<Record<string, string | (() => Promise<string>)>>

/** The same once everybody has told theirs, one after the other: two may ask at one terminal. */
export async function passwordsTold(asked: AskedPasswords): Promise<VaultPasswords> {
  const told = new Map<string, string>()
  for (const [label, password] of Object.entries(asked))
    told.set(label, typeof password === 'string' ? password : await password())
  return told
}

/** The tags of YAML by which a value is taken from elsewhere, and is a secret whatever its name. */
export const secretTags = ['!vault', '!env', '!file', '!command'] as const
export type SecretTag = (typeof secretTags)[number]

/** Seconds a program has to tell a secret; a person may have to touch a key. */
const patience = 60

/** Where secrets come from in one run; each is asked for once. */
export interface SecretSources {
  /** What a tagged value stands for. Throws InvalidInput. */
  reveal(tag: SecretTag, words: readonly string[], origin: Origin): string
  /** The text of a file that is encrypted as a whole. Throws InvalidInput. */
  decryptFile(text: string, path: string): string
}

/** Sources that decrypt with these passwords; `learn` hears of each secret before anybody else; `given` is what `!env` finds first. */
export function secretSources(
  passwords: VaultPasswords = new Map(),
  learn: (secret: string) => void = () => {},
  given: Given = {},
): SecretSources {
  for (const password of passwords.values()) learn(password)
  const told = new Map<string, string>()
  const sources = {
    '!vault': ([text = '']: readonly string[], origin: Origin) => decrypt(text, passwords, origin),
    '!env': ([name = '']: readonly string[], origin: Origin) =>
      knownOf(given, name) ?? fromEnvironment(name, origin),
    '!file': ([path = '']: readonly string[], origin: Origin) => fromFile(path, origin),
    '!command': (words: readonly string[], origin: Origin) => fromCommand(words, origin),
  }
  return {
    reveal(tag, words, origin) {
      const key = JSON.stringify([tag, words, tag === '!file' ? dirname(origin.file) : ''])
      const value = told.get(key) ?? sources[tag](words, origin)
      told.set(key, value)
      // An expression is no secret itself; what it stands for is.
      if (tag !== '!vault' || !isTemplate(value)) learn(value)
      return value
    },
    decryptFile: (text, path) => decrypt(text, passwords, { file: path, line: 1, col: 1 }),
  }
}

function decrypt(text: string, passwords: VaultPasswords, origin: Origin): string {
  const encrypted = readVault(`${text.trim()}\n`)
  if (!encrypted)
    throw refused('this is no text of ansible-vault, or one of another version than 1.1 and 1.2', origin, [
      'encrypt it anew with "ansible-vault encrypt"',
    ])
  const { label = 'default' } = encrypted
  // A label is a hint: as with Ansible, the others are tried as well.
  const own = passwords.get(label)
  const all = [...(own === undefined ? [] : [own]), ...passwords.values()]
  for (const password of all) {
    const content = decryptVault(encrypted, password)
    if (content) return content.toString('utf8')
  }
  const called = encrypted.label === undefined ? '' : ` ${quoted(encrypted.label)}`
  throw passwords.size === 0
    ? refused('this is encrypted with ansible-vault, and no password was given', origin, [
        `give it: ${encrypted.label === undefined ? '--vault-password-file FILE' : `--vault-id ${label}@FILE`}, or --ask-vault-pass`,
      ])
    : refused(`none of the passwords given decrypts this${called && `, whose label is${called}`}`, origin, [
        'give the one it was encrypted with',
      ])
}

function knownOf(given: Given, name: string): string | undefined {
  return Object.hasOwn(given, name) ? given[name] : undefined
}

function fromEnvironment(name: string, origin: Origin): string {
  // An object that has more names than those that were given to it.
  const value = Object.hasOwn(process.env, name) ? process.env[name] : undefined
  if (value !== undefined && value !== '') return value
  throw refused(`the environment has no variable ${name}, or an empty one`, origin, [
    `set it: export ${name}=…`,
  ])
}

function fromFile(named: string, origin: Origin): string {
  const path = resolve(dirname(origin.file), named)
  try {
    const found = refuseEndless(path, statSync(path))
    if ((found.mode & 0o077) !== 0)
      throw refused(`${path} holds a secret, and others than its owner may use it`, origin, [
        `chmod 600 ${path}`,
      ])
    return withoutLastBreak(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof InvalidInput) throw error
    const { message, next } = unreadable(path, error as NodeJS.ErrnoException)
    throw refused(message, origin, next === undefined ? [] : [next])
  }
}

function fromCommand([program = '', ...words]: readonly string[], origin: Origin): string {
  try {
    const options = { encoding: 'utf8', timeout: patience * 1000, maxBuffer: 1024 * 1024 } as const
    const answer = execFileSync(program, words, { ...options, stdio: ['inherit', 'pipe', 'inherit'] })
    return withoutLastBreak(answer)
  } catch (error) {
    const { code, status, signal } = error as NodeJS.ErrnoException & { status?: number; signal?: string }
    const how =
      code === 'ETIMEDOUT'
        ? `did not answer within ${patience} s`
        : code === 'ENOENT'
          ? 'is not there'
          : signal
            ? `was ended by ${signal}`
            : `ended with status ${status ?? code}`
    throw refused(`the program ${program}, which is to tell a secret, ${how}`, origin, ['run it yourself'])
  }
}

function withoutLastBreak(text: string): string {
  return text.replace(/\r?\n$/, '')
}

function refused(message: string, origin: Origin, [next]: readonly string[]): InvalidInput {
  const failure: Failure = problem('secret-source', message, origin, next)
  return new InvalidInput([failure])
}
