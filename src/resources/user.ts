import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import { type UserReading, userNamed } from '../sensors/accounts.ts'
import { lines, sh } from '../shell/quote.ts'
import { absolutePath, accountName } from './fields.ts'

const oneField = z.string().regex(/^[^:\n\0]*$/, 'must not have a colon or a line break')

const schema = z.strictObject({
  name: accountName.describe('The user.'),
  uid: z.number().int().min(0).max(4_294_967_294).optional().describe('Its number.'),
  group: accountName.optional().describe('Its primary group, which must exist; by default one of its own.'),
  groups: z
    .array(accountName)
    .default([])
    .describe('Groups it is a member of; others it is in are left alone.'),
  home: oneField.pipe(absolutePath).optional().describe('Its home; an existing one is not moved.'),
  shell: oneField.pipe(absolutePath).optional().describe('The program it logs in to.'),
  system: z.boolean().default(false).describe('A number below those of people, and no home made.'),
  comment: oneField.optional().describe('A few words about it, such as a full name.'),
  password: oneField
    .optional()
    .describe('The hash of its password, as `mkpasswd` or `openssl passwd -6` print it. Never shown.')
    .meta({ writeOnly: true }),
  state: z.enum(['present', 'absent']).default('present').describe('`absent` removes it; its home stays.'),
})

type User = z.infer<typeof schema>

/** A user of the host. A hash reaches the host on standard input only, never on a command line. */
export const user: ResourceKind<User, { user: ReturnType<typeof userNamed> }> = {
  name: 'user',
  summary: 'A user of the host.',
  schema,
  shorthand: 'name',
  subject: ({ name }) => name,
  inspect: ({ name }) => ({ user: userNamed(name) }),
  converge: (wanted, { user: found }) => {
    if (wanted.state === 'absent') return found && remove(wanted.name)
    const differences = differ(wanted, found)
    if (found && differences.length === 0) return undefined
    return {
      summary: found ? `change ${differences.map(({ name }) => name).join(', ')}` : 'create',
      differences,
      script: lines(
        found ? modify(wanted, found) : create(wanted),
        ...(wanted.password === undefined || wanted.password === found?.hash
          ? []
          : [sh`printf '%s\n' ${`${wanted.name}:${wanted.password}`} | chpasswd -e`]),
      ),
      impact: 'none',
      disturbs: [`user:${wanted.name}`, `group:${wanted.name}`],
    }
  },
}

type Attribute = Extract<Difference, { is: 'attribute' }>

function differ(wanted: User, found: UserReading): readonly Attribute[] {
  const simple = (['uid', 'home', 'shell', 'comment'] as const).flatMap((name): readonly Attribute[] =>
    wanted[name] === undefined || wanted[name] === found?.[name]
      ? []
      : [{ is: 'attribute', name, before: found && String(found[name]), after: String(wanted[name]) }],
  )
  const missing = missingGroups(wanted, found)
  const primary = wanted.group !== undefined && !isPrimary(wanted.group, found)
  return [
    ...(found ? [] : [{ is: 'attribute' as const, name: 'user', before: undefined, after: wanted.name }]),
    ...simple,
    ...(primary
      ? [{ is: 'attribute' as const, name: 'group', before: found?.group, after: wanted.group }]
      : []),
    ...(missing.length > 0
      ? [
          {
            is: 'attribute' as const,
            name: 'groups',
            before: found?.groups.join(',') || undefined,
            after: [...(found?.groups ?? []), ...missing].join(','),
          },
        ]
      : []),
    ...(wanted.password !== undefined && wanted.password !== found?.hash
      ? [{ is: 'attribute' as const, name: 'password', before: found && '(hidden)', after: '(hidden)' }]
      : []),
  ]
}

function isPrimary(group: string, found: UserReading): boolean {
  return group === found?.group || group === String(found?.gid)
}

function missingGroups({ groups }: User, found: UserReading): readonly string[] {
  return groups.filter((group) => group !== found?.group && !found?.groups.includes(group))
}

function create(wanted: User): Script {
  const { name, group, groups, system } = wanted
  const more = [
    ...options(wanted, undefined),
    ...(group ? ['-g', group] : []),
    ...(groups.length > 0 ? ['-G', groups.join(',')] : []),
    ...(system ? ['-r'] : ['-m']),
  ]
  return sh`useradd ${more} -- ${name}`
}

function modify(wanted: User, found: UserReading): Script {
  const { name, group } = wanted
  const missing = missingGroups(wanted, found)
  const more = [
    ...options(wanted, found),
    ...(group && !isPrimary(group, found) ? ['-g', group] : []),
    ...(missing.length > 0 ? ['-a', '-G', missing.join(',')] : []),
  ]
  return more.length > 0 ? sh`usermod ${more} -- ${name}` : sh`:`
}

/** Options that useradd and usermod share. */
function options(wanted: User, found: UserReading): readonly string[] {
  const flags = { uid: '-u', home: '-d', shell: '-s', comment: '-c' } as const
  return (['uid', 'home', 'shell', 'comment'] as const).flatMap((name) =>
    wanted[name] === undefined || wanted[name] === found?.[name] ? [] : [flags[name], String(wanted[name])],
  )
}

function remove(name: string): Change {
  return {
    summary: 'remove',
    differences: [{ is: 'attribute', name: 'user', before: name, after: undefined }],
    script: sh`userdel -- ${name}`,
    impact: 'none',
    disturbs: [`user:${name}`, `group:${name}`],
  }
}
