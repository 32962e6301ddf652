import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Where the first of the inventories stands, or is. */
export function inventoryDirectory([first = '.']: readonly string[]): string {
  return resolve(statSync(first, { throwIfNoEntry: false })?.isDirectory() ? first : dirname(first))
}
