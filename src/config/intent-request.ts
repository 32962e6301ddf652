import type { InventoryRequest } from './machines.ts'

/** What a run is to do, as a user names it. */
export interface IntentRequest extends InventoryRequest {
  readonly playbook: string
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  /** Where understudy's own roles and templates stand. */
  readonly packageRoot: string
}
