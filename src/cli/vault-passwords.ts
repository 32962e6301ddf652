import { accessSync, constants, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure } from '../model/failure.ts'
import type { InventoryOptions } from '../operations/options.ts'
import type { InventoryFlags, Told } from './options.ts'
import { askSecretOnce } from './secret.ts'
import { settingsGiven } from './settings.ts'

type Given = Pick<InventoryFlags, 'vaultPasswordFile' | 'vaultId' | 'askVaultPass' | 'told'>

/**
 * The passwords of ansible-vault that the flags name, by their labels, as Ansible takes them; without any, those that its
 * configuration names. None of them is read before it is needed.
 */
export function vaultPasswordsGiven(flags: Given): NonNullable<InventoryOptions['vaultPasswords']> {
  const { told } = flags
  const saysNothing =
    !flags.askVaultPass && (flags.vaultPasswordFile ?? []).length + (flags.vaultId ?? []).length === 0
  const usual = saysNothing ? settingsGiven() : undefined
  const file = usual?.vaultPasswordFile?.value
  const files = flags.vaultPasswordFile ?? (file === undefined ? [] : [file])
  const askVaultPass = flags.askVaultPass ?? usual?.askVaultPass?.value
  const named = (flags.vaultId ?? usual?.vaultIdentities?.value ?? []).map((text) => {
    const at = text.indexOf('@')
    return at < 0
      ? (['default', text] as const)
      : ([text.slice(0, at) || 'default', text.slice(at + 1)] as const)
  })
  return Object.fromEntries([
    ...(askVaultPass ? [['default', () => asked('default', told)] as const] : []),
    // Several without a label are tried one after the other.
    ...files.map((path, nth) => [nth === 0 ? 'default' : `default ${nth + 1}`, () => from(path)] as const),
    ...named.map(
      ([label, source]) => [label, () => (source === 'prompt' ? asked(label, told) : from(source))] as const,
    ),
  ])
}

function asked(label: string, told: Told | undefined): Promise<string> {
  const which = label === 'default' ? '' : ` "${label}"`
  return askSecretOnce(`password of ansible-vault${which}`, new AbortController().signal, told)
}

async function from(path: string): Promise<string> {
  const place = resolve(path)
  const { execFileSync } = await import('node:child_process')
  try {
    const text = isProgram(place)
      ? execFileSync(place, [], { encoding: 'utf8', timeout: 60_000, stdio: ['inherit', 'pipe', 'inherit'] })
      : readFileSync(place, 'utf8')
    const password = text.trim()
    if (password !== '') return password
    throw new Failure('INVALID_INPUT', `${path} holds no password`)
  } catch (error) {
    if (error instanceof Failure) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new Failure('INVALID_INPUT', `the password of ansible-vault cannot be had from ${path}: ${reason}`)
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
