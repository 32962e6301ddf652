import { InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { problemInText } from '../problem.ts'
import { parseYaml, type YamlSurroundings } from '../yaml.ts'
import type { Given } from './draft.ts'
import { shellWords } from './shell-words.ts'
import { readVars } from './vars-files.ts'

/** The variables one `-e` gives: `name=value …` (always text), YAML or JSON text, or `@file`. Throws InvalidInput. */
export async function readExtraVars(text: string, surroundings: YamlSurroundings): Promise<readonly Given[]> {
  const content = text.trim()
  if (content === '') return []
  if (content.startsWith('@')) return readVars(content.slice(1), surroundings)
  if (/^([{[]|\w+:(\s|$))/.test(content)) return fromYaml(text, surroundings)
  const { words, unclosed } = shellWords(text, false)
  const originOf = (column: number): Origin => ({ file: '-e', line: 1, col: column })
  const next = `write name=value, with quotes around a value with spaces, or @file`
  if (unclosed !== undefined)
    throw new InvalidInput([
      problemInText('inventory-extra-vars', text, originOf(unclosed), 'this quote is never closed', next),
    ])
  return words.map(({ text: word, columns }) => {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? []
    const column = columns[0] ?? 1
    if (name === undefined)
      throw new InvalidInput([
        problemInText(
          'inventory-extra-vars',
          text,
          originOf(column),
          `expected name=value, found ${quoted(word)}`,
          next,
        ),
      ])
    const origin = originOf(columns[name.length + 1] ?? (columns.at(-1) ?? column) + 1)
    return { name, key: originOf(column), value: { origin, scalar: value } }
  })
}

function fromYaml(text: string, surroundings: YamlSurroundings): readonly Given[] {
  const sourced = parseYaml(text, '-e', surroundings)
  if ('entries' in sourced)
    return [...sourced.entries].map(([name, { key, value }]) => ({ name, key, value }))
  throw new InvalidInput([
    problemInText(
      'inventory-extra-vars',
      text,
      sourced.origin,
      'expected variables, found a list',
      'write {"name": value}',
    ),
  ])
}
