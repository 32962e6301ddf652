import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageRoot } from './places.ts'

/**
 * The first line of a file, by which editors find its schema. The schema is named where this package lies and not
 * relative to the file, which may be moved; as an address, because editors end a bare path at its first blank.
 */
export function schemaLine(of: 'inventory' | 'playbook'): string {
  const schema = pathToFileURL(join(packageRoot, 'schemas', `${of}.schema.json`))
  return `# yaml-language-server: $schema=${schema}\n`
}
