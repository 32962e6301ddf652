import type { Query, Sensor } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'

/** A user of a host; `undefined`: there is none of that name. */
export type UserReading =
  | {
      readonly uid: number
      readonly gid: number
      /** Name of the primary group; empty where the number has none. */
      readonly group: string
      /** All groups but the primary one. */
      readonly groups: readonly string[]
      readonly comment: string
      readonly home: string
      readonly shell: string
      /** The password's hash as in shadow(5); secret. Absent where it cannot be read. */
      readonly hash?: string
      /** As shadow(5) has it. Empty: none. */
      readonly aging?: {
        /** Least and most days that a password is kept, and days of warning before. */
        readonly least: string
        readonly most: string
        readonly warning: string
        /** The day, since the epoch, after which it is of no use. */
        readonly expires: string
      }
    }
  | undefined

/** A group of a host; `undefined`: there is none of that name. */
export type GroupReading = { readonly gid: number } | undefined

/** Looks for an entry by its name, in whatever directory; in the host's own file where that cannot be asked. */
const entry = sh`us_entry() {
  getent "$1" "$2" 2>/dev/null && return 0
  # There is none, says getent.
  [ $? -ne 2 ] && grep "^$2:" "/etc/$1"
}`

/** Users by name, whatever directory they come from; their hashes only from the host's own file. */
export const users: Sensor<UserReading> = {
  name: 'users',
  ask: (names) => sh`${embed(entry)}
for us_u in ${names}; do
  us_line=$(us_entry passwd "$us_u") || continue
  printf 'passwd:%s\n' "$us_line"
  printf 'groups:%s:' "$us_u"; id -- "$us_u" 2>/dev/null || echo
  sed -n "s/^$us_u:/shadow:&/p" /etc/shadow 2>/dev/null || :
done`,
  read: (output, names) => {
    const said = output.split('\n').map((line) => line.split(':'))
    return new Map(names.map((name) => [name, readUser(name, said)]))
  },
}

/** Groups by name. */
export const groups: Sensor<GroupReading> = {
  name: 'groups',
  ask: (names) => sh`${embed(entry)}
for us_g in ${names}; do us_entry group "$us_g" || :; done`,
  read: (output, names) => {
    const said = output.split('\n').map((line) => line.split(':'))
    return new Map(
      names.map((name) => {
        const found = said.find(([first]) => first === name)
        return [name, found && { gid: Number(found[2]) }]
      }),
    )
  },
}

/** Asks for a user. */
export function userNamed(name: string): Query<UserReading> {
  return { sensor: users, subject: name, about: [`user:${name}`] }
}

/** Asks for a group. */
export function groupNamed(name: string): Query<GroupReading> {
  return { sensor: groups, subject: name, about: [`group:${name}`] }
}

function readUser(name: string, said: readonly (readonly string[])[]): UserReading {
  const line = (kind: string) => said.find(([first, second]) => first === kind && second === name)
  const passwd = line('passwd')
  if (!passwd) return undefined
  const [, , , uid, gid, comment = '', home = '', shell = ''] = passwd
  const { group, all } = readGroups(line('groups')?.slice(2).join(':') ?? '')
  const [, , hash, , least = '', most = '', warning = '', , expires = ''] = line('shadow') ?? []
  return {
    uid: Number(uid),
    gid: Number(gid),
    group,
    groups: all.filter((one) => one !== group),
    comment,
    home,
    shell,
    ...(hash === undefined ? {} : { hash, aging: { least, most, warning, expires } }),
  }
}

/** By what id(1) prints, `uid=1(a) gid=2(b) groups=2(b),3(c)`; a group without a name goes by its number. */
function readGroups(identity: string): { readonly group: string; readonly all: readonly string[] } {
  const [, gid = '', ids = ''] = / gid=(\d+(?:\([^)]*\))?)(?: groups=(.*))?/.exec(identity) ?? []
  const names = [...`${gid},${ids}`.matchAll(/(\d+)(?:\(([^)]*)\))?/g)].map(([, id = '', name = id]) => name)
  return { group: names[0] ?? '', all: names }
}
