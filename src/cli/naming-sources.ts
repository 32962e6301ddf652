import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../operations/places.ts'

const place = /((?:file:\/\/|\/)[^\s()]+?\.c?js):(\d+):(\d+)/g

/**
 * A stack trace that names the sources (`src/engine/plan.ts:12:3`) instead of the files that were made of them, as far as
 * a map lies beside those; what none explains stays as it is.
 */
export function namingSources(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>()
  return stack.replace(place, (whole, file: string, line: string, column: string) => {
    const path = file.startsWith('file:') ? fileURLToPath(file) : file
    if (!maps.has(path)) maps.set(path, mapOf(path))
    const entry = maps.get(path)?.findEntry(Number(line) - 1, Number(column) - 1)
    if (!entry || !('originalSource' in entry)) return whole
    const source = relative(packageRoot, resolve(path, '..', entry.originalSource))
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  })
}

function mapOf(path: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')))
  } catch {
    return undefined
  }
}
