import type { Intent } from '../model/task.ts'
import type { ForeignUse } from './foreign/foreign-modules.ts'
import type { InventoryRequest, Machines } from './machines.ts'
import type { Question } from './playbook/prompts.ts'

/** The hosts of a run, and the machines around it. */
export type KnownHosts = Machines & Pick<Intent, 'hosts'>

/** What a run is to do, as a user names it. */
export interface IntentRequest extends InventoryRequest {
  readonly playbook: string
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  /** Where understudy's own roles and templates stand. */
  readonly packageRoot: string
  /** Modules that are none of ours are run as Ansible runs them; absent: they are refused. */
  readonly foreign?: ForeignUse | undefined
  /**
   * Is told which hosts the run is about as soon as these are known, before all that may be wrong has been found: whoever
   * connects to them meanwhile sends them nothing.
   */
  readonly onHosts?: ((known: KnownHosts) => void) | undefined
  /** Who answers `vars_prompt`; `later`: what is asked for is not known yet. */
  readonly ask?: ((question: Question) => Promise<string>) | 'later' | undefined
}
