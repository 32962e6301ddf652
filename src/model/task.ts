import type { DetailName } from './details.ts'
import type { Facts } from './facts.ts'
import type { Host } from './host.ts'
import type { Origin } from './origin.ts'
import type { Registered, Resource } from './resource.ts'
import type { Warning } from './rule.ts'

/** What is known of the machines at a moment of the run. */
export interface Knowledge {
  /** Facts of every host inspected so far, by host name. */
  readonly facts: ReadonlyMap<string, Facts>
  /** Results kept by `register` on the host in question. */
  readonly registered: ReadonlyMap<string, Registered>
  /** Variables that earlier tasks gave this host, such as by `set_fact`. */
  readonly assigned?: ReadonlyMap<string, () => unknown>
  /** Variables of files that earlier tasks brought in: weaker than `assigned`, whichever came first. */
  readonly included?: ReadonlyMap<string, () => unknown>
  /** Those of `assigned` that count as facts as well. */
  readonly cached?: ReadonlyMap<string, () => unknown>
  /** What its tasks told other hosts, by the names of these: variables of theirs that the host itself does not have. */
  readonly told?: ReadonlyMap<string, Told>
  /**
   * What another host of the run knew when it stood where this one stands; nothing of one that takes no part in the run.
   * Absent: nobody can tell yet.
   */
  readonly others?: (host: string) => Knowledge | undefined
  /** Names that earlier tasks are going to give a value; absent: any that a task of the run may give one. */
  readonly coming?: ReadonlySet<string>
}

/** Variables that a host has of the tasks of another, and those of them that are facts. */
export interface Told {
  readonly values: ReadonlyMap<string, () => unknown>
  /** Those of files: weaker than the others. */
  readonly included: ReadonlyMap<string, () => unknown>
  readonly facts: ReadonlyMap<string, () => unknown>
}

/** Thrown inside `expand` by values that wait for the facts of a host; never leaves it. */
export class NeedsFacts extends Error {
  readonly host: string
  /** What is asked for only when a task reads it. */
  readonly detail: DetailName | undefined

  constructor(host: string, detail?: DetailName) {
    super(`the facts of ${host} are not known yet`)
    this.host = host
    this.detail = detail
  }
}

/** What a run does by itself, without asking or changing a host. */
export type Control =
  | {
      readonly is: 'say'
      readonly text: string
      /** The same for those who read the result, under the names that Ansible gives to it. */
      readonly told?: Registered['found']
    }
  | {
      readonly is: 'assign'
      readonly values: ReadonlyMap<string, () => unknown>
      /** They come from a file, or are to count as facts as well. */
      readonly as?: 'included' | 'facts'
      /** The host that has them, where that is not the task's own. */
      readonly to?: string
    }
  | { readonly is: 'fail'; readonly message: string }
  /** Handlers that were notified run now. */
  | { readonly is: 'flush' }
  /** What follows is left out on this host: the rest of the role, or of the play; of `all`: also in waves to come. */
  | { readonly is: 'end'; readonly of: 'role' | 'play' | 'all' }
  /** Hosts of the wave that failed before take part again from the next play on. */
  | { readonly is: 'forgive' }

/** One item of a loop, and which of the task's resources it came to, if any. */
export interface Looped {
  readonly item: NonNullable<Registered['item']>
  readonly resource?: number
}

/** What one task means on one host, given what is known. */
export type Expansion =
  | { readonly is: 'skipped'; readonly items?: readonly Looped[] }
  | { readonly is: 'ready'; readonly resources: readonly Resource[]; readonly items?: readonly Looped[] }
  /** Cannot be decided yet. `resources` are those it may turn out to be, so that they can be inspected already. */
  | {
      readonly is: 'waiting'
      readonly on:
        | { readonly facts: string; readonly detail?: DetailName }
        | { readonly register: string }
        | { readonly account: string }
        /** What earlier tasks do to this computer. */
        | { readonly turn: true }
      readonly resources: readonly Resource[]
    }
  /** Other tasks: `rescue` where one of them fails, `always` in any case. */
  | {
      readonly is: 'tasks'
      readonly tasks: readonly Task[]
      readonly rescue?: readonly Task[]
      readonly always?: readonly Task[]
      /** Handlers that can be notified from now on. */
      readonly handlers?: readonly Handler[]
      /** They are a role: what ends it goes on behind them. */
      readonly role?: true
    }
  | {
      readonly is: 'control'
      readonly controls: readonly Control[]
      /** What comes of it, as far as the task decides that. */
      readonly result: Registered
    }

/** What a task says of itself where that is computed, or what it waits for. */
export type Decision =
  | ({ readonly is: 'decided' } & Pick<Task, 'once' | 'fatal' | 'ignoreErrors' | 'ignoreUnreachable'>)
  | Extract<Expansion, { is: 'waiting' }>

/** One entry of a play for one host. */
export interface Task {
  readonly title: string
  readonly origin: Origin
  /** What tasks under `rescue` can read of it. Reading it may throw what `expand` throws. */
  readonly told?: (known: Knowledge) => unknown
  expand(known: Knowledge): Expansion
  /** Lets go of what it keeps so that nothing is computed twice: it is computed again when it is asked for. */
  forget?(): void
  /** Name under which the result is kept for later `when` and templates. */
  readonly register?: string
  /** Names of variables it gives a value. */
  readonly assigns?: readonly string[]
  /** Of these, it finds the values on the host: they are facts. */
  readonly gathers?: true | 'any names'
  /** Later tasks rest on what was decided and came of it: that stays, whatever the host says afterwards. */
  readonly remembered?: true
  /** It runs on one host of the wave, and what comes of it is that of all. */
  readonly once?: true
  /** It rests on what earlier tasks have done, also where these change nothing on its host. */
  readonly inTurn?: true
  /** It may end the play for all: what a host would decide itself tells what is to be expected. */
  readonly mayEndAll?: true
  /** Where it fails, no other host goes beyond it; `false`: even where the play says that of all its tasks. */
  readonly fatal?: boolean
  /** Its failure does not end anything. */
  readonly ignoreErrors?: boolean
  /** That the host cannot be reached does not end anything. */
  readonly ignoreUnreachable?: boolean
  /** Says these of it where they are computed. Throws what `expand` throws. */
  decide?(known: Knowledge): Decision
  /** All hosts of the wave come so far before it, and none goes beyond it before it is over. */
  readonly pauses?: true
  /** Handlers to run where it changes something. Throws what `expand` throws. */
  notifies?(known: Knowledge): readonly string[]
}

/** A task that runs where others notify it. */
export interface Handler {
  /** By which a host remembers across runs that it was notified. */
  readonly id: string
  readonly task: Task
  /** What it can be notified by: its name, also behind that of its role. */
  readonly names: readonly string[]
  /** What it listens to, beside others. */
  readonly topics: readonly string[]
}

/** One play, compiled: for each of its waves the hosts in order, and each host's tasks. */
export interface Play {
  readonly name: string
  readonly origin: Origin
  /** Hosts of a wave run side by side; a wave starts only when the one before it succeeded. */
  readonly waves: readonly (readonly string[])[]
  /** Services of which one has to run somewhere for its hosts to go in waves: where all are yet to start, nobody is met by a mistake. */
  readonly wavesOnceRuns?: readonly string[]
  /** Users of its clusters are kept from feeling it, wave by wave. */
  readonly rolling?: true
  readonly tasks: ReadonlyMap<string, readonly Task[]>
  readonly handlers?: ReadonlyMap<string, readonly Handler[]>
  /** Handlers run also on a host that failed. */
  readonly forceHandlers?: boolean
  /** A host that fails ends the run for all. */
  readonly anyErrorsFatal?: boolean
  /** Share of a wave in percent that may fail before the others are stopped; absent: they go on, and the next wave does not begin. */
  readonly mayFail?: number
}

/** Everything a run wants, before any host was asked. */
export interface Intent {
  readonly hosts: ReadonlyMap<string, Host>
  /** Hosts to which tasks of others are delegated. */
  readonly delegates?: ReadonlyMap<string, Host>
  readonly plays: readonly Play[]
  /** Values that must never be shown; more come to be known while tasks are expanded. */
  readonly secrets: ReadonlySet<string>
  /** Things that are doubtful but no errors. */
  readonly warnings: readonly Warning[]
}
