import { canonical } from '../cluster/addresses.ts'
import type { AdoptedHost, KnownMachine } from './hosts.ts'
import type { ProxiedServer } from './proxy.ts'
import type { Groups } from './shared-servers.ts'

/** Realservers by the names of the machines that are known, others by the order in which they were read. */
export function realserversOf(
  realservers: readonly (Pick<ProxiedServer, 'address' | 'weight'> & Partial<ProxiedServer>)[],
  machines: readonly KnownMachine[],
  groups: Groups,
): readonly AdoptedHost[] {
  const taken = new Set(machines.map(({ name }) => name))
  return realservers.map(({ address, weight, backup, name: called, maxFails, failTimeout }) => {
    const own = canonical(address)
    const known = machines.find(({ connection, addresses }) =>
      [connection, ...addresses].some((one) => canonical(one) === own),
    )
    let name = known?.name ?? (called !== undefined && !taken.has(called) ? called : '')
    for (let count = 1; name === ''; count++) if (!taken.has(`rs${count}`)) name = `rs${count}`
    taken.add(name)
    return {
      name,
      connection: known?.connection ?? address,
      part: 'realserver',
      groups: [...groups].flatMap(([group, members]) => (members.has(own) ? [group] : [])),
      words: {
        ...(known && canonical(known.connection) !== own ? { address } : {}),
        ...(weight === 1 ? {} : { weight }),
        ...(backup ? { backup } : {}),
        ...(maxFails === undefined ? {} : { max_fails: maxFails }),
        ...(failTimeout === undefined ? {} : { fail_timeout: failTimeout }),
      },
    }
  })
}
