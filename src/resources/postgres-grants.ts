import { z } from 'zod'
import {
  askLater,
  askMembers,
  askThings,
  nameOfThing,
  type RightsFound,
  type SortMadeLater,
  type SortOfThing,
  sameRight,
} from './postgres-acls.ts'
import { pgName } from './postgres-login.ts'

const oneLine = z.string().regex(/^[^\n\0]+$/, 'must be one line')

const sorts = [
  ...(['table', 'sequence', 'function', 'procedure', 'type', 'database', 'schema'] as const),
  ...(['language', 'tablespace', 'foreign_data_wrapper', 'foreign_server'] as const),
] satisfies readonly SortOfThing[]

const sortsLater = ['TABLES', 'SEQUENCES', 'FUNCTIONS', 'TYPES', 'SCHEMAS'] as const

const right = z.enum(
  [
    ...(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'] as const),
    ...(['CREATE', 'CONNECT', 'TEMPORARY', 'TEMP', 'EXECUTE', 'USAGE', 'ALL'] as const),
  ],
  'must be privileges such as SELECT or ALL',
)

/** What is granted: rights to things, rights to what will be made later, or to be a member of a group. */
export const postgresGrant = z.discriminatedUnion('on', [
  z.strictObject({
    on: z.literal('things'),
    sort: z.enum(sorts),
    /** Absent: all of the schema. */
    objects: z.array(oneLine).min(1).optional(),
    schema: oneLine.optional(),
    rights: z.array(right).min(1),
  }),
  z.strictObject({
    on: z.literal('later'),
    sorts: z.array(z.enum(sortsLater)).min(1),
    schema: oneLine.optional(),
    /** Those who will make them; none: who is logged in. */
    makers: z.array(oneLine).default([]),
    rights: z.array(right).min(1),
    usage_on_types: z.boolean().default(true),
  }),
  z.strictObject({ on: z.literal('groups'), groups: z.array(oneLine).min(1) }),
])

/** What is granted. */
export type PostgresGrant = z.infer<typeof postgresGrant>

/** To whom, and whether they may pass it on; absent: as it is. */
export interface Granting {
  readonly roles: readonly string[]
  readonly state: 'present' | 'absent'
  readonly passesOn?: boolean | undefined
}

/** The statement that asks how things are. */
export function askGrant(grant: PostgresGrant, roles: readonly string[]): string {
  switch (grant.on) {
    case 'things':
      return askThings(grant.sort, grant.objects, grant.schema, roles)
    case 'later':
      return askLater(sortsOf(grant), grant.schema, grant.makers, roles)
    case 'groups':
      return askMembers(grant.groups, roles)
  }
}

function sortsOf({
  sorts,
  usage_on_types,
}: Extract<PostgresGrant, { on: 'later' }>): readonly SortMadeLater[] {
  return usage_on_types && !sorts.includes('TYPES') ? [...sorts, 'TYPES'] : sorts
}

/** The statements that bring it about, none where it is so already; a text says what is missing. */
export function grantStatements(
  grant: PostgresGrant,
  granting: Granting,
  found: RightsFound,
): readonly string[] | string {
  const whom = granting.roles.map((role) => (role === 'PUBLIC' ? role : pgName(role))).join(', ')
  if (granting.roles.length === 0) return []
  switch (grant.on) {
    case 'things': {
      const { sort, objects, schema, rights } = grant
      const missing = objects?.find((one) => !found.things.includes(one))
      if (missing !== undefined)
        return `there is no ${sort.replaceAll('_', ' ')} ${missing}${schema === undefined ? '' : ` in the schema ${schema}`}`
      if (found.things.length === 0) return []
      const words = expanded(rights, found.all[''] ?? [])
      if (found.things.every((thing) => isSo(granting, found, thing, words))) return []
      const what = objects
        ? `${sort.replaceAll('_', ' ')} ${objects.map((one) => nameOfThing(sort, one, schema)).join(', ')}`
        : `ALL ${sort}S IN SCHEMA ${pgName(schema ?? 'public')}`
      return granted(`${rights.join(', ')} ON ${what}`, whom, granting, 'GRANT')
    }
    case 'groups': {
      const missing = grant.groups.find((one) => !found.things.includes(one))
      if (missing !== undefined) return `there is no role ${missing}`
      if (grant.groups.every((group) => isSo(granting, found, group, ['MEMBER']))) return []
      return granted(grant.groups.map(pgName).join(', '), whom, granting, 'ADMIN')
    }
    case 'later':
      return laterStatements(grant, whom, granting, found)
  }
}

function granted(
  what: string,
  whom: string,
  { state, passesOn }: Granting,
  option: 'GRANT' | 'ADMIN',
): readonly string[] {
  if (state === 'absent') return [`REVOKE ${what} FROM ${whom};`]
  return [
    `GRANT ${what} TO ${whom}${passesOn ? ` WITH ${option} OPTION` : ''};`,
    ...(passesOn === false ? [`REVOKE ${option} OPTION FOR ${what} FROM ${whom};`] : []),
  ]
}

function expanded(rights: readonly string[], all: readonly string[]): readonly string[] {
  return rights.includes('ALL') ? all : rights.map((one) => sameRight[one] ?? one)
}

function isSo(
  { roles, state, passesOn }: Granting,
  { has }: RightsFound,
  thing: string,
  rights: readonly string[],
): boolean {
  return roles.every((role) =>
    rights.every((right) => {
      const entries = has.filter((one) => one.thing === thing && one.role === role && one.right === right)
      if (state === 'absent') return entries.every(({ ours }) => !ours)
      if (entries.length === 0) return false
      if (passesOn === undefined) return true
      return passesOn
        ? entries.some((one) => one.passesOn)
        : entries.every((one) => !one.passesOn || !one.ours)
    }),
  )
}

/** What is made later is granted as a whole: what was granted of it before, and is not said, is taken away. */
function laterStatements(
  grant: Extract<PostgresGrant, { on: 'later' }>,
  whom: string,
  granting: Granting,
  found: RightsFound,
): readonly string[] | string {
  const { schema, makers, rights, usage_on_types } = grant
  const missing = makers.find((one) => !found.things.some((thing) => thing.endsWith(` ${one}`)))
  if (missing !== undefined) return `there is no role ${missing}`
  const isAbsent = granting.state === 'absent'
  const said = (sort: SortMadeLater) => [
    ...(grant.sorts.includes(sort) ? expanded(rights, found.all[sort] ?? []) : []),
    ...(usage_on_types && sort === 'TYPES' ? ['USAGE'] : []),
  ]
  const isRight = (thing: string) => {
    const sort = thing.slice(0, thing.indexOf(' ')) as SortMadeLater
    const isSaid = grant.sorts.includes(sort)
    const entries = found.has.filter((one) => one.thing === thing)
    if (isAbsent) return !isSaid || entries.length === 0
    const wanted = said(sort)
    return (
      isSo({ ...granting, passesOn: undefined }, found, thing, wanted) &&
      (!isSaid ||
        entries.every((one) => wanted.includes(one.right) && one.passesOn === (granting.passesOn === true)))
    )
  }
  if (found.things.every(isRight)) return []
  const before = `ALTER DEFAULT PRIVILEGES${makers.length === 0 ? '' : ` FOR ROLE ${makers.map(pgName).join(', ')}`}${schema === undefined ? '' : ` IN SCHEMA ${pgName(schema)}`}`
  const option = granting.passesOn ? ' WITH GRANT OPTION' : ''
  return [
    ...grant.sorts.map((sort) => `${before} REVOKE ALL ON ${sort} FROM ${whom};`),
    ...(isAbsent
      ? []
      : [
          ...grant.sorts.map(
            (sort) => `${before} GRANT ${rights.join(', ')} ON ${sort} TO ${whom}${option};`,
          ),
          ...(usage_on_types ? [`${before} GRANT USAGE ON TYPES TO ${whom}${option};`] : []),
        ]),
  ]
}
