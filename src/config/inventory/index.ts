export { connectionOf } from './connections.ts'
export { inventoryDirectory } from './directory.ts'
export { groupNames, itself, saidOf } from './host-layers.ts'
export {
  type Assignment,
  hostsOf,
  type Inventory,
  type InventoryGroup,
  type InventoryHost,
  type Joined,
  type Level,
  levels,
  onlyHosts,
  type Variable,
  type Variables,
} from './inventory.ts'
export { type InventoryOptions, loadInventory } from './load.ts'
export { type ClusterMembers, clusterMembers } from './members.ts'
export { matchHosts, matchHostsSoFar, namesInPattern } from './patterns.ts'
export { staleInventory } from './stale.ts'
export {
  dynamicList,
  type Explanation,
  explanations,
  explanationText,
  graph,
  valuesOf,
} from './views.ts'
