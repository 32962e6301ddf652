export { type AdHocRequest, type IntentRequest, type LoadedIntent, loadAdHoc, loadIntent } from './intent.ts'
export { type InventoryRequest, loadMachines, type Machines, sourcesFor } from './machines.ts'
export { type AnsibleSettings, readSettings } from './settings/read.ts'
