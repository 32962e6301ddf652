import { z } from 'zod'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { type Binding, type Kind, resourceOf } from '../../resources/bind.ts'
import { foreignKind } from '../../resources/index.ts'
import type { Warn } from '../problem.ts'
import { problem } from '../problem.ts'
import { didYouMean } from '../suggest.ts'
import { argumentsFor } from './arguments.ts'
import { type Answered, type Built, buildModules, NotBuilt, type Unbuilt, type Wanted } from './controller.ts'

/** Whether foreign modules are asked what they would change, as plans do, or are only to be run. */
export type ForeignUse = 'asked' | 'run'

/** The variable that says where a host has its Python. */
export const pythonVariable = 'ansible_python_interpreter'

/** A module, with the collections in which its name is looked for. */
interface Named {
  readonly name: string
  readonly collections: readonly string[]
  /** What to do where it cannot be run. */
  readonly instead?: string | undefined
}

/** A module that a task names, with what the task says. */
interface Use extends Named {
  readonly origin: Origin
  readonly options: readonly string[]
  /** Nothing stands in the way of its turn. */
  readonly isCertain: boolean
}

/** What its options are only the module itself knows. */
const anyOptions = z.record(z.string(), z.unknown())

/** How modules are built; tests have other means. */
type Build = (wanted: Wanted) => Answered

/**
 * Modules of Ansible that are none of ours, in one playbook. They are collected while it is read, and then built by the
 * ansible-core of this computer, all at once; what turns up later, in files that are named by results, is built when it does.
 */
export class ForeignModules {
  readonly #use: ForeignUse
  readonly #build: Build
  readonly #places = new Set<string>()
  readonly #named = new Map<string, Named>()
  readonly #built = new Map<string, Built | Unbuilt>()
  readonly #contents = new Map<string, Uint8Array>()
  readonly #uses: Use[] = []
  #told: Omit<Answered, 'modules'> | undefined
  #trouble: string | undefined

  constructor(use: ForeignUse, build: Build = buildModules) {
    this.#use = use
    this.#build = build
  }

  /** Modules may be in `library/` of this directory, too: of a playbook or of a role. */
  place(directory: string): void {
    this.#places.add(directory)
  }

  /** What stands for the module in a task; whether there is such a module shows later. */
  kind(named: Named): Kind {
    const { name } = named
    const key = keyOf(named)
    this.#named.set(key, named)
    return {
      name,
      summary: foreignKind.summary,
      schema: anyOptions,
      settle: (checked) => (binding) => this.#make(key, checked as z.infer<typeof anyOptions>, binding),
      module: { onlyInTurn: true, hears: [pythonVariable], tellsFacts: () => this.#mayTellFacts(key) },
    }
  }

  /** A task names a module: what is wrong with that is told with everything else. */
  use(use: Use): void {
    this.#uses.push(use)
  }

  /**
   * Builds all that was named, and notes what cannot be run; where a condition stands before it, it is warned of. Returns
   * the names of those that may tell facts.
   */
  settle(problems: Failure[], warn: Warn): readonly string[] {
    const uses = this.#uses.splice(0)
    for (const use of uses) {
      const named = this.#named.get(keyOf(use)) ?? use
      const refusal = this.#refusal(named, use.origin, use.options)
      if (refusal && use.isCertain) problems.push(refusal)
      else if (refusal)
        warn(
          'module-refused',
          `${refusal.message}, so the task fails where its condition holds${refusal.next ? `: ${refusal.next}` : ''}`,
          use.origin,
        )
    }
    return uses.filter((use) => this.#mayTellFacts(keyOf(use))).map(({ name }) => name)
  }

  /** Why the module cannot be run, if so; `options`: what it is told. */
  #refusal(named: Named, origin: Origin | undefined, options: readonly string[]): Failure | undefined {
    const { name } = named
    this.#buildAll()
    const message = `the module ${quoted(name)} cannot be run here`
    if (this.#trouble !== undefined)
      return problem(
        'module-unavailable',
        `${message}: ${this.#trouble}`,
        origin,
        'install ansible-core, and the collections that are used',
      )
    const built = this.#built.get(keyOf(named))
    if (!built || !('refused' in built)) {
      const local = built?.local.find((option) => options.includes(option))
      return local === undefined
        ? undefined
        : problem(
            'module-unavailable',
            `${message} with ${quoted(local)}, a file of this computer that Ansible brings there by itself`,
            origin,
            'bring it with copy in a task before, and say the rest in options of the module',
          )
    }
    return this.#refused(named, built, origin)
  }

  #refused({ name, instead }: Named, why: Unbuilt, origin: Origin | undefined): Failure {
    const release = `ansible-core ${this.#told?.version ?? ''}`.trim()
    switch (why.refused) {
      case 'missing': {
        const [meant = didYouMean(name, why.near)] = why.near
        return problem(
          'module-unknown',
          `there is no module called ${quoted(name)}, here or for ${release}`,
          origin,
          meant === undefined
            ? 'modules are looked for in library/ beside the playbook and in its roles, and where ansible.cfg says'
            : `did you mean ${quoted(meant)}?`,
        )
      }
      case 'uninstalled':
        return problem(
          'module-unavailable',
          `the module ${quoted(name)} is of a collection that is not installed: ${why.collection}`,
          origin,
          `ansible-galaxy collection install ${why.collection}`,
        )
      case 'action':
        return problem(
          'module-unsupported',
          `the module ${quoted(name)} cannot be run here: Ansible does its work, or a part of it, on this computer`,
          origin,
          instead ?? 'do its work with copy, template or command',
        )
      case 'powershell':
        return problem(
          'module-unsupported',
          `the module ${quoted(name)} is for Windows`,
          origin,
          'leave its hosts to Ansible',
        )
      case 'failed':
        return problem(
          'module-unavailable',
          `${release} cannot build the module ${quoted(name)}: ${why.words}`,
          origin,
          why.path === undefined ? undefined : `see ${why.path}`,
        )
    }
  }

  #buildAll(): void {
    const open = [...this.#named].filter(([key]) => !this.#built.has(key))
    if (open.length === 0 || this.#trouble !== undefined) return
    try {
      const { modules, ...told } = this.#build({
        modules: open.map(([, { name, collections }]) => ({ name, collections })),
        places: [...this.#places],
      })
      this.#told = told
      for (const [index, [key]] of open.entries()) {
        const built = modules[index]
        if (built) this.#built.set(key, built)
      }
    } catch (error) {
      if (!(error instanceof NotBuilt)) throw error
      this.#trouble = error.message
    }
  }

  #mayTellFacts(key: string): boolean {
    this.#buildAll()
    const built = this.#built.get(key)
    return built !== undefined && 'facts' in built && built.facts
  }

  /** The same bytes for whoever runs it: they are sent to each host once. */
  #contentOf(key: string, { content }: Built): Uint8Array {
    const known = this.#contents.get(key) ?? new Uint8Array(Buffer.from(content, 'base64'))
    this.#contents.set(key, known)
    return known
  }

  #make(key: string, parameters: Readonly<Record<string, unknown>>, { title, origin, options }: Binding) {
    const named = this.#named.get(key) ?? { name: key, collections: [] }
    const { name } = named
    const { [pythonVariable]: python, ...given } = parameters
    const refusal = this.#refusal(named, origin, Object.keys(given))
    const built = this.#built.get(key)
    if (refusal || !built || 'refused' in built) throw new InvalidInput(refusal ? [refusal] : [])
    if (options.left !== undefined)
      throw new InvalidInput([
        problem(
          'module-unsupported',
          `the module ${quoted(name)} cannot be left alone`,
          origin,
          'give it a poll above 0',
        ),
      ])
    const { runAs, ...others } = options
    const isAsked = this.#use === 'asked' || options.checked === true
    const told = (checks: boolean) =>
      argumentsFor(built, {
        ...given,
        ...this.#told?.internals,
        _ansible_module_name: name,
        _ansible_check_mode: checks,
        _ansible_diff: true,
        // What it is told it notes in the host's journal, unless it is told otherwise.
        _ansible_no_log: options.noLog || (options.secrets ?? []).length > 0,
      })
    const fields = {
      program: {
        name,
        content: this.#contentOf(key, built),
        interpreter: built.python || built.interpreter === '' ? [] : built.interpreter.split(/\s+/),
        python: built.python,
        finds: placeOf(built),
      },
      arguments: told(false),
      ...(isAsked && built.checks ? { asking: told(true) } : {}),
      unasked: !isAsked,
      looks: built.checks && /_(info|facts)$/.test(name),
      ...(isPath(python) ? { python } : {}),
      ...(runAs === undefined ? {} : { runAs }),
      environment: options.environment,
    }
    return resourceOf(foreignKind, fields, { title, origin, options: others })
  }
}

function keyOf({ name, collections }: Named): string {
  return [name, ...collections].join(' ')
}

function placeOf({ style, at }: Built): 'beside' | 'told' | { readonly at: number } {
  if (at !== undefined) return { at }
  return style === 'new' ? 'beside' : 'told'
}

/** Ansible's words for looking for it are ours, too. */
function isPath(python: unknown): python is string {
  return typeof python === 'string' && python !== '' && !python.startsWith('auto')
}
