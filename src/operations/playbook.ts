import {
  type ForeignUse,
  type IntentRequest,
  type LoadedIntent,
  loadIntent,
  type Question,
} from '../config/index.ts'
import { type InventoryOptions, secretTeller } from './options.ts'
import { packageRoot } from './places.ts'

/** Which tasks are meant for which hosts. */
export interface PlaybookOptions extends InventoryOptions {
  /** The playbook; the one that comes with understudy, for whole clusters, where none is named. */
  readonly playbook?: string
  /** Only tasks with one of these tags. */
  readonly tags?: readonly string[]
  /** No tasks with one of these tags. */
  readonly skipTags?: readonly string[]
  /**
   * Modules of Ansible that are none of ours are run by the Python of the hosts; the ansible-core of this computer makes of
   * them what is sent there. Without it they are refused.
   */
  readonly foreignModules?: boolean | undefined
  /** Answers what the playbook asks for with `vars_prompt`; without it that has its default, or is missing. */
  readonly ask?: ((question: Question) => Promise<string>) | undefined
}

/** Reads everything that a playbook and its inventory say, before any host is asked; `onHosts` is told of the hosts. Throws InvalidInput. */
export function loadPlaybook(
  options: PlaybookOptions & { readonly become?: boolean },
  use: ForeignUse,
  onHosts?: IntentRequest['onHosts'],
): Promise<LoadedIntent> {
  return loadIntent({ ...requestOf(options, use), onHosts })
}

/** A request for what these options name. */
export function requestOf(
  options: PlaybookOptions & { readonly become?: boolean },
  use: ForeignUse = 'asked',
): IntentRequest {
  return {
    inventory: options.inventory,
    playbook: options.playbook ?? `${packageRoot}playbooks/site.yaml`,
    limit: options.limit,
    tags: options.tags ?? [],
    skipTags: options.skipTags ?? [],
    extraVars: options.extraVars ?? [],
    vaultPasswords: options.vaultPasswords,
    given: options.given,
    become: options.become,
    settings: options.settings,
    packageRoot,
    ask: options.ask,
    foreign: options.foreignModules ? use : undefined,
    onSecret: secretTeller(options),
  }
}
