import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { lines } from '../shell/quote.ts'
import { readRights } from './postgres-acls.ts'
import { askGrant, grantStatements, postgresGrant } from './postgres-grants.ts'
import { postgresClient, postgresLogin, postgresTrouble, runSql, sqlAsked } from './postgres-login.ts'
import { type Answer, probed } from './probed.ts'

const oneLine = z.string().regex(/^[^\n\0]+$/, 'must be one line')

const schema = z.strictObject({
  grant: postgresGrant,
  roles: z.array(oneLine).min(1).describe('To whom; `PUBLIC`: to everybody.'),
  passed_over: z.boolean().default(false).describe('Roles that are not there are passed over.'),
  grant_option: z.boolean().optional().describe('They may pass it on.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: it is taken away.'),
  as: oneLine.optional().describe('In whose role it is done.'),
  login: postgresLogin,
})

type Rights = z.infer<typeof schema>

/** What roles of PostgreSQL may do. */
export const postgresRights: ResourceKind<Rights, { answer: Query<Answer> }> = probed({
  name: 'postgresql_privs',
  summary: 'What roles of PostgreSQL may do.',
  schema,
  subject: ({ grant, roles, login }) =>
    `${roles.join(', ')} in ${login.database}: ${
      grant.on === 'groups'
        ? grant.groups.join(', ')
        : `${grant.rights.join(', ')} on ${
            grant.on === 'later'
              ? `${grant.sorts.join(', ')} to come`
              : `${grant.sort} ${grant.objects?.join(', ') ?? 'ALL_IN_SCHEMA'}`
          }`
    }`,
  isList: true,
  ask: ({ grant, roles, as, login }) => lines(postgresClient(login), sqlAsked(askGrant(grant, roles), as)),
  change: ({ grant, roles, passed_over, grant_option, state, as, login }, { stdout }) => {
    const trouble = postgresTrouble(stdout)
    if (trouble) return trouble
    const found = readRights(stdout)
    const missing = roles.find((role) => !found.roles.includes(role))
    if (missing !== undefined && !passed_over) return `there is no role ${missing}`
    const known = roles.filter((role) => found.roles.includes(role))
    const statements = grantStatements(grant, { roles: known, state, passesOn: grant_option }, found)
    if (typeof statements === 'string') return statements
    if (statements.length === 0) return undefined
    return {
      summary: state === 'present' ? 'grant' : 'revoke',
      differences: statements.map((one) => ({
        is: 'attribute',
        name: 'statement',
        before: undefined,
        after: one,
      })),
      script: lines(postgresClient(login), runSql(['BEGIN;', ...statements, 'COMMIT;'], as)),
      disturbs: ['postgresql'],
    }
  },
})
