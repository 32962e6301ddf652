import { readBlocks, type Statement } from './blocks.ts'
import { type Instance, readInstance } from './vrrp.ts'

/** The blocks of a keepalived.conf that stands in one file. */
export function statementsIn(text: string): readonly Statement[] {
  return blocksIn(text).statements
}

/** Patterns of further files that it includes. */
export function includedBy(text: string): readonly string[] {
  return blocksIn(text).wanted
}

/** Its instances. */
export function instancesIn(text: string): readonly Instance[] {
  const statements = statementsIn(text)
  const globals = statements.filter(({ keyword }) => keyword === 'global_defs')
  const said = globals
    .flatMap(({ block = [] }) => block)
    .findLast(({ keyword }) => keyword === 'vrrp_version')
  const version = said?.values[0] === '3' ? 3 : 2
  return statements
    .filter(({ keyword }) => keyword === 'vrrp_instance')
    .map((statement) => readInstance(statement, version))
}

function blocksIn(text: string): ReturnType<typeof readBlocks> {
  return readBlocks({ main: { path: '', text }, includes: new Map(), configId: '' })
}
