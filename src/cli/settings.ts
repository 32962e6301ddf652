import type { AnsibleSettings } from '../operations/settings.ts'

let found: { readonly settings: AnsibleSettings } | { readonly error: unknown } = { settings: { notes: [] } }

/** Reads what ansible.cfg and the environment say, before a command is carried out; what is wrong shows where it is used. */
export async function loadSettings(): Promise<void> {
  const { ansibleSettings } = await import('../operations/settings.ts')
  try {
    found = { settings: ansibleSettings() }
  } catch (error) {
    found = { error }
  }
}

/** What ansible.cfg and the environment say; flags are stronger. Throws InvalidInput. */
export function settingsGiven(): AnsibleSettings {
  if ('error' in found) throw found.error
  return found.settings
}
