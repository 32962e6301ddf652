import { suggestion } from '../model/suggest.ts'
import { pairsOf } from './compare.ts'
import { JinjaError, TooMuch, UndefinedError } from './failure.ts'
import { product, subelements } from './filters/choices.ts'
import { chanceOf } from './filters/choose.ts'
import { firstMatch } from './filters/regexes.ts'
import { percent } from './percent.ts'
import { regexOf } from './regex.ts'
import type { Runtime } from './runtime.ts'
import { str } from './text.ts'
import { dict, type Given, isSequence, present, truth, tuple, Undefined } from './values.ts'

type Lookup = (
  terms: readonly unknown[],
  options: ReadonlyMap<string, unknown>,
  run: Runtime,
) => readonly unknown[]

const flat = (terms: readonly unknown[]): readonly unknown[] =>
  terms.flatMap((term) => (isSequence(term) ? [...term] : [term]))

const lists: Readonly<Record<string, Lookup>> = {
  items: flat,
  list: (terms) => terms,
  indexed_items: (terms) => flat(terms).map((item, index) => tuple(index, item)),
  flattened: (terms, _, run) =>
    run.filter('flatten', terms, { positional: [], named: new Map() }) as readonly unknown[],
  together: (terms, _, run) => {
    const [first, ...others] = terms
    if (first === undefined) throw new JinjaError('together needs at least one list')
    const zipped = run.filter('zip_longest', first, { positional: others, named: new Map() })
    return (zipped as readonly (readonly unknown[])[]).map((items) => [...items])
  },
  nested: (terms, _, run) =>
    product(
      terms.map((term) => (isSequence(term) ? term : [term])),
      run,
    ),
  cartesian: (terms, _, run) =>
    product(
      terms.map((term) => (isSequence(term) ? term : [term])),
      run,
    ),
  dict: (terms) =>
    terms
      .flatMap((term) => (isSequence(term) ? term : [term]))
      .flatMap((term) =>
        pairsOf(term).map(([key, value]) =>
          dict([
            ['key', key],
            ['value', value],
          ]),
        ),
      ),
  subelements: (terms, _, run) => {
    const [items, path, flags] = terms
    const skip =
      flags instanceof Map
        ? truth(flags.get('skip_missing') ?? false)
        : typeof flags === 'object' && flags !== null && 'skip_missing' in flags
          ? truth(flags.skip_missing)
          : false
    return subelements(items, path, skip, run)
  },
  random_choice: (terms, _, run) => {
    const choices = terms.flatMap((term) => (isSequence(term) ? term : [term]))
    return choices.length > 0 ? [choices[chanceOf(undefined, run)(choices.length)]] : []
  },
  sequence,
  vars: (terms, options, run) =>
    flat(terms).map((term) => {
      const name = String(present(term))
      if (run.variables.has(name)) return run.variables.read(name)
      if (options.has('default')) return options.get('default')
      return present(run.missing('', () => run.variables.names(), name))
    }),
  varnames: (terms, _, run) => {
    const patterns = flat(terms).map((term) => regexOf(String(term), { ignoreCase: false, multiline: false }))
    return patterns.flatMap((pattern) =>
      run.variables.names().filter((name) => firstMatch(name, pattern, run)),
    )
  },
}

function sequence(
  terms: readonly unknown[],
  options: ReadonlyMap<string, unknown>,
  run: Runtime,
): readonly unknown[] {
  const all = terms.length > 0 ? terms : ['']
  return all.flatMap((term) => {
    const said = new Map<string, unknown>(
      [...options].filter(([name]) => ['start', 'end', 'count', 'stride', 'format'].includes(name)),
    )
    const text = String(term)
    const short = /^(?:(0x[\da-fA-F]+|\d+)-)?(0x[\da-fA-F]+|\d+)(?:\/(-?\d+))?(?::(.+))?$/.exec(text)
    if (short) {
      if (short[1] !== undefined) said.set('start', short[1])
      said.set('end', short[2])
      if (short[3] !== undefined) said.set('stride', short[3])
      if (short[4] !== undefined) said.set('format', short[4])
    } else
      for (const word of text.split(/\s+/).filter(Boolean)) {
        const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(word) ?? []
        if (name === '')
          throw new JinjaError(`"${word}" says nothing of a sequence`, { next: 'write start=1 end=5' })
        said.set(name, value)
      }
    const number = (name: string, otherwise: number) => {
      const value = said.get(name)
      if (value === undefined) return otherwise
      const found = Number(value)
      if (!Number.isInteger(found)) throw new JinjaError(`${name} of a sequence is a whole number`)
      return found
    }
    const start = number('start', 1)
    const stride = number('stride', 1)
    const count = said.has('count') ? number('count', 0) : undefined
    if (count === undefined && !said.has('end')) throw new JinjaError('a sequence needs an end or a count')
    if (count === 0) return []
    const end = count === undefined ? number('end', 0) : start + (count - 1) * stride
    if (stride === 0 || (stride > 0 && end < start) || (stride < 0 && end > start)) {
      if (stride === 0) return []
      throw new JinjaError('this sequence never comes to its end', {
        next: 'count backwards with a negative stride',
      })
    }
    const length = Math.floor((end - start) / stride) + 1
    run.work.list(length)
    return Array.from({ length }, (_, index) =>
      percent(String(said.get('format') ?? '%d'), start + index * stride, run.work),
    )
  })
}

/** Lookups that Ansible has and that are not here, with the reason and what to do instead. */
export const refusedLookups: Readonly<Record<string, string>> = {
  url: 'a plan must not depend on what a server says today: fetch the file once, or let the host get it',
  config: 'there is no ansible.cfg that tells plugins anything here',
  inventory_hostnames: "write groups['name'], or query('items', groups['name'])",
  unvault: 'write !vault at the value, which is then known to be a secret',
  dig: 'a plan must not depend on what a name server says today: write the address',
  hashi_vault: 'write !command with the program that tells the secret',
  community: 'lookups of collections are programs in Python',
}

/** Names of the lookups that the engine itself has. */
export const pureLookups: readonly string[] = Object.keys(lists)

/** `lookup(…)`, or `query(…)`, which always gives a list. */
export function lookUp(given: Given, asList: boolean, run: Runtime): unknown {
  const [named, ...terms] = given.positional
  const name = String(present(named))
  const options = new Map(given.named)
  const wantlist = asList || truth(options.get('wantlist') ?? false)
  const errors = String(options.get('errors') ?? 'strict')
  options.delete('wantlist')
  options.delete('errors')
  const short = name.replace(/^(?:ansible\.(?:builtin|legacy)|community\.general)\./, '')
  try {
    const found = valuesOf(name, short, terms, options, run)
    run.work.list(found.length)
    if (wantlist) return [...found]
    if (found.length === 1) return found[0]
    return found.every((one) => typeof one === 'string') ? found.join(',') : [...found]
  } catch (error) {
    if (errors === 'strict' || error instanceof TooMuch || !run.outside.isMistake(error)) throw error
    if (error instanceof UndefinedError && errors !== 'ignore') throw error
    return wantlist ? [] : null
  }
}

function valuesOf(
  name: string,
  short: string,
  terms: readonly unknown[],
  options: ReadonlyMap<string, unknown>,
  run: Runtime,
): readonly unknown[] {
  const own = Object.hasOwn(lists, short) ? lists[short] : undefined
  if (own) return own(terms, options, run)
  const outside = run.outside.lookup(short)
  if (outside)
    return outside(
      flat(terms).map((term) =>
        term instanceof Undefined ? present(term) : typeof term === 'number' ? str(term, run.work) : term,
      ),
      options,
    )
  const reason = Object.hasOwn(refusedLookups, short)
    ? refusedLookups[short]
    : name.includes('.')
      ? refusedLookups.community
      : undefined
  if (reason !== undefined) throw new JinjaError(`the lookup "${name}" is not supported`, { next: reason })
  throw new JinjaError(`there is no lookup called "${name}"`, {
    next: suggestion(short, [...pureLookups, ...run.outside.lookups]),
  })
}
