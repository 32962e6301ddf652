import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type { Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { validate } from '../validate.ts'
import { attempt, type Fields, fieldsOf } from './fields.ts'
import { inherit, nothingInherited } from './inherit.ts'
import { namedFile, type Reading, readPart } from './reading.ts'
import { readRole } from './roles.ts'
import type { Inherited, PlaySpec, TaskSpec } from './spec.ts'
import { readTasks } from './tasks.ts'
import { importShape, playShape } from './words.ts'

/** Reads a playbook and those it imports; what is wrong is noted in `reading.problems`. */
export async function readPlaybook(
  path: string,
  about: Omit<Reading, 'playbookDirectory' | 'chain'>,
  chain: readonly string[] = [],
  tags: readonly string[] = [],
): Promise<readonly PlaySpec[]> {
  const file = resolve(path)
  const reading: Reading = { ...about, playbookDirectory: dirname(file), chain: [...chain, file] }
  const content = await readPart(path, reading)
  if (!content) {
    if (reading.problems.length === 0)
      reading.problems.push(problem(`${path} holds no plays`, undefined, 'write a list of plays'))
    return []
  }
  if (!('items' in content)) {
    reading.problems.push(
      problem('a playbook must be a list of plays', content.origin, 'begin with "- hosts: …"'),
    )
    return []
  }
  const plays: PlaySpec[] = []
  for (const entry of content.items) {
    if ('entries' in entry && entry.entries.has('import_playbook'))
      plays.push(...(await readImported(entry, reading, tags)))
    else plays.push(...(await readPlay(entry, reading, tags)))
  }
  return plays
}

async function readImported(entry: Sourced, reading: Reading, tags: readonly string[]) {
  const fields = fieldsOf(entry, importShape, reading.problems)
  const path = namedFile(fields.raw('import_playbook') ?? entry, [reading.playbookDirectory], reading)
  return path === undefined
    ? []
    : readPlaybook(path, reading, reading.chain, [...tags, ...fields.words('tags')])
}

async function readPlay(
  entry: Sourced,
  reading: Reading,
  tags: readonly string[],
): Promise<readonly PlaySpec[]> {
  const { problems } = reading
  const fields = fieldsOf(entry, playShape, problems)
  const hosts = fields.raw('hosts')
  if (!hosts) {
    problems.push(problem('"hosts" is missing in a play', entry.origin, 'write "hosts: all", or a group'))
    return []
  }
  const { vars, ...inherited } = inherit({ ...nothingInherited, tags }, fields, problems)
  const order = fields.raw('order')
  const serial = fields.raw('serial')
  const ordered = order && attempt(problems, () => validate(orders, order, 'order'))
  const sizes = serial && attempt(problems, () => validate(serials, serial, 'serial'))
  return [
    {
      name: fields.text('name') ?? shownHosts(hosts),
      origin: entry.origin,
      hosts,
      become: inherited.become,
      vars: [...vars, ...(await readVarsFiles(fields, reading))],
      tasks: await readAllTasks(fields, { ...inherited, vars: [] }, reading),
      ...(ordered ? { order: ordered } : {}),
      ...(sizes === undefined ? {} : { serial: typeof sizes === 'object' ? sizes : [sizes] }),
    },
  ]
}

async function readAllTasks(
  fields: Fields,
  inherited: Inherited,
  reading: Reading,
): Promise<readonly TaskSpec[]> {
  const list = (name: string) => readTasks(fields.items(name), inherited, reading.playbookDirectory, reading)
  const tasks = [...(await list('pre_tasks'))]
  for (const role of fields.items('roles')) tasks.push(...(await readRole(role, inherited, reading)))
  return [...tasks, ...(await list('tasks')), ...(await list('post_tasks'))]
}

async function readVarsFiles(fields: Fields, reading: Reading): Promise<readonly Sourced[]> {
  const read: Sourced[] = []
  for (const named of fields.several('vars_files')) {
    const path = namedFile(named, [`${reading.playbookDirectory}/vars`, reading.playbookDirectory], reading)
    const content = path === undefined ? undefined : await readPart(path, reading)
    if (content && 'entries' in content) read.push(content)
    else if (content)
      reading.problems.push(problem('a file of variables must hold a mapping', content.origin))
  }
  return read
}

const orders = z.enum(['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted'])
const size = z.union([
  z.int().min(1, 'must be at least 1'),
  z.string().regex(/^\d+%?$/, 'must be a number of hosts or a share such as "30%"'),
])
const serials = z.union([size, z.array(size)])

function shownHosts(hosts: Sourced): string {
  if ('scalar' in hosts) return String(hosts.scalar)
  return 'items' in hosts ? hosts.items.map(shownHosts).join(':') : 'play'
}
