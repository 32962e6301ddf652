import type { z } from 'zod'
import { discreet } from '../model/discreet.ts'
import { hidden, veilOf } from '../model/marked.ts'
import type { Origin } from '../model/origin.ts'
import type { Resource, ResourceKind, ResourceOptions } from '../model/resource.ts'
import type { Queries, Readings } from '../model/sensor.ts'

/** What a task says about a resource beside its desired state. */
export interface Binding {
  readonly title: string
  readonly origin: Origin
  readonly options: ResourceOptions
}

/** One desired state of a kind, with what is the same of it on every host that it is desired for. */
interface Settled<Desired, Asked extends Queries> {
  readonly desired: Desired
  readonly subject: string
  readonly queries: Asked
  readonly always: boolean
}

/**
 * Closes a kind over one desired state, so that the engine needs to know neither. Whatever is told of it is without the
 * secrets in it; only its script has them.
 */
function bind<Desired, Asked extends Queries>(
  kind: ResourceKind<Desired, Asked>,
  { desired, subject, queries, always }: Settled<Desired, Asked>,
  { title, origin, options }: Binding,
): Resource {
  const { result } = kind
  const veil = veilOf(options.secrets ?? [])
  const once = kind.onceInARun ? ({ onceInARun: true } as const) : {}
  const own = { ...options, ...once, always: options.always || always }
  // Who works on the machine is nobody on this computer.
  const { runAs, ...here } = own
  return {
    id: `${kind.name}[${options.noLog && kind.subjectTells ? hidden : veil(subject)}]`,
    title,
    origin,
    options: kind.on === undefined ? own : { ...here, on: kind.on },
    queries,
    converge: (found, upcoming) => {
      const change = kind.converge(desired, found as Readings<Asked>, upcoming)
      if (!change || !options.secrets?.length) return change
      const differences = change.differences.map((one) => discreet(one, veil))
      const { pauses } = change
      const prompt = pauses?.prompt
      return {
        ...change,
        summary: veil(change.summary),
        differences,
        ...(pauses && prompt !== undefined ? { pauses: { ...pauses, prompt: veil(prompt) } } : {}),
      }
    },
    ...(result
      ? {
          result: (found) => ({
            ...result(found as Readings<Asked>, desired),
            ...(options.noLog ? { secret: true } : {}),
          }),
        }
      : {}),
  }
}

/** A kind as `config/` sees it: parameters go in, a resource comes out. */
export interface Kind {
  readonly name: string
  readonly summary: string
  readonly schema: z.ZodType
  readonly shorthand?: string
  /**
   * Where `src` names a file of the controller: beside playbooks in `files` or `templates`, or the first word of a script.
   * `tree`: as `files`, and directories, too. `release`: it is the sum of a version of an application.
   */
  readonly source?: 'files' | 'tree' | 'templates' | 'script' | 'release'
  /** It is a module of Ansible, which may be told everything in one text; what has no name there is this option. `open`: any name is taken. */
  readonly module?: {
    readonly freeForm?: string
    readonly open?: true
    /** Variables of the run that are given to it as options of the same names: what it makes is made on this computer. */
    readonly takes?: readonly string[]
    /** Options that are paths of the machine; `undefined` for those without a default. */
    readonly paths?: Readonly<Record<string, string | undefined>>
    /** Names of facts that it gathers, by the options that are written already. */
    readonly gathers?: (written: (option: string) => string | undefined) => readonly string[]
    /** Variables of the host that it is told as options of the same names, where the host has them. */
    readonly hears?: readonly string[]
    /** Nothing is asked for it before all is known: asking runs what is none of ours. */
    readonly onlyInTurn?: true
    /** It may tell facts whose names nobody knows before. */
    readonly tellsFacts?: () => boolean
  }
  /** What `schema` made of parameters comes to a resource wherever it is bound. */
  settle(checked: unknown): (binding: Binding) => Resource
}

/** The resource of some parameters. Throws ZodError where they do not fit the schema of the kind. */
export function resourceOf(kind: Kind, parameters: unknown, binding: Binding): Resource {
  return kind.settle(kind.schema.parse(parameters))(binding)
}

/** Forgets a kind's own types, so that all kinds can stand in one list. `always`: is it to run in every run? */
export function listed<Desired, Asked extends Queries>(
  kind: ResourceKind<Desired, Asked>,
  always: (desired: Desired) => boolean = () => false,
): Kind {
  return {
    name: kind.name,
    summary: kind.summary,
    schema: kind.schema,
    ...(kind.shorthand ? { shorthand: kind.shorthand } : {}),
    settle: (checked) => {
      const desired = checked as Desired
      const settled = {
        desired,
        subject: kind.subject(desired),
        queries: kind.inspect(desired),
        always: always(desired),
      }
      return (binding) => bind(kind, settled, binding)
    },
  }
}
