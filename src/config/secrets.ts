import { isCommon } from '../model/marked.ts'
import { asSecret, type Scalar, type Sourced, type SourcedEntry } from '../model/sourced.ts'
import { isTemplate } from './expressions/text.ts'
import type { Inventory } from './inventory/inventory.ts'
import { isSecretName, passwordsIn } from './secrecy.ts'

/** Texts of an inventory that must not be shown: what sources of secrets told, and values whose names say so. */
export function secretsOf(inventory: Inventory): ReadonlySet<string> {
  const secrets = new Set<string>()
  for (const { variables } of inventory.hosts.values())
    for (const [name, { value }] of variables) collectSecrets(name, value, secrets)
  return secrets
}

/** Adds every secret text beneath `value`, which stands under `name`. */
export function collectSecrets(name: string, value: Sourced, secrets: Set<string>): void {
  const secret = isSecretName(name) && !isPath(name)
  if ('entries' in value)
    for (const [key, entry] of value.entries)
      collectSecrets(secret && !isPath(key) ? name : key, entry.value, secrets)
  else if ('items' in value) for (const item of value.items) collectSecrets(name, item, secrets)
  else if (typeof value.scalar === 'string' || typeof value.scalar === 'number') {
    const text = String(value.scalar)
    for (const password of passwordsIn(text)) secrets.add(password)
    if (!secret && !value.secret) return
    // An expression is no secret itself; what it stands for has a name of its own.
    if (text !== '' && (value.literal || !isTemplate(text))) secrets.add(text)
  }
}

/** The same value, with what is secret by its name marked as such, so that what is made of it is known to be. */
export function secretByName(name: string, value: Sourced): Sourced {
  if (isSecretName(name) && !isPath(name)) return asSecret(value, isTelling)
  if (!('entries' in value)) return value
  const entries = [...value.entries].map(([key, entry]): readonly [string, SourcedEntry] => [
    key,
    { ...entry, value: secretByName(key, entry.value) },
  ])
  return { ...value, entries: new Map(entries) }
}

/** A name may say `password` of what is said about passwords: how long they are, whether there are any. */
function isTelling(scalar: Scalar): boolean {
  return (typeof scalar === 'string' || typeof scalar === 'number') && !isCommon(String(scalar))
}

/** Where a secret lies is none. */
function isPath(name: string): boolean {
  return /_?(file|path|dir|directory)$/i.test(name)
}
