import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { type UserReading, userNamed } from '../sensors/accounts.ts'
import { accounts } from '../sensors/facts.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { lines, sh } from '../shell/quote.ts'
import { type User, userSchema } from './user-fields.ts'
import { create, hashOf, modify, passwordScript, sshKeyScript } from './user-script.ts'

interface Asked {
  readonly user: Query<UserReading>
  readonly [name: string]: Query<unknown>
}

/** A user of the host. A hash reaches the host on standard input only, never on a command line. */
export const user: ResourceKind<User, Asked> = {
  name: 'user',
  summary: 'A user of the host.',
  schema: userSchema,
  shorthand: 'name',
  subject: ({ name }) => name,
  inspect: (wanted) => ({
    user: userNamed(wanted.name),
    ...(wanted.ssh_key ? { key: fileAt(keyFile(wanted, undefined)) } : {}),
  }),
  converge: (wanted, found) => {
    const account = found.user
    if (wanted.state === 'absent') return account && remove(wanted)
    const key = found.key as FileReading | undefined
    const differences = differ(wanted, account, key)
    if (account && differences.length === 0) return undefined
    const names = differences.map(({ name }) => name)
    return {
      summary: account ? `change ${names.join(', ')}` : 'create',
      differences,
      script: lines(
        account ? modify(wanted, account, missingGroups(wanted, account)) : create(wanted),
        names.includes('password') || names.includes('locked') ? passwordScript(wanted, account) : sh``,
        names.includes('ssh key') ? sshKeyScript(wanted, keyFile(wanted, account)) : sh``,
      ),
      impact: 'none',
      disturbs: [
        `user:${wanted.name}`,
        `group:${wanted.name}`,
        ...(account && !names.includes('home') ? [] : [accounts, `file:${homeOf(wanted, account)}`]),
        ...(key ? [`file:${keyFile(wanted, account)}`] : []),
      ],
    }
  },
}

/** Relative to the account's home. */
function keyFile({ ssh_key, home, name }: User, found: UserReading): string {
  const file = ssh_key?.file ?? ''
  if (file.startsWith('/')) return file
  return `${homeOf({ home, name }, found)}/${file}`
}

/** A home that nobody names is where useradd makes one. */
function homeOf({ home, name }: Pick<User, 'home' | 'name'>, found: UserReading): string {
  return home ?? found?.home ?? (name === 'root' ? '/root' : `/home/${name}`)
}

type Attribute = Extract<Difference, { is: 'attribute' }>

function differ(wanted: User, found: UserReading, key: FileReading | undefined): readonly Attribute[] {
  const differs = (
    name: string,
    before: string | undefined,
    after: string | undefined,
  ): readonly Attribute[] => (before === after ? [] : [{ is: 'attribute', name, before, after }])
  const simple = (['uid', 'home', 'shell', 'comment'] as const).flatMap((name) =>
    wanted[name] === undefined || wanted[name] === found?.[name]
      ? []
      : differs(name, found && String(found[name]), String(wanted[name])),
  )
  const missing = missingGroups(wanted, found)
  const surplus = wanted.exact_groups
    ? (found?.groups ?? []).filter((one) => !wanted.groups.includes(one))
    : []
  const groups = [...(found?.groups ?? []), ...missing].filter((one) => !surplus.includes(one))
  const [least = -1, most = -1, warning = -1] = wanted.password_days ?? []
  const { aging } = found ?? {}
  return [
    ...(found ? [] : differs('user', undefined, wanted.name)),
    ...simple,
    ...(wanted.group !== undefined && !isPrimary(wanted.group, found)
      ? differs('group', found?.group, wanted.group)
      : []),
    ...(missing.length + surplus.length > 0
      ? differs('groups', found?.groups.join(',') || undefined, groups.join(','))
      : []),
    ...(hashOf(wanted, found) === undefined
      ? []
      : [{ is: 'attribute' as const, name: 'password', before: found && '(hidden)', after: '(hidden)' }]),
    ...(wanted.password_lock !== undefined && found?.hash !== undefined
      ? differs('locked', String(found.hash.startsWith('!')), String(wanted.password_lock))
      : []),
    ...(wanted.expires === undefined
      ? []
      : differs('expires', aging?.expires ?? '', wanted.expires < 0 ? '' : String(wanted.expires))),
    ...(least < 0 ? [] : differs('password days, least', aging?.least ?? '', String(least))),
    ...(most < 0 ? [] : differs('password days, most', aging?.most ?? '', String(most))),
    ...(warning < 0 ? [] : differs('password days, warning', aging?.warning ?? '', String(warning))),
    ...(key?.type === 'absent' ? differs('ssh key', undefined, wanted.ssh_key?.type) : []),
  ]
}

function isPrimary(group: string, found: UserReading): boolean {
  return group === found?.group || group === String(found?.gid)
}

function missingGroups({ groups }: User, found: UserReading): readonly string[] {
  return groups.filter((group) => group !== found?.group && !found?.groups.includes(group))
}

function remove({ name, remove, force }: User): Change {
  return {
    summary: remove ? 'remove, with its home' : 'remove',
    differences: [{ is: 'attribute', name: 'user', before: name, after: undefined }],
    script: sh`userdel ${[...(force ? ['-f'] : []), ...(remove ? ['-r'] : [])]} -- ${name}`,
    impact: 'none',
    disturbs: [`user:${name}`, `group:${name}`, accounts, ...(remove ? ['file:/home'] : [])],
  }
}
