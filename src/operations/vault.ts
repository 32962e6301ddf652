import { readTextFile } from '../config/files.ts'
import { problem } from '../config/problem.ts'
import { secretSources, type VaultPasswords } from '../config/secret-sources.ts'
import { encryptVault, isVault, readVault } from '../config/vault.ts'
import { InvalidInput } from '../model/failure.ts'

export { passwordsTold, type VaultPasswords } from '../config/secret-sources.ts'

/** Encrypts a text as ansible-vault does. Throws InvalidInput where it is encrypted already. */
export function encrypt(text: string, path: string, password: string, label: string | undefined): string {
  if (isVault(text))
    throw new InvalidInput([
      problem('secret-source', `${path} is encrypted already`, undefined, 'decrypt it first, or use rekey'),
    ])
  return encryptVault(
    Buffer.from(text),
    password,
    label === undefined || label === 'default' ? {} : { label },
  )
}

/** Decrypts the text of a file with whichever of the passwords does. Throws InvalidInput. */
export function decrypt(text: string, path: string, passwords: VaultPasswords): string {
  if (!isVault(text))
    throw new InvalidInput([problem('secret-source', `${path} is not encrypted with ansible-vault`)])
  return secretSources(passwords).decryptFile(text, path)
}

/** The text of a file, encrypted or not. Throws InvalidInput saying why it cannot be read. */
export function fileText(path: string): Promise<string> {
  return readTextFile(path)
}

/** The label under which a text is encrypted, where it has one. */
export function labelOf(text: string): string | undefined {
  return readVault(text)?.label
}
