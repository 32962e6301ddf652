import { Document, isMap, Scalar } from 'yaml'
import type { Adoption } from './combine.ts'
import type { AdoptedHost } from './hosts.ts'
import { placeOf, type Remark } from './position.ts'

/** What was read, and on which machines, and how they are connected to. */
export interface ReadFrom {
  /** Files by the names of the machines. */
  readonly files: ReadonlyMap<string, readonly string[]>
  /** Variables of each host that say how it is reached. */
  readonly connections: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  /** Variables for all. */
  readonly vars: Readonly<Record<string, unknown>>
}

/** The inventory of an adopted cluster, as YAML with comments that say what was read where. */
export function inventoryText(adoption: Adoption, { files, connections, vars }: ReadFrom): string {
  const { cluster, directors, realservers, remarks, contradictions } = adoption
  const hosts = (list: readonly AdoptedHost[]) =>
    Object.fromEntries(
      list.map(({ name, connection, part, words }) => [
        name,
        {
          ...(connection === name ? {} : { ansible_host: connection }),
          ...connections.get(name),
          ...(Object.keys(words).length > 0 ? { [part]: words } : {}),
        },
      ]),
    )
  const document = new Document({
    all: {
      vars: { ...vars, cluster },
      children: {
        directors: { hosts: hosts(directors) },
        ...(realservers.length > 0
          ? { realservers: { hosts: hosts(realservers), ...childrenOf(realservers) } }
          : {}),
      },
    },
  })
  document.commentBefore = comment([
    'Written by `understudy adopt`: what these machines were told by hand, in the words of docs/inventory.md.',
    'What has no word stands verbatim in extra, passwords of VRRP included: keep this file to yourself.',
    '',
    'Read were:',
    ...[...files].flatMap(([host, paths]) => paths.map((path) => `  ${host}:${path}`)),
    ...section(
      'The machines contradict each other; what is written here is what the first of the two says:',
      contradictions,
    ),
    ...section('Worth a look:', remarks),
  ])
  asBlocks(document)
  return document.toString({ lineWidth: 0 })
}

/** Groups of some of the hosts, each of which is described once. */
function childrenOf(list: readonly AdoptedHost[]): object {
  const names = [...new Set(list.flatMap(({ groups }) => groups))]
  if (names.length === 0) return {}
  const membersOf = (group: string) =>
    Object.fromEntries(list.filter(({ groups }) => groups.includes(group)).map(({ name }) => [name, null]))
  return { children: Object.fromEntries(names.map((group) => [group, { hosts: membersOf(group) }])) }
}

function section(heading: string, remarks: readonly Remark[]): readonly string[] {
  if (remarks.length === 0) return []
  return ['', heading, ...remarks.map((remark) => `  ${said(remark)}`)]
}

/** A remark with its place. */
export function said(remark: Remark): string {
  const place = placeOf(remark)
  return place === '' ? remark.message : `${place}: ${remark.message}`
}

const comment = (lines: readonly string[]) => lines.map((line) => (line === '' ? '' : ` ${line}`)).join('\n')

/** Lines of configuration files are read as lines; what is short stands on one line. */
function asBlocks(document: Document): void {
  const visit = (node: unknown): void => {
    if (!isMap(node)) return
    for (const { key, value } of node.items) {
      const name = key instanceof Scalar ? key.value : key
      if (value instanceof Scalar && typeof value.value === 'string' && value.value.includes('\n'))
        value.type = 'BLOCK_LITERAL'
      if (isMap(value)) {
        if (name === 'check' || name === 'director' || name === 'realserver' || name === 'vrrp')
          value.flow = true
        visit(value)
      } else if (value && typeof value === 'object' && 'items' in value)
        for (const item of (value as { items: readonly unknown[] }).items) visit(item)
    }
  }
  visit(document.contents)
}
