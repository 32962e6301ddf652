import type { Script } from '../model/script.ts'
import type { UserReading } from '../sensors/accounts.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import type { User } from './user-fields.ts'

/** Makes a user, with all that is said of it but its password. */
export function create(wanted: User): Script {
  const { name, group, groups, system, skeleton } = wanted
  const makesHome = wanted.make_home ?? !system
  const more = [
    ...options(wanted, undefined),
    ...(group ? ['-g', group] : []),
    ...(groups.length > 0 ? ['-G', groups.join(',')] : []),
    ...(system ? ['-r'] : []),
    makesHome ? '-m' : '-M',
    ...(skeleton && makesHome ? ['-k', skeleton] : []),
  ]
  return lines(sh`useradd ${more} -- ${name}`, aging(wanted))
}

/** Changes what differs. */
export function modify(wanted: User, found: UserReading, missing: readonly string[]): Script {
  const { name, group, groups, exact_groups, home, move_home } = wanted
  const isPrimary = group === found?.group || group === String(found?.gid)
  const surplus = exact_groups && (found?.groups ?? []).some((one) => !groups.includes(one))
  const more = [
    ...options(wanted, found),
    ...(move_home && home !== undefined && home !== found?.home ? ['-m'] : []),
    ...(group && !isPrimary ? ['-g', group] : []),
    ...(surplus ? ['-G', groups.join(',')] : missing.length > 0 ? ['-a', '-G', missing.join(',')] : []),
  ]
  return lines(more.length > 0 ? sh`usermod ${more} -- ${name}` : sh``, aging(wanted))
}

/** The hash that is to be set, if it is another one. */
export function hashOf({ password, password_once }: User, found: UserReading): string | undefined {
  if (password === undefined || (found && password_once)) return undefined
  return password === found?.hash || `!${password}` === found?.hash ? undefined : password
}

/** Sets its password, and locks it or not. */
export function passwordScript(wanted: User, found: UserReading): Script {
  const { name, password_lock } = wanted
  const hash = hashOf(wanted, found)
  return lines(
    hash === undefined ? sh`` : sh`printf '%s\n' ${`${name}:${hash}`} | chpasswd -e`,
    password_lock === undefined ? sh`` : sh`usermod ${password_lock ? '-L' : '-U'} -- ${name}`,
  )
}

/** Makes its key as itself, so that all of it is its own. */
export function sshKeyScript({ name, ssh_key }: User, file: string): Script {
  const { type = 'rsa', bits, comment } = ssh_key ?? {}
  const directory = file.slice(0, file.lastIndexOf('/'))
  const words = ['-t', type, ...(bits === undefined ? [] : ['-b', bits])]
  const about = comment === undefined ? sh`"ansible-generated on $(uname -n)"` : sh`${comment}`
  return sh`if ! command -v ssh-keygen >/dev/null 2>&1; then echo 'ssh-keygen is missing: install openssh-client in a task before' >&2; exit 1; fi
if [ ! -d ${directory} ]; then mkdir -p -m 0700 -- ${directory}; chown -- ${name}: ${directory}; fi
ssh-keygen -q -N '' ${words} -C ${embed(about)} -f ${file}
chown -- ${name}: ${file} ${`${file}.pub`}`
}

function aging({ name, expires, password_days }: User): Script {
  const [least = -1, most = -1, warning = -1] = password_days ?? []
  const words = [
    ...(least < 0 ? [] : ['-m', least]),
    ...(most < 0 ? [] : ['-M', most]),
    ...(warning < 0 ? [] : ['-W', warning]),
    ...(expires === undefined ? [] : ['-E', expires]),
  ]
  return words.length > 0 ? sh`chage ${words} -- ${name}` : sh``
}

/** Options that useradd and usermod share. */
function options(wanted: User, found: UserReading): readonly string[] {
  const flags = { uid: '-u', home: '-d', shell: '-s', comment: '-c' } as const
  return (['uid', 'home', 'shell', 'comment'] as const).flatMap((name) =>
    wanted[name] === undefined || wanted[name] === found?.[name] ? [] : [flags[name], String(wanted[name])],
  )
}
