import { join, relative, sep } from 'node:path'
import type { Plugin } from 'vitest/config'

const root = join(import.meta.dirname, '..')
const sources = join(root, 'src') + sep
/** Of the command there is nothing but the bundle, of which tests cannot import parts. */
const command = join(sources, 'cli') + sep

/** What the compiler wrote, which Node reads as it is. */
export const built = /\/dist\//

/**
 * Takes what the compiler has just written of `src` in place of the sources themselves: in a run of all tests each of a
 * dozen processes would have them translated anew.
 */
export function justBuilt(): Plugin {
  return {
    name: 'just-built',
    enforce: 'pre',
    resolveId(id, importer) {
      if (!importer || !/^\.\.?\/.*\.ts$/.test(id)) return null
      const path = join(importer, '..', id)
      if (!path.startsWith(sources) || path.startsWith(command)) return null
      return join(root, 'dist', relative(sources, path).replace(/\.ts$/, '.js'))
    },
  }
}
