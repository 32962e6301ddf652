import type { z } from 'zod'
import type { Change } from './change.ts'
import type { Marked } from './marked.ts'
import type { Origin } from './origin.ts'
import type { ReadVariable } from './read-variable.ts'
import type { Queries, Query, Readings } from './sensor.ts'

/** `file[/etc/haproxy/haproxy.cfg]` */
export type ResourceId = `${string}[${string}]`

/** What changes that come earlier in the same plan will do to a question, by their own word. */
export interface Upcoming {
  /**
   * Will an earlier, still pending change alter what this question is about? Only changes that name what they
   * disturb count: one that may disturb everything predicts nothing.
   */
  touches(query: Query<unknown>): boolean
}

/**
 * One kind of thing a host can have. Implementations live in `resources/`, one file each, listed in its
 * `index.ts`. Pure: no I/O, no clock; it sees a host only through the readings it asked for.
 */
export interface ResourceKind<Desired, Asked extends Queries> {
  readonly name: string
  /** One sentence for the reference pages. */
  readonly summary: string
  /** One source for validation, reference pages and editor completion; every field has a `.describe()`. */
  readonly schema: z.ZodType<Desired>
  /** The field meant where a task gives one word or a list instead of fields: `package: nginx`. */
  readonly shorthand?: string
  /** What tells this thing from others of its kind on a host, as in `file[/etc/hosts]`. */
  subject(desired: Desired): string
  /** Where its change is made, if not where it is asked about: this computer, for what is brought here. */
  readonly on?: 'localhost'
  /** It is carried out once in a run, even where what was to come of it did not: as whoever runs commands expects. */
  readonly onceInARun?: true
  /** The subject is what is done rather than the name of a thing: `no_log` hides it, too. */
  readonly subjectTells?: true
  inspect(desired: Desired): Asked
  /** `undefined`: converged. */
  converge(desired: Desired, found: Readings<Asked>, upcoming: Upcoming): Change | undefined
  /** The result of a resource that is only read, for `register`. */
  result?(found: Readings<Asked>, desired: Desired): Registered
}

/** A resource as the engine sees it: a kind with its desired state closed over. */
export interface Resource {
  readonly id: ResourceId
  readonly title: string
  readonly origin?: Origin
  /** Variables that its task read, where somebody wants to know. */
  readonly because?: readonly ReadVariable[]
  readonly queries: Queries
  converge(found: Readonly<Record<string, unknown>>, upcoming: Upcoming): Change | undefined
  result?(found: Readonly<Record<string, unknown>>): Registered
  readonly options: ResourceOptions
}

/** Lines that an inventory has for configurations, as they are written: expressions are computed for each host. */
export interface OwnLines {
  readonly origin: Origin
  readonly scalar: string
  /** Such as `cluster.extra.nginx`. */
  readonly name: string
}

/** What a task says about how, rather than what. */
export interface ResourceOptions {
  /** Differences and output are not shown. */
  readonly noLog: boolean
  readonly ignoreErrors: boolean
  /** Run the change as this user instead of the session's. */
  readonly runAs?: string
  readonly environment: Readonly<Record<string, string>>
  /** A command that is to run in every run: shown as such, and not asked to converge. */
  readonly always: boolean
  /** It is not carried out again where that did not bring about what it was to. */
  readonly onceInARun?: true
  /** Lines of the user's own that may stand in its file as they are. */
  readonly ownLines?: () => readonly OwnLines[]
  /** Texts of the task that hold secrets, which nothing that is told of it may show. */
  readonly secrets?: readonly Marked[]
  /** It is planned, and never made: what it would change counts as changed. */
  readonly checked?: true
  /** Seconds after which its change is ended, and has failed. */
  readonly timeout?: number
  /** It is started and left alone; seconds after which it is ended there. */
  readonly left?: number
  /** On how many hosts the change is made at the same time; `of` tells the task from others. */
  readonly throttle?: { readonly of: string; readonly most: number }
  /** Seconds to wait before its change is made. */
  readonly pause?: number
  /** The host it is brought about on, where that is another one than whose task it is. */
  readonly on?: string
  /** The host that has the facts which come of it, where that is not the one whose task it is. */
  readonly tells?: string
  /** How the task itself judges what came of it; absent: by the status alone. */
  readonly judgement?: Judgement
}

/** What a task says of when it changed something, when it failed, and when it is to be tried again. */
export interface Judgement {
  /** The result as the task sees it. Throws Failure where that cannot be computed. */
  judge(result: Registered): Registered
  /** It can fail, or be tried again, although its program went well: nothing may be sent behind it. */
  readonly decides: boolean
  /** It says itself what counts as a change. */
  readonly tellsChanges: boolean
  /** Until when it is tried again. */
  readonly until?: {
    holds(result: Registered): boolean
    /** Beside the first time. */
    readonly retries: number
    /** Seconds between two attempts. */
    readonly delay: number
  }
}

/** What a task left behind for later ones. */
export interface Registered {
  readonly changed: boolean
  readonly failed: boolean
  readonly skipped: boolean
  readonly rc: number
  readonly stdout: string
  readonly stderr: string
  /** What was printed is not to be shown. */
  readonly secret?: true
  /** What its kind tells beside, under the names that Ansible gives to it: `stat`, `files`, `content`. */
  readonly found?: Readonly<Record<string, unknown>>
  readonly msg?: string
  /** How often it was tried, where it was to be tried until something held. */
  readonly attempts?: number
  /** Of a loop: the result of each item. */
  readonly results?: readonly Registered[]
  /** Of one of these: the item, under the name by which the task knows it. */
  readonly item?: { readonly name: string; readonly read: () => unknown }
}

/** The result of what changed nothing. */
export const unchanged: Registered = {
  changed: false,
  failed: false,
  skipped: false,
  rc: 0,
  stdout: '',
  stderr: '',
}
