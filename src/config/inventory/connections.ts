import { endpointOf } from '../../model/endpoint.ts'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import type { Become, Host } from '../../model/host.ts'
import { showOrigin } from '../../model/origin.ts'
import type { Warn } from '../problem.ts'
import { problem } from '../problem.ts'
import { didYouMean, editDistance } from '../suggest.ts'
import * as value from './connection-values.ts'
import type { Inventory, InventoryHost, Variable, Variables } from './inventory.ts'

/** The variables that say how a host is reached, by what they set; Ansible knows some by several names. */
export const settings = {
  address: ['ansible_host', 'ansible_ssh_host'],
  port: ['ansible_port', 'ansible_ssh_port'],
  user: ['ansible_user', 'ansible_ssh_user'],
  password: ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'],
  key: ['ansible_ssh_private_key_file', 'ansible_private_key_file'],
  arguments: ['ansible_ssh_args'],
  common: ['ansible_ssh_common_args'],
  extra: ['ansible_ssh_extra_args'],
  connection: ['ansible_connection'],
  become: ['ansible_become'],
  method: ['ansible_become_method'],
  becomeUser: ['ansible_become_user'],
  becomeFlags: ['ansible_become_flags', 'ansible_sudo_flags', 'ansible_su_flags'],
  becomeProgram: ['ansible_become_exe', 'ansible_sudo_exe', 'ansible_su_exe'],
  becomePassword: ['ansible_become_password', 'ansible_become_pass', 'become_password', 'become_pass'],
} as const

/** Names Ansible knows and a slip of the finger does not explain. */
const otherNames = ['ansible_ssh_executable', 'ansible_hostname']

/**
 * How to reach a host, as its variables say; `becomes` holds where they do not say ansible_become. Throws
 * InvalidInput where they are mistyped or hold expressions.
 */
export function connectionOf(host: InventoryHost, becomes = false): Host {
  const { connection, problems } = read(host, becomes)
  if (problems.length > 0) throw new InvalidInput(problems)
  return connection
}

/** Everything wrong with how hosts are reached: mistyped settings, and two hosts that are one machine. */
export function connectionProblems({ hosts }: Inventory, warn: Warn): readonly Failure[] {
  const problems: Failure[] = []
  const reached = new Map<string, InventoryHost>()
  const warned = new Set<string>()
  for (const host of hosts.values()) {
    const one = read(host, false)
    problems.push(...one.problems)
    warnOfSlips(host, warn, warned)
    if (one.problems.length > 0 || one.connection.connection === 'local') continue
    const { address, port = 22, sshArgs } = one.connection
    const key = JSON.stringify([address.toLowerCase(), port, sshArgs])
    const twin = reached.get(key)
    if (twin)
      problems.push(
        problem(
          'inventory-machine-twice',
          `${host.name} and ${twin.name} are the same machine: both are reached at ${endpointOf({ address, port })}`,
          placeOf(host),
          `correct one of them; ${twin.name} is at ${showOrigin(placeOf(twin))}`,
        ),
      )
    else reached.set(key, host)
  }
  return problems
}

function read(
  host: InventoryHost,
  becomes: boolean,
): { readonly connection: Host; readonly problems: readonly Failure[] } {
  const problems: Failure[] = []
  const reader: value.Reader = { variables: withUsual(host), problems }
  const kind = value.word(reader, ['ssh', 'smart', 'paramiko', 'local'], ...settings.connection)
  const port = value.port(reader, ...settings.port)
  const user = value.userName(reader, ...settings.user)
  const privateKeyFile = value.path(reader, ...settings.key)
  const password = value.password(reader, ...settings.password)
  const become = readBecome(reader, becomes)
  const connection: Host = {
    name: host.name,
    address: value.address(reader, ...settings.address) ?? host.name,
    connection: kind === 'local' ? 'local' : 'ssh',
    sshArgs: [settings.arguments, settings.common, settings.extra].flatMap((names) =>
      value.words(reader, ...names),
    ),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(privateKeyFile === undefined ? {} : { privateKeyFile }),
    ...(become === undefined ? {} : { become }),
    ...(password === undefined ? {} : { password }),
  }
  return { connection, problems }
}

function readBecome(reader: value.Reader, becomes: boolean): Become | undefined {
  const wanted = value.truth(reader, ...settings.become) ?? becomes
  const method = value.word(reader, ['sudo', 'su'], ...settings.method) ?? 'sudo'
  const user = value.userName(reader, ...settings.becomeUser) ?? 'root'
  const password = value.password(reader, ...settings.becomePassword)
  const program = value.programOf(reader, method, ...ofMethod(settings.becomeProgram, method))
  value.refuseFlags(reader, method, ...ofMethod(settings.becomeFlags, method))
  if (!wanted) return undefined
  return {
    method,
    user,
    ...(program === undefined ? {} : { program }),
    ...(password === undefined ? {} : { password }),
  }
}

/** Those of these names that speak of this way, or of any. */
function ofMethod(names: readonly string[], method: string): readonly string[] {
  return names.filter((name) => /^ansible_(become|X)_/.test(name.replace(`_${method}_`, '_X_')))
}

/** The variables of a host, with what is usual where it says nothing of it under any name. */
function withUsual({ variables, usually }: InventoryHost): Variables {
  if (!usually || usually.size === 0) return variables
  const missing = Object.values(settings).flatMap((names): [string, Variable][] => {
    const usual = names.find((name) => usually.has(name))
    const value = usual === undefined ? undefined : usually.get(usual)
    if (usual === undefined || !value || names.some((name) => variables.has(name))) return []
    const level = 'inventory variables of all'
    return [
      [
        usual,
        { value, winner: { name: usual, value, key: value.origin, level, giver: 'settings' }, losers: [] },
      ],
    ]
  })
  return new Map([...missing, ...variables])
}

/** As ansible-host, Ansible_host or anisble_host begin. */
const looksLikeAnsible = (name: string) =>
  editDistance(name.slice(0, 'ansible_'.length).toLowerCase(), 'ansible_') <= 2

/** A name that is nearly one of Ansible's would be silently without effect. */
function warnOfSlips({ variables }: InventoryHost, warn: Warn, warned: Set<string>): void {
  const known: readonly string[] = [...Object.values(settings).flat(), ...otherNames]
  for (const [name, { winner }] of variables) {
    if (!looksLikeAnsible(name) || known.includes(name)) continue
    const place = showOrigin(winner.key)
    const meant = didYouMean(name, known)
    if (meant !== undefined && !warned.has(place))
      warn('inventory-meaningless', `${name} has no meaning; did you mean "${meant}"?`, winner.key)
    warned.add(place)
  }
}

function placeOf(host: InventoryHost) {
  return (
    value.given({ variables: host.variables, problems: [] }, ...settings.address)?.value.origin ?? host.origin
  )
}
