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

/**
 * Closes a kind over one desired state, so that the engine needs to know neither. Whatever is told of it is without the
 * secrets in it; only its script has them.
 */
function bind<Desired, Asked extends Queries>(
  kind: ResourceKind<Desired, Asked>,
  desired: Desired,
  { title, origin, options }: Binding,
  always: boolean,
): Resource {
  const { result } = kind
  const veil = veilOf(options.secrets ?? [])
  const once = kind.onceInARun ? ({ onceInARun: true } as const) : {}
  const own = { ...options, ...once, always: options.always || always }
  // Who works on the machine is nobody on this computer.
  const { runAs, ...here } = own
  const subject = options.noLog && kind.subjectTells ? hidden : veil(kind.subject(desired))
  return {
    id: `${kind.name}[${subject}]`,
    title,
    origin,
    options: kind.on === undefined ? own : { ...here, on: kind.on },
    queries: kind.inspect(desired),
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
   * `tree`: as `files`, and directories, too.
   */
  readonly source?: 'files' | 'tree' | 'templates' | 'script'
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
  }
  /** Throws ZodError where the parameters do not fit the schema. */
  make(parameters: unknown, binding: Binding): Resource
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
    make: (parameters, binding) => {
      const desired = kind.schema.parse(parameters)
      return bind(kind, desired, binding, always(desired))
    },
  }
}
