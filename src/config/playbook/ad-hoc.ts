import { InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import type { Scalar, Sourced, SourcedEntry } from '../../model/sourced.ts'
import { isNeverHere } from '../../modules/elsewhere.ts'
import type { ForeignModules } from '../foreign/foreign-modules.ts'
import { shellWords } from '../inventory/shell-words.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { nothingInherited } from './inherit.ts'
import { kindCalled, kindNames } from './kinds.ts'
import type { PlaySpec } from './spec.ts'

/** One thing to do, as a command line says it. */
export interface AdHoc {
  /** Pattern of hosts. */
  readonly hosts: string
  /** The kind, by its name here or in Ansible. */
  readonly kind: string
  /** Its fields: `name=value …`, or what the kind takes as one word. */
  readonly fields: string
  /** Where files that it names are looked for. */
  readonly directory: string
}

const origin: Origin = { file: '-a', line: 1, col: 1 }

/** A play of this one task. Throws InvalidInput. */
export function adHocPlay(request: AdHoc, foreign?: ForeignModules): PlaySpec {
  const { kind: named } = request
  const other =
    kindCalled(named) || isNeverHere(named) ? undefined : foreign?.kind({ name: named, collections: [] })
  if (!other && !kindCalled(named))
    throw new InvalidInput([
      problem(
        'module-unknown',
        `there is no kind called ${quoted(named)}`,
        undefined,
        suggestion(named, kindNames),
      ),
    ])
  const { kind, fields } = taskOf(request)
  const found = other ?? kindCalled(kind)
  if (!found) throw new Error(`${kind} is no kind`)
  const parameters: Sourced = { origin, entries: new Map(fields) }
  if (other)
    foreign?.use({
      name: named,
      collections: [],
      origin,
      options: fields.map(([name]) => name),
      isCertain: true,
    })
  return {
    name: `${found.name} on ${request.hosts}`,
    origin,
    hosts: { origin: { ...origin, file: 'HOSTS' }, scalar: request.hosts },
    become: false,
    vars: [],
    tasks: [
      {
        ...nothingInherited,
        origin,
        kind: found,
        parameters,
        playbookDirectory: request.directory,
      },
    ],
  }
}

type Field = readonly [name: string, entry: SourcedEntry]

/** A command is what it is; a restart is one, because a state of having been restarted does not exist. */
function taskOf({ kind, fields: text }: AdHoc): { readonly kind: string; readonly fields: readonly Field[] } {
  if (kind === 'command' || kind === 'shell' || kind === 'raw')
    return { kind, fields: [field('command', text), field('always', true)] }
  const fields = fieldsIn(text, kindCalled(kind)?.shorthand)
  const value = (name: string) => {
    const found = fields.find(([one]) => one === name)?.[1].value
    return found && 'scalar' in found ? found.scalar : undefined
  }
  const verb = { restarted: 'restart', reloaded: 'reload' }[String(value('state'))]
  if (kind !== 'service' || verb === undefined) return { kind, fields }
  const command = {
    origin,
    items: ['systemctl', verb, String(value('name'))].map((scalar) => ({ origin, scalar })),
  }
  return { kind: 'command', fields: [['command', { key: origin, value: command }], field('always', true)] }
}

function fieldsIn(text: string, shorthand: string | undefined): readonly Field[] {
  const { words, unclosed } = shellWords(text, false)
  if (unclosed !== undefined)
    throw new InvalidInput([
      problem('module-words', 'a quote is never closed', { ...origin, col: unclosed }, 'close it'),
    ])
  return words.map(({ text: word }) => {
    const [, name, value] = /^([a-z_]\w*)=(.*)$/s.exec(word) ?? []
    if (name !== undefined) return field(name, scalarOf(value ?? ''))
    if (shorthand !== undefined && words.length === 1) return field(shorthand, word)
    throw new InvalidInput([
      problem('module-words', `${quoted(word)} is no field`, origin, 'write name=value'),
    ])
  })
}

function field(name: string, scalar: Scalar): Field {
  return [name, { key: origin, value: { origin, scalar } }]
}

/** Numbers and truth values as YAML would read them; `0644` stays the text it is. */
function scalarOf(text: string): Scalar {
  if (text === 'true' || text === 'yes') return true
  if (text === 'false' || text === 'no') return false
  return /^(0|[1-9]\d*)$/.test(text) ? Number(text) : text
}
