import { Failure } from '../model/failure.ts'
import { listenersOn } from '../sensors/listeners.ts'
import { type ExpectedCluster, expectedTiers } from '../verify/expected.ts'
import { directorPorts, portsOf } from '../verify/proofs/boot.ts'
import type { Sightings } from '../verify/sightings.ts'
import type { Fault, Struck } from './fault.ts'

/** The unit that serves on a realserver, or that clients depend on beside keepalived of a director. */
export function unitOf(
  host: string,
  { name, strikes, strikesProcess }: Fault,
  expected: ExpectedCluster,
  { members }: Pick<Sightings, 'members'>,
): Pick<Struck, 'unit' | 'socket'> {
  const member = members.get(host)
  if (!member || member instanceof Failure) return { unit: '' }
  const asRealserver = strikes === 'a-realserver' || strikes === 'all-realservers'
  const ports = asRealserver
    ? expectedTiers(expected).flatMap((tier) => portsOf(tier, host))
    : directorPorts(expected, host)
  const units = ports.flatMap((port) => member.read(listenersOn(port)) ?? [])
  const { unit = '', socket } = units.find((one) => one.unit !== '') ?? {}
  if (strikesProcess && unit.endsWith('.socket'))
    throw new Failure(
      'INVALID_INPUT',
      `${unit} of ${host} starts a program for each connection: there is none for ${name} to strike`,
      { next: 'take another drill, such as one that stops it or cuts its machine off' },
    )
  return { unit, ...(socket === undefined ? {} : { socket }) }
}
