import type { ForeignUse } from './foreign/foreign-modules.ts'
import type { InventoryRequest } from './machines.ts'
import type { Question } from './playbook/prompts.ts'

/** What a run is to do, as a user names it. */
export interface IntentRequest extends InventoryRequest {
  readonly playbook: string
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  /** Where understudy's own roles and templates stand. */
  readonly packageRoot: string
  /** Modules that are none of ours are run as Ansible runs them; absent: they are refused. */
  readonly foreign?: ForeignUse | undefined
  /** Who answers `vars_prompt`; `later`: what is asked for is not known yet. */
  readonly ask?: ((question: Question) => Promise<string>) | 'later' | undefined
}
