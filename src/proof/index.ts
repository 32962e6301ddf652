export { type Extent, proveFailover } from './prove.ts'
export { type Configured, readTold } from './read.ts'
export { proofRules } from './rules.ts'
export {
  complaintsAbout,
  type Found,
  readingRules,
  ruleOf,
  type Written,
  writtenRules,
} from './written/index.ts'
