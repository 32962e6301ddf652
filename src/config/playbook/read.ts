import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type { Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { validate } from '../validate.ts'
import { connectingOf } from './connecting.ts'
import { attempt, type Fields, fieldsOf } from './fields.ts'
import { flagOf, isComputed } from './flags.ts'
import { checkNotified } from './handlers.ts'
import { inherit, nothingInherited } from './inherit.ts'
import { checkEndings } from './meta.ts'
import { readVarsFiles } from './play-files.ts'
import { prompted } from './prompts.ts'
import { emptyParts, namedFile, type Reading, readPart } from './reading.ts'
import { readRole } from './roles.ts'
import type { ControlSpec, Entry, Inherited, PlaySpec } from './spec.ts'
import { readTaskFile, readTasks } from './tasks.ts'
import { waveSize } from './waves.ts'
import { importShape, olderWords, playShape } from './words.ts'

/** Reads a playbook and those it imports; what is wrong is noted in `reading.problems`. */
export function readPlaybook(
  path: string,
  about: Omit<Reading, 'playbookDirectory' | 'chain' | 'play' | 'foreseen' | 'collections'>,
  chain: readonly string[] = [],
  /** What it is imported with. */
  above: Inherited = usual(about),
): readonly PlaySpec[] {
  const file = resolve(path)
  const place = { playbookDirectory: dirname(file), chain: [...chain, file] }
  const reading: Reading = {
    ...about,
    ...place,
    play: emptyParts(),
    foreseen: new Set(),
    collections: [],
  }
  reading.foreign?.place(place.playbookDirectory)
  const content = readPart(path, reading)
  if (!content) {
    if (reading.problems.length === 0)
      reading.problems.push(
        problem('playbook-shape', `${path} holds no plays`, undefined, 'write a list of plays'),
      )
    return []
  }
  if (!('items' in content)) {
    reading.problems.push(
      problem(
        'playbook-shape',
        'a playbook must be a list of plays',
        content.origin,
        'begin with "- hosts: …"',
      ),
    )
    return []
  }
  const plays: PlaySpec[] = []
  for (const entry of content.items) {
    const named = withTodaysNames(entry)
    if ('entries' in named && named.entries.has('import_playbook'))
      plays.push(...readImported(named, reading, above))
    else plays.push(...readPlay(named, { ...reading, play: emptyParts() }, above))
  }
  return plays
}

/** What plays inherit where they say nothing themselves. */
function usual({ settings, becomes }: Pick<Reading, 'settings' | 'becomes'>): Inherited {
  const { noLog, becomeUser } = settings
  return {
    ...nothingInherited,
    become: becomes,
    noLog: noLog?.value ?? false,
    ...(becomeUser
      ? { becomeUser: { origin: becomeUser.origin, scalar: becomeUser.value, literal: true } }
      : {}),
  }
}

const todaysNames: Readonly<Record<string, string>> = {
  ...olderWords.plays,
  'ansible.builtin.include': 'import_playbook',
  'ansible.builtin.import_playbook': 'import_playbook',
}

/** Keys of a play by the names that they have today. */
function withTodaysNames(entry: Sourced): Sourced {
  if (!('entries' in entry)) return entry
  const entries = [...entry.entries].map(([name, value]) => [todaysNames[name] ?? name, value] as const)
  return { origin: entry.origin, entries: new Map(entries) }
}

function readImported(entry: Sourced, reading: Reading, above: Inherited) {
  const fields = fieldsOf(entry, importShape, reading.problems)
  const path = namedFile(fields.raw('import_playbook') ?? entry, [reading.playbookDirectory], reading)
  return path === undefined
    ? []
    : readPlaybook(path, reading, reading.chain, inherit(above, fields, reading.problems))
}

function readPlay(entry: Sourced, around: Reading, above: Inherited): readonly PlaySpec[] {
  const { problems } = around
  const fields = fieldsOf(entry, playShape, problems)
  const reading: Reading = { ...around, collections: fields.words('collections') }
  const hosts = fields.raw('hosts')
  if (!hosts) {
    problems.push(
      problem(
        'playbook-no-hosts',
        '"hosts" is missing in a play',
        entry.origin,
        'write "hosts: all", or a group',
      ),
    )
    return []
  }
  const { vars, fatal, ...said } = inherit(above, fields, problems)
  // What a play says of this is done, and what its tasks say is held against it.
  const inherited = { ...said, reaching: above.reaching }
  const order = fields.raw('order')
  const serial = fields.raw('serial')
  const ordered = order && attempt(problems, () => validate(orders, order, 'order'))
  const sizes = serial && ('items' in serial ? serial.items : [serial])
  const onceRuns = fields.words('serial_once_runs')
  for (const one of sizes ?? [])
    if (!isComputed(one)) attempt(problems, () => validate(waveSize, one, 'serial'))
  const within = { ...inherited, vars: [], notify: [], listen: [] }
  const listed = readTasks(
    fields.items('handlers'),
    { ...within, tags: [] },
    reading.playbookDirectory,
    reading,
  )
  const tasks = readAllTasks(fields, within, reading)
  const { exposed, handlers: ofRoles, brings, grouping } = reading.play
  // Of those with the same name the last one counts: the play's own.
  const handlers = [...ofRoles, ...listed]
  const share = fields.raw('max_fail_percentage')
  const most = share && attempt(problems, () => validate(percentage, share, 'max_fail_percentage'))
  const { anyErrorsFatal, forceHandlers } = reading.settings
  if (!brings.has('computed names')) checkNotified(tasks, handlers, problems)
  checkEndings(tasks, false, problems)
  checkEndings(handlers, true, problems)
  return [
    {
      name: fields.text('name') ?? shownHosts(hosts),
      origin: entry.origin,
      hosts,
      become: inherited.become,
      // What an import gives is stronger than what the play says, the outermost first.
      vars: [
        ...vars.slice(above.vars.length),
        ...above.vars.toReversed(),
        ...prompted(fields.items('vars_prompt'), reading),
      ],
      files: readVarsFiles(fields, reading),
      connecting: connectingOf(fields),
      brings,
      grouping,
      tasks,
      handlers,
      exposed,
      forceHandlers: fields.flag('force_handlers') ?? forceHandlers?.value ?? false,
      anyErrorsFatal: flagOf(fields, 'any_errors_fatal') ?? anyErrorsFatal?.value ?? false,
      ...(most === undefined ? {} : { mayFail: Number(most) }),
      ...(ordered ? { order: ordered } : {}),
      ...(sizes ? { serial: sizes } : {}),
      ...(onceRuns.length > 0 ? { serialOnceRuns: onceRuns } : {}),
      ...(fields.flag('rolling') ? { rolling: true as const } : {}),
    },
  ]
}

/** Tasks in the order in which they run; handlers that were notified run at the end of each of its three parts. */
function readAllTasks(fields: Fields, inherited: Inherited, reading: Reading): readonly Entry[] {
  const list = (name: string) => readTasks(fields.items(name), inherited, reading.playbookDirectory, reading)
  const parts = [
    list('pre_tasks'),
    [
      ...fields.items('roles').flatMap((role) => readRole(role, inherited, reading, readTaskFile)),
      ...list('tasks'),
    ],
    list('post_tasks'),
  ]
  const hasHandlers = fields.items('handlers').length + reading.play.handlers.length > 0
  if (!hasHandlers && !reading.play.brings.has('computed names')) return parts.flat()
  const flush = flushOf(fields.value.origin, reading)
  return parts.flatMap((part) => (part.length > 0 ? [...part, flush] : []))
}

function flushOf(origin: Sourced['origin'], { playbookDirectory }: Reading): ControlSpec {
  const action = { key: origin, value: { origin, scalar: 'flush_handlers' } }
  return {
    ...nothingInherited,
    is: 'control',
    tags: ['always'],
    origin,
    name: { origin, scalar: 'handlers' },
    word: 'meta',
    parameters: { origin, entries: new Map([['action', action]]) },
    playbookDirectory,
    directory: playbookDirectory,
    readVariables: () => undefined,
  }
}

const orders = z.enum(['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'])
const percentage = z.union([
  z.number().min(0).max(100),
  z
    .string()
    .regex(/^\d{1,3}(\.\d+)?%?$/, 'must be a share such as 30')
    .transform((text) => Number.parseFloat(text)),
])

function shownHosts(hosts: Sourced): string {
  if ('scalar' in hosts) return String(hosts.scalar)
  return 'items' in hosts ? hosts.items.map(shownHosts).join(':') : 'play'
}
