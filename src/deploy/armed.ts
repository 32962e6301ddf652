/** A signal that never comes: what puts things back is not to be kept from it. */
export const never: AbortSignal = new AbortController().signal

/** What a director is armed with for the sake of a host: the same each time, so that the later one knows what the one before has left. */
export function armedAs(what: 'deploy' | 'rolling', host: string): string {
  return `${what}-${host.replaceAll(/[^A-Za-z0-9_.-]/g, '-')}`
}
