export { type Extent, proveFailover } from './prove.ts'
export type { Configured } from './read.ts'
export { proofRules } from './rules.ts'
