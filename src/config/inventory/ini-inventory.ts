import { InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { commentsInIni } from '../meant.ts'
import { problemInText } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { addHost, collecting, type Draft, type DraftGroup, type Given, groupOf } from './draft.ts'
import { wrongGroupName } from './group-names.ts'
import { expandHosts, isIpv6 } from './host-names.ts'
import { pythonLiteral } from './python-literal.ts'
import { shellWords, type Word } from './shell-words.ts'

const sections = ['hosts', 'vars', 'children']

/** One line, and the section it stands in. */
interface Line {
  readonly text: string
  readonly group: DraftGroup
  readonly section: string
  readonly originOf: (index: number) => Origin
  readonly wrong: (column: number, message: string, next: string) => InvalidInput
}

/** Adds what an INI inventory says. */
export async function readIniInventory(draft: Draft, text: string, file: string): Promise<void> {
  const { warn } = draft
  if (warn.meant) for (const comment of commentsInIni(text, file)) warn.meant(comment)
  const top: Origin = { file, line: 1, col: 1 }
  let state: { readonly group: DraftGroup; readonly section: string } | undefined = {
    group: groupOf(draft, 'ungrouped', top),
    section: 'hosts',
  }
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const content = line.trim()
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue
    const originOf = (at: number): Origin => ({ file, line: index + 1, col: at + 1 })
    const wrong = (column: number, message: string, next: string) =>
      new InvalidInput([problemInText('inventory-ini', text, originOf(column - 1), message, next)])
    const from = line.length - line.trimStart().length
    if (isHeading(content))
      state = await collecting(draft.problems, () => section(draft, content, from, originOf, wrong))
    else if (state) {
      const at: Line = { ...state, text: line.trimEnd(), originOf, wrong }
      await collecting(draft.problems, () => readLine(draft, at, from))
    }
  }
}

/** A range or a bracketed IPv6 address may start a host line too. */
function isHeading(content: string): boolean {
  const [, inside] = /^\[([^\]]*)(?:\]\s*(?:[#;].*)?)?$/.exec(content) ?? []
  return inside !== undefined && !isIpv6(inside)
}

function section(
  draft: Draft,
  content: string,
  from: number,
  originOf: Line['originOf'],
  wrong: Line['wrong'],
): { readonly group: DraftGroup; readonly section: string } {
  const [, name, kind = 'hosts'] = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:[#;].*)?$/.exec(content) ?? []
  if (name === undefined)
    throw wrong(from + 1, 'this heading cannot be read', 'write [group], [group:vars] or [group:children]')
  if (!sections.includes(kind))
    throw wrong(
      from + name.length + 3,
      `unknown kind of section ${quoted(kind)}`,
      suggestion(kind, sections) ?? '',
    )
  const origin = originOf(from + 1)
  const bad = wrongGroupName(name, origin)
  if (bad) throw new InvalidInput([bad])
  const group = groupOf(draft, name, origin)
  if (kind !== 'vars') group.defined = true
  else if (!group.defined) draft.needed.push({ name, origin, by: `[${name}:vars]` })
  return { group, section: kind }
}

function readLine(draft: Draft, line: Line, from: number): void {
  if (line.section === 'vars') line.group.variables.push(variableLine(line, from))
  else if (line.section === 'children') {
    const [, name] = /^\s*([^:\]\s]+)\s*(?:#.*)?$/.exec(line.text) ?? []
    if (name === undefined)
      throw line.wrong(from + 1, 'expected the name of one group', 'write one group per line')
    const origin = line.originOf(from)
    if (!line.group.children.has(name)) line.group.children.set(name, origin)
    if (!draft.groups.get(name)?.defined)
      draft.needed.push({ name, origin, by: `[${line.group.name}:children]` })
  } else hostLine(draft, line)
}

function variableLine(line: Line, from: number): Given {
  const equals = line.text.indexOf('=')
  const name = line.text.slice(0, equals).trim()
  if (equals === -1 || name === '')
    throw line.wrong(from + 1, 'expected name=value', 'write one variable per line, with "=" after its name')
  const rest = line.text.slice(equals + 1)
  const start = equals + 1 + rest.length - rest.trimStart().length
  const value = pythonLiteral({ text: rest.trim(), originOf: (index) => line.originOf(start + index) })
  return { name, key: line.originOf(from), value }
}

function hostLine(draft: Draft, line: Line): void {
  const { words, unclosed, cut } = shellWords(line.text, true)
  if (unclosed !== undefined)
    throw line.wrong(unclosed, 'this quote is never closed', 'close it on the same line')
  if (cut !== undefined)
    draft.warn(
      'inventory-ini-comment',
      'everything from this # on is a comment: quote the value if it is part of it',
      line.originOf(cut - 1),
    )
  const [host, ...pairs] = words
  if (!host) return
  const origin = line.originOf((host.columns[0] ?? 1) - 1)
  if (/^[\w.-]+=/.test(host.text))
    throw line.wrong(
      origin.col,
      'expected a host, found a variable',
      'put variables under a heading [group:vars], or after a host on its line',
    )
  if (/^[^[\]]+:$/.test(host.text) && !/::$/.test(host.text))
    throw line.wrong(
      origin.col,
      'this looks like YAML in an INI inventory',
      'name the file *.yaml, or remove the ":"',
    )
  const named = expandHosts(host.text, origin)
  const given: Given[] = []
  if (named.port !== undefined)
    given.push({ name: 'ansible_port', key: origin, value: { origin, scalar: named.port } })
  for (const pair of pairs) {
    const assigned = pairOf(pair, line)
    if (given.some(({ name, key }) => name === assigned.name && key !== origin))
      throw line.wrong(assigned.key.col, `${assigned.name} is given twice on this line`, 'remove one')
    given.push(assigned)
  }
  for (const name of named.names) addHost(draft, line.group, name, origin).variables.push(...given)
}

function pairOf(word: Word, line: Line): Given {
  const column = word.columns[0] ?? 1
  const equals = word.text.indexOf('=')
  if (equals < 1)
    throw line.wrong(
      column,
      `expected name=value, found ${quoted(word.text)}`,
      'quote values with spaces: name="a b"; one host per line',
    )
  const last = (word.columns.at(-1) ?? column) - 1
  const originOf = (index: number) => line.originOf((word.columns[equals + 1 + index] ?? last + 2) - 1)
  const value = pythonLiteral({ text: word.text.slice(equals + 1), originOf })
  return { name: word.text.slice(0, equals), key: line.originOf(column - 1), value }
}
