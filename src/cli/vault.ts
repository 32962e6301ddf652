import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../model/failure.ts'
import type { VaultPasswords } from '../operations/vault.ts'
import { exitStatus } from './exit.ts'
import { several } from './options.ts'
import { vaultPasswordsGiven } from './vault-passwords.ts'

interface Flags {
  readonly vaultPasswordFile?: readonly string[]
  readonly vaultId?: readonly string[]
  readonly askVaultPass?: boolean
  readonly newVaultPasswordFile?: string
  readonly newVaultId?: string
}

/** `understudy vault`: files encrypted as ansible-vault does, which reads them, and whose files are read. */
export function declareVault(program: Command): void {
  const vault = program
    .command('vault')
    .description('encrypt files, and read encrypted ones, in the format of ansible-vault')
  const declare = (name: string, description: string) =>
    vault
      .command(name)
      .description(description)
      .argument('<file>', '- for standard input and output')
      .option('--vault-password-file <path>', 'the password, or a program that prints it', several)
      .option('--vault-id <label@source>', 'the same under a label; "prompt" as source asks for it', several)
      .option('--ask-vault-pass', 'ask for the password')
  declare('encrypt', 'encrypt a file, with the first password named').action((path: string, flags: Flags) =>
    changing(path, async (text) => {
      const { encrypt } = await import('../operations/vault.ts')
      const [label, password] = await firstOf(flags)
      return encrypt(text, path, password, label)
    }),
  )
  declare('decrypt', 'decrypt a file').action((path: string, flags: Flags) =>
    changing(path, async (text) => {
      const { decrypt } = await import('../operations/vault.ts')
      return decrypt(text, path, await allOf(flags))
    }),
  )
  declare('view', 'print what an encrypted file holds').action(async (path: string, flags: Flags) => {
    const { decrypt } = await import('../operations/vault.ts')
    process.stdout.write(decrypt(await contentOf(path), path, await allOf(flags)))
  })
  declare('edit', 'change an encrypted file with $EDITOR').action((path: string, flags: Flags) =>
    edit(path, flags),
  )
  declare('rekey', 'encrypt a file anew, with another password')
    .option('--new-vault-password-file <path>', 'the new password, or a program that prints it')
    .option('--new-vault-id <label@source>', 'the same under a label; "prompt" as source asks for it')
    .action((path: string, flags: Flags) =>
      changing(path, async (text) => {
        const { decrypt, encrypt } = await import('../operations/vault.ts')
        const [label, password] = await firstOf({
          ...(flags.newVaultPasswordFile ? { vaultPasswordFile: [flags.newVaultPasswordFile] } : {}),
          ...(flags.newVaultId ? { vaultId: [flags.newVaultId] } : {}),
          askVaultPass: !flags.newVaultPasswordFile && !flags.newVaultId,
        })
        return encrypt(decrypt(text, path, await allOf(flags)), path, password, label)
      }),
    )
}

async function edit(path: string, flags: Flags): Promise<void> {
  const { decrypt, encrypt, labelOf } = await import('../operations/vault.ts')
  const text = await contentOf(path)
  const passwords = await allOf(flags)
  const before = decrypt(text, path, passwords)
  const label = labelOf(text)
  const folder = await mkdtemp(join(await privateFolder(), 'understudy-vault-'))
  try {
    const draft = join(folder, path.replace(/^.*\//, ''))
    await writeFile(draft, before, { mode: 0o600 })
    const editor = process.env.VISUAL || process.env.EDITOR || 'vi'
    const { spawnSync } = await import('node:child_process')
    const { status } = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', draft], { stdio: 'inherit' })
    if (status !== 0)
      throw new Failure(
        'INVALID_INPUT',
        `the editor ${editor} ended with status ${status}; nothing was changed`,
      )
    const after = await readFile(draft, 'utf8')
    if (after === before) return
    const password = passwords.get(label ?? 'default') ?? [...passwords.values()][0] ?? ''
    await replace(path, encrypt(after, path, password, label))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Memory rather than a disk, where there is such a place. */
async function privateFolder(): Promise<string> {
  return stat('/dev/shm').then(
    () => '/dev/shm',
    () => tmpdir(),
  )
}

async function changing(path: string, change: (text: string) => Promise<string>): Promise<void> {
  const changed = await change(await contentOf(path))
  if (path === '-') process.stdout.write(changed)
  else await replace(path, changed)
  process.exitCode = exitStatus.fine
}

async function contentOf(path: string): Promise<string> {
  if (path !== '-') return (await import('../operations/vault.ts')).fileText(path)
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

/** In one step, and never readable by others: at no time does a file hold half of it. */
async function replace(path: string, text: string): Promise<void> {
  const mode = (await stat(path)).mode & 0o777 & ~0o077
  const draft = join(dirname(path), `.understudy-vault-${process.pid}`)
  try {
    await writeFile(draft, text, { mode: mode || 0o600, flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function allOf(flags: Flags): Promise<VaultPasswords> {
  const { passwordsTold } = await import('../operations/vault.ts')
  return passwordsTold(vaultPasswordsGiven(flags))
}

async function firstOf(flags: Flags): Promise<readonly [label: string, password: string]> {
  const [first] = await allOf(flags)
  if (first) return first
  throw new Failure('INVALID_INPUT', 'no password was given', {
    next: 'give --vault-password-file, --vault-id or --ask-vault-pass',
  })
}
