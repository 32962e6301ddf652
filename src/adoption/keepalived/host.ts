import type { Position, Remark } from '../position.ts'
import { type Blocks, type Deprecated, lastOf, type Statement } from './blocks.ts'
import { type Script, scriptsIn } from './scripts.ts'
import { readServer, type ServerReading } from './virtual-servers.ts'
import { type Instance, readInstance } from './vrrp.ts'

/** What the keepalived of one machine is told, sorted by what the inventory has words for. */
export interface KeepalivedHost {
  readonly routerId?: string
  readonly instances: readonly Instance[]
  /** `vrrp_sync_group`s that say nothing but which instances, by their names. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  readonly servers: readonly ServerReading[]
  /** `lvs_sync_daemon` of `global_defs`, and the instance that it follows, where it follows one. */
  readonly sync?: { readonly interface: string; readonly instance: string | undefined }
  /** Programs that it runs. */
  readonly scripts: readonly Script[]
  /** Programs whose user nobody says run as `keepalived_script`, and where there is none as root, unless scripts are guarded. */
  readonly runsAsRoot: boolean
  /** Everything else at the top. */
  readonly rest: readonly Statement[]
  readonly remarks: readonly Remark[]
}

/** Sorts the blocks of a configuration. What stands in `ignored` lines, keepalived itself has said that it does not know. */
export function readHost(
  blocks: Blocks,
  ignored: readonly Position[] = [],
  deprecated: readonly Deprecated[] = [],
): KeepalivedHost {
  const { statements: all, remarks } = blocks
  const unknown: Remark[] = []
  const statements = modern(without(all, ignored, unknown), deprecated)
  const globals = statements
    .filter(({ keyword }) => keyword === 'global_defs')
    .flatMap(({ block }) => block ?? [])
  const version = Number(lastOf(globals, 'vrrp_version')?.values[0]) === 3 ? 3 : 2
  const routerId = lastOf(globals, 'router_id')?.values[0]
  const daemon = lastOf(globals, 'lvs_sync_daemon')
  const [device, ...rest] = daemon?.values ?? []
  const instance = rest.length === 1 ? rest[0] : undefined
  // Of one instance, or of all: the number by which directors know each other's words is of no matter then.
  const isPlainSync = instance !== undefined || rest.length === 0 || (rest.length === 2 && rest[0] === 'id')
  const own = (keyword: string) => statements.filter((one) => one.keyword === keyword)
  const instances = own('vrrp_instance').map((one) => readInstance(one, version))
  const plain = own('vrrp_sync_group').filter(({ block = [] }) =>
    block.every(({ keyword }) => keyword === 'group' || keyword === 'sync_group_tracking_weight'),
  )
  const groups = plain.filter(({ block = [] }) => block.length > 0)
  const globalRest = globals.filter(
    ({ keyword }) =>
      !['router_id', 'enable_script_security', 'vrrp_version', 'vrrp_higher_prio_send_advert'].includes(
        keyword,
      ) && !(keyword === 'lvs_sync_daemon' && isPlainSync),
  )
  const [firstGlobal] = own('global_defs')
  const others = statements.filter(
    (one) =>
      !['global_defs', 'vrrp_instance', 'virtual_server'].includes(one.keyword) && !groups.includes(one),
  )
  return {
    ...(routerId === undefined ? {} : { routerId }),
    ...(isPlainSync && device ? { sync: { interface: device, instance } } : {}),
    instances,
    scripts: scriptsIn(statements),
    runsAsRoot: !lastOf(globals, 'enable_script_security', 'script_user'),
    groups: new Map(
      groups.map(({ values, block = [] }) => [
        values[0] ?? '',
        block
          .filter(({ keyword }) => keyword === 'group')
          .flatMap((one) => [
            ...one.values,
            ...(one.block ?? []).flatMap((line) => [line.keyword, ...line.values]),
          ]),
      ]),
    ),
    servers: own('virtual_server').map(readServer),
    rest: [
      ...(firstGlobal && globalRest.length > 0 ? [{ ...firstGlobal, comments: [], block: globalRest }] : []),
      ...others,
    ],
    remarks: [...remarks, ...unknown, ...instances.flatMap(ignoredWords)],
  }
}

const onlyAtTop = ['virtual_server', 'vrrp_instance', 'vrrp_script', 'vrrp_sync_group']

/** Leaves out what keepalived leaves out, and says so. */
function without(
  statements: readonly Statement[],
  ignored: readonly Position[],
  remarks: Remark[],
  inside?: string,
): readonly Statement[] {
  return statements.flatMap((statement) => {
    const { at, keyword, block } = statement
    if (inside === 'vrrp_instance' && onlyAtTop.includes(keyword)) {
      const message = `${keyword} stands inside of a vrrp_instance, where keepalived does not read it: a brace is missing before it`
      remarks.push({ message, at })
      return []
    }
    if (ignored.some(({ file, line }) => file === at.file && line === at.line)) {
      remarks.push({ message: `keepalived does not know ${keyword} here: left out`, at })
      return []
    }
    return block ? [{ ...statement, block: without(block, ignored, remarks, keyword) }] : [statement]
  })
}

/** In its words of today: those that it wants otherwise, it may refuse one day, and we do at once. */
function modern(statements: readonly Statement[], deprecated: readonly Deprecated[]): readonly Statement[] {
  if (deprecated.length === 0) return statements
  return statements.map((statement) => {
    const { at, raw, block } = statement
    const found = deprecated.find(({ file, line }) => file === at.file && line === at.line)
    const renamed = found
      ? { ...statement, keyword: found.instead, raw: raw.replace(/^\S+/, found.instead) }
      : statement
    return block ? { ...renamed, block: modern(block, deprecated) } : renamed
  })
}

function ignoredWords({ nopreempt, startsAsMaster, at, name }: Instance): readonly Remark[] {
  if (!nopreempt || !startsAsMaster) return []
  return [{ message: `nopreempt of ${name} is ignored by keepalived beside state MASTER`, at }]
}
