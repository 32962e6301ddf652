/** Does this name, by its look, belong to a value that must not be shown? */
export function isSecretName(name: string): boolean {
  return /pass|secret|token|private/i.test(name)
}

/** What stands in place of a value that must not be shown. */
export const hidden = '«secret»'
