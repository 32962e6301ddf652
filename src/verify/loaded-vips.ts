import type { Session } from '../model/session.ts'
import { runningKeepalived } from '../sensors/keepalived.ts'
import { observe } from './observe.ts'

/** Addresses that the running keepalived of a machine takes for VIPs; none where it does not answer. */
export async function loadedVips(session: Session, signal: AbortSignal): Promise<readonly string[]> {
  const reading = (await observe(session, [runningKeepalived], signal)).read(runningKeepalived)
  return reading.answers
    ? reading.instances.flatMap(({ addresses }) => addresses.map(({ address }) => address))
    : []
}
