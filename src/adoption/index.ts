export { combine } from './combine.ts'
export { readSections } from './haproxy/sections.ts'
export type { AdoptedDirector, AdoptedHost, KnownMachine } from './hosts.ts'
export { inventoryText, said } from './inventory-text.ts'
export { lastOf, readBlocks, type Statement } from './keepalived/blocks.ts'
export { addressIn, isLiteral, type SaidAddress, saidAddresses } from './keepalived/family.ts'
export { type KeepalivedHost, readHost } from './keepalived/host.ts'
export { includedBy, instancesIn, statementsIn } from './keepalived/instances.ts'
export { commentStart } from './keepalived/lines.ts'
export { countingBytes, type Instance, readInstance } from './keepalived/vrrp.ts'
export { type Directive, flattened, readNginx } from './nginx/blocks.ts'
export type { Includes, Position, Remark, SourceFile } from './position.ts'
export {
  type Asker,
  heldByAll,
  type ReadDirector,
  readDirector,
  realserverBy,
  realserverRemarks,
} from './reading.ts'
