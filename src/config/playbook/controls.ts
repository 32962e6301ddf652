import { existsSync, readdirSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { InvalidInput } from '../../model/failure.ts'
import { veilOf } from '../../model/marked.ts'
import { unchanged } from '../../model/resource.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import type { Control, Expansion, Knowledge, Task } from '../../model/task.ts'
import { lazily, type Scope } from '../expressions/scope.ts'
import type { InventoryHost, Joined } from '../inventory/index.ts'
import { problem } from '../problem.ts'
import { once } from '../secret-reads.ts'
import { wronglyAdded } from './adding.ts'
import { argumentProblems } from './argument-specs.ts'
import { carried, resultOf, type Turned } from './control-results.ts'
import { tellsTo } from './delegated.ts'
import { aboutTask, nothingKnown, titleOf } from './expand.ts'
import { attempted, type Expanding, waitingOn } from './expanding.ts'
import { judgementOf } from './judgement.ts'
import { turnsOf } from './loops.ts'
import { decidesForAll, metaControls, metaWord } from './meta.ts'
import { recalled } from './recalled.ts'
import { joinedBy, regroupingOf } from './regrouping.ts'
import type { ControlSpec, PlaySpec } from './spec.ts'
import { awaitedNames } from './told.ts'
import { assigned, textOfValue } from './values-kept.ts'
import type { LoopItem } from './variables.ts'

/** A task that the run itself carries out, as one host of a play has it. */
export function controlTask(
  spec: ControlSpec,
  host: InventoryHost,
  play: PlaySpec,
  expanding: Expanding,
  around: readonly LoopItem[],
): Task {
  const { variables, resolver } = expanding
  const scopeWith = (known: Knowledge, items: readonly LoopItem[] = []) =>
    variables.of(host, play, spec, known, [...around, ...items])
  const title = titleOf(spec.name, spec.word, scopeWith(nothingKnown), expanding)

  function expand(known: Knowledge): Expansion {
    const turns = turnsOf(spec, scopeWith(known), expanding)
    if ('on' in turns) return { is: 'waiting', on: turns.on, resources: [] }
    const controls: Control[] = []
    const results: Turned[] = []
    for (const { variables: items, item } of turns.all) {
      const scope = scopeWith(known, items)
      const made = attempted(() =>
        spec.conditions.every((one) => resolver.condition(one, scope))
          ? carried(
              spec.word,
              delegatedTo(
                tellsTo(spec, scope, expanding),
                controlsOf(spec, scope, { host, play, known, before: controls }, expanding),
              ),
              judgementOf(spec, known, (now) => scopeWith(now, items), resolver),
            )
          : undefined,
      )
      if ('error' in made) return { is: 'waiting', on: waitingOn(made.error, expanding), resources: [] }
      const { value } = made
      controls.push(...(value?.controls ?? []))
      const result = value?.result ?? { ...unchanged, skipped: true }
      results.push({ result, ...(item ? { item } : {}) })
    }
    if (results.every(({ result }) => result.skipped)) {
      const items = results.flatMap(({ item }) => (item ? [{ item }] : []))
      return { is: 'skipped', ...(spec.loop ? { items } : {}) }
    }
    return { is: 'control', controls, result: resultOf(results) }
  }

  const assigns = awaitedNames(spec, assignedBy(spec))
  // What a host does with its own play no other one does for it, save what is said for all.
  const isForAll = spec.word === 'meta' && decidesForAll(spec.parameters)
  const about = spec.word === 'meta' ? { ...spec, runOnce: isForAll } : spec
  const { expand: recall, forget } = recalled(expand, expanding.outside)
  return {
    expand: recall,
    forget,
    ...aboutTask(about, title, scopeWith, expanding),
    ...(isForAll ? { mayEndAll: true } : {}),
    ...(isForAll && metaWord(spec.parameters) === 'refresh_inventory' ? { inTurn: true } : {}),
    ...(assigns.length > 0 ? { assigns } : {}),
    remembered: true,
  }
}

/** The same, where what it gives is for another host. */
function delegatedTo(to: string | undefined, controls: readonly Control[]): readonly Control[] {
  return to === undefined ? controls : controls.map((one) => (one.is === 'assign' ? { ...one, to } : one))
}

function isYes(value: Sourced | undefined): boolean {
  return value !== undefined && /^(true|yes|on|1)$/i.test(String(plain(value)))
}

function assignedBy(spec: ControlSpec): readonly string[] {
  const { word, parameters, foreseen } = spec
  if (foreseen) return foreseen
  if (word === 'group_by') return [regroupingOf(spec)]
  if (word !== 'set_fact' || !('entries' in parameters)) return []
  return [...parameters.entries.keys()].filter((name) => name !== 'cacheable')
}

/** Where a task stands, and what it said already for earlier items of its loop. */
interface Standing {
  readonly host: InventoryHost
  readonly play: PlaySpec
  readonly known: Knowledge
  readonly before: readonly Control[]
}

function controlsOf(
  spec: ControlSpec,
  scope: Scope,
  standing: Standing,
  expanding: Expanding,
): readonly Control[] {
  const { word, parameters } = spec
  const { resolver } = expanding
  const field = (name: string) => ('entries' in parameters ? parameters.entries.get(name)?.value : undefined)
  const shown = (written: Sourced) => {
    const { value, read } = expanding.reads.watched(() => textOfValue(resolver.value(written, scope)))
    return veilOf(read)(value)
  }
  const text = (name: string) => {
    const written = field(name)
    return written && shown(written)
  }
  switch (word) {
    case 'set_fact':
      return [
        {
          is: 'assign',
          values: assigned(parameters, scope, expanding),
          ...(isYes(field('cacheable')) ? { as: 'facts' } : {}),
        },
      ]
    case 'group_by':
      return [regrouped(spec, scope, standing, expanding)]
    case 'add_host': {
      const joined = joinedBy(spec, standing.host.name, scope, resolver)
      const message = wronglyAdded(joined, expanding.inventoryOf(standing.play))
      return message === undefined ? [] : [{ is: 'fail', message }]
    }
    case 'include_vars':
      return [includedVars(spec, scope, expanding)]
    case 'debug': {
      // What is to be said only where somebody asks for more than usual.
      if (Number(text('verbosity') ?? 0) > 0) return []
      const named = field('var')
      const said = (name: string, written: Sourced, text: string): readonly Control[] => {
        const read = once(expanding.reads, () => resolver.value(written, scope))
        return [{ is: 'say', text, told: lazily([name], read) }]
      }
      if (!named) {
        const message = field('msg') ?? { origin: parameters.origin, scalar: 'Hello world!' }
        return said('msg', message, shown(message))
      }
      const name = String(plain(named))
      const whole = /\{\{/.test(name) ? name : `{{ ${name} }}`
      const written = { origin: named.origin, scalar: whole }
      return said(name, written, `${name} = ${shown(written)}`)
    }
    case 'fail':
      return [{ is: 'fail', message: text('msg') ?? 'failed, as the playbook asks' }]
    case 'assert': {
      const that = field('that')
      const conditions = that && 'items' in that ? that.items : that ? [that] : []
      const wrong = conditions.find((one) => !resolver.condition(one, scope))
      if (wrong)
        return [
          {
            is: 'fail',
            message: text('fail_msg') ?? text('msg') ?? `does not hold: ${String(plain(wrong))}`,
          },
        ]
      const success = text('success_msg')
      return success === undefined ? [] : [{ is: 'say', text: success, told: { msg: success } }]
    }
    case 'validate_argument_spec': {
      const problems = argumentProblems(field('argument_spec'), field('provided_arguments'), scope, resolver)
      return problems.length > 0 ? [{ is: 'fail', message: problems.join('; ') }] : []
    }
    default: {
      if (metaWord(parameters) !== 'refresh_inventory') return metaControls(parameters)
      expanding.outside.note()
      const message = expanding.staleInventory()
      return message === undefined ? [] : [{ is: 'fail', message }]
    }
  }
}

/** The groups of a host with those that the task puts it into, beside what it said before. */
function regrouped(
  spec: ControlSpec,
  scope: Scope,
  { host, known, before }: Standing,
  { resolver }: Expanding,
): Control {
  const name = regroupingOf(spec)
  const last = before.findLast((one) => one.is === 'assign' && one.values.has(name))
  const values = last?.is === 'assign' ? last.values : (known.assigned ?? new Map<string, () => unknown>())
  const earlier = (values.get(name)?.() ?? []) as readonly Joined[]
  const all = [...earlier, ...joinedBy(spec, host.name, scope, resolver)]
  return { is: 'assign', values: new Map([[name, () => all]]) }
}

/** Variables of a file, or of all files of a directory. */
function includedVars(spec: ControlSpec, scope: Scope, expanding: Expanding): Control {
  expanding.outside.note()
  const { parameters, role, directory, playbookDirectory } = spec
  const fields = plain(expanding.resolver.sourced(parameters, scope)) as Readonly<Record<string, unknown>>
  const { file, dir, name } = fields
  const wanted = String(file ?? dir ?? '')
  const bases = [...(role ? [role.directory] : []), playbookDirectory, directory]
  const places = isAbsolute(wanted)
    ? [wanted]
    : bases.flatMap((base) => [join(base, 'vars', wanted), join(base, wanted)])
  const found = wanted === '' ? undefined : places.find((path) => existsSync(path))
  if (found === undefined)
    throw new InvalidInput([
      problem(
        'file-missing',
        `there is no file of variables "${wanted}"`,
        parameters.origin,
        `looked for: ${places.join(', ')}`,
      ),
    ])
  const files = statSync(found).isDirectory()
    ? readdirSync(found)
        .filter((one) => /\.(ya?ml|json)$/.test(one))
        .toSorted()
        .map((one) => join(found, one))
    : [found]
  const values = new Map<string, () => unknown>()
  for (const path of files) {
    const content: Sourced | undefined = spec.readVariables(path)
    if (content) for (const [key, value] of assigned(content, scope, expanding)) values.set(key, value)
  }
  if (name === undefined || name === null) return { is: 'assign', values, as: 'included' }
  const all = () => Object.fromEntries([...values].map(([key, value]) => [key, value()]))
  return { is: 'assign', values: new Map([[String(name), all]]), as: 'included' }
}
