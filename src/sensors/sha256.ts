import { createHash } from 'node:crypto'

/** SHA-256 of some bytes (FIPS 180-4) in lower-case hexadecimal, as `sha256sum` prints it. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
