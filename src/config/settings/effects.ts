import type { Sourced } from '../../model/sourced.ts'
import type { AnsibleSettings } from './read.ts'

/** Variables of an inventory that mean the same as settings, weaker than all that is said there. */
const variables = {
  remoteUser: 'ansible_user',
  remotePort: 'ansible_port',
  privateKeyFile: 'ansible_ssh_private_key_file',
  transport: 'ansible_connection',
  sshArgs: 'ansible_ssh_args',
  sshCommonArgs: 'ansible_ssh_common_args',
  sshExtraArgs: 'ansible_ssh_extra_args',
  becomeMethod: 'ansible_become_method',
} as const satisfies Partial<Record<keyof AnsibleSettings, string>>

/** How hosts are reached where neither inventory nor play says. */
export function usualConnection(settings: AnsibleSettings): ReadonlyMap<string, Sourced> {
  const names = Object.keys(variables) as (keyof typeof variables)[]
  return new Map(
    names.flatMap((name): [string, Sourced][] => {
      const said = settings[name]
      return said ? [[variables[name], { origin: said.origin, scalar: said.value, literal: true }]] : []
    }),
  )
}

/** Settings without any. */
export const noSettings: AnsibleSettings = { notes: [] }
