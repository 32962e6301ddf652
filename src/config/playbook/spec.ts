import type { Origin } from '../../model/origin.ts'
import type { Sourced } from '../../model/sourced.ts'
import type { Kind } from '../../resources/bind.ts'
import type { Flag } from './flags.ts'

/** A role as one play uses it. */
export interface Role {
  readonly name: string
  readonly directory: string
  /** Weakest of all variables. */
  readonly defaults?: Sourced
  /** Stronger than those of the play. */
  readonly vars?: Sourced
  /** What stands under `vars` where it is used: weaker than its own. */
  readonly said?: Sourced
  /** What stands beside its name where it is used: stronger than what tasks keep. */
  readonly params?: Sourced
  /** Roles that brought it in, outermost first: it has their variables. */
  readonly parents: readonly Role[]
  /** Roles it depends on, and those they depend on, in the order in which they come: it has their variables as well. */
  readonly dependencies: readonly Role[]
}

/** What tasks inherit from the play, role and blocks around them; later entries of lists are nearer. */
export interface Inherited {
  readonly conditions: readonly Sourced[]
  readonly tags: readonly string[]
  readonly vars: readonly Sourced[]
  /** Those of them that come from includes around: stronger than what tasks keep. */
  readonly params: readonly Sourced[]
  readonly environment: readonly Sourced[]
  readonly become: Flag
  readonly becomeUser?: Sourced
  readonly noLog: Flag
  readonly ignoreErrors: Flag
  readonly ignoreUnreachable: Flag
  /** Where it fails, no host goes beyond it; absent: as the play says of all its tasks. */
  readonly fatal?: Flag
  /** It runs on the first host of the wave alone, and for all of them. */
  readonly runOnce: Flag
  /** The host it is brought about on, where that is another one. */
  readonly delegateTo?: Sourced
  /** What it tells of facts and variables is that host's. */
  readonly delegateFacts?: Flag
  /** Differences are shown; absent: yes. */
  readonly diff?: Flag
  /** It is planned and never made. */
  readonly checkMode?: Flag
  /** What it says of how its host is reached, by keyword: nothing else than what holds for the host anyway. */
  readonly reaching: ReadonlyMap<string, Sourced>
  /** Seconds after which it is ended, and has failed. */
  readonly timeout?: Sourced
  /** Hosts on which it is made at the same time. */
  readonly throttle?: Sourced
  /** Values for the options of modules, by the names of these; the nearest last. */
  readonly moduleDefaults: readonly Sourced[]
  /** Handlers to run where something changes. */
  readonly notify: readonly Sourced[]
  /** As a handler: what it listens to beside its name. */
  readonly listen: readonly Sourced[]
  readonly role?: Role
  /** Where names of modules without that of a collection are looked for, too. */
  readonly collections: readonly string[]
}

/** Repeats a task for each item of a list. */
export interface Loop {
  readonly items: Sourced
  /** The word it is written with: `loop`, or `with_dict` and its like. */
  readonly word: string
  readonly variable: string
  /** Name under which the task knows the number of the item. */
  readonly index?: string
  /** The task knows about the loop itself under `ansible_loop`, with all its items or without. */
  readonly extended?: 'with all items' | 'without them'
  /** Seconds between two items. */
  readonly pause?: Sourced
}

/** What a task says of its own result. */
export interface ResultWords {
  readonly changedWhen?: readonly Sourced[]
  readonly failedWhen?: readonly Sourced[]
  readonly until?: readonly Sourced[]
  readonly retries?: Sourced
  /** Seconds that it may take, and how often it is looked after: 0 leaves it alone. */
  readonly async?: Sourced
  readonly poll?: Sourced
  readonly delay?: Sourced
}

/** One task as written, with all it inherits, before any host is looked at. */
export interface TaskSpec extends Inherited, ResultWords {
  readonly name?: Sourced
  readonly origin: Origin
  readonly kind: Kind
  /** A mapping wherever the kind can be given as one. */
  readonly parameters: Sourced
  readonly loop?: Loop
  readonly register?: string
  /** Folders where files and templates are looked for, nearest first. */
  readonly playbookDirectory: string
}

/** Tasks with others that run where one of them fails, and others that run in any case. */
export interface BlockSpec extends Inherited {
  readonly is: 'block'
  readonly name?: Sourced
  readonly origin: Origin
  readonly tasks: readonly Entry[]
  readonly rescue?: readonly Entry[]
  readonly always?: readonly Entry[]
  /** It is a role, which a task of it may end. */
  readonly isRole?: true
}

/** What tasks of another file or role come to, once its name is known. */
export interface Included {
  readonly tasks: readonly Entry[]
  readonly handlers: readonly Entry[]
}

/** Tasks that are brought in when their turn comes. */
export interface IncludeSpec extends Inherited {
  readonly is: 'include'
  readonly name?: Sourced
  readonly origin: Origin
  readonly loop?: Loop
  readonly register?: string
  /** The name of the file or role, which may be computed. */
  readonly named: Sourced
  /** Reads it; throws InvalidInput. */
  load(name: Sourced): Included
}

/** What the run itself does: `set_fact`, `debug` and their like. */
export interface ControlSpec extends Inherited, ResultWords {
  readonly is: 'control'
  readonly name?: Sourced
  readonly origin: Origin
  readonly word: string
  readonly parameters: Sourced
  readonly loop?: Loop
  readonly register?: string
  readonly playbookDirectory: string
  /** The directory of the file it stands in. */
  readonly directory: string
  /** Names to which the file that it brings in may give a value. */
  readonly foreseen?: readonly string[]
  /** Reads a file of variables; throws InvalidInput. */
  readVariables(path: string): Sourced | undefined
}

/** One entry of a list of tasks. */
export type Entry = TaskSpec | BlockSpec | IncludeSpec | ControlSpec

/** A file of variables of a play: read already, or found for each host when its name can be computed. */
export type VarsFile =
  | Sourced
  | {
      /** The first of these that is there is taken. */
      readonly alternatives: readonly Sourced[]
      /** Reads the one of that name; nothing where it is not there. Throws InvalidInput. */
      load(name: string): Sourced | undefined
      /** Names to which it may give a value, whichever file it turns out to be. */
      readonly foreseen: ReadonlySet<string> | 'any'
    }

/** One play as written. */
export interface PlaySpec {
  readonly name: string
  readonly origin: Origin
  readonly hosts: Sourced
  readonly order?: Order
  /** Sizes of waves in hosts or, with `%`, in shares of all; the last one repeats. */
  readonly serial?: readonly Sourced[]
  /** Services before which, as long as none of them runs on any host, all waves are one. */
  readonly serialOnceRuns?: readonly string[]
  /** Users of its clusters are kept from feeling it, wave by wave. */
  readonly rolling?: true
  readonly become: Flag
  readonly vars: readonly Sourced[]
  /** Its files of variables, later ones stronger. */
  readonly files?: readonly VarsFile[]
  readonly tasks: readonly Entry[]
  readonly handlers?: readonly Entry[]
  readonly forceHandlers?: boolean
  /** Roles whose variables the whole play can read. */
  readonly exposed?: readonly Role[]
  /** What it says of how its hosts are reached, by the names of the variables that say the same. */
  readonly connecting?: ReadonlyMap<string, Sourced>
  /** Names of groups into which its tasks put hosts, as they are written. */
  readonly grouping?: readonly string[]
  /** What the tasks need that it brings in. */
  readonly brings?: ReadonlySet<'become' | 'computed names' | 'delegation'>
  /** A host that fails ends the run for all. */
  readonly anyErrorsFatal?: Flag
  /** Share of a wave in percent that may fail. */
  readonly mayFail?: number
}

/** In which order hosts of a play come. */
export type Order = 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle'
