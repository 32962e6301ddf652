import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** One place where an address stands on a host. */
export interface AddressPlace {
  readonly device: string
  readonly prefix: number
  readonly label?: string
}

/** Where addresses stand now; empty where the host does not have one. */
export const addresses: Sensor<readonly AddressPlace[]> = {
  name: 'addresses',
  ask: () => sh`ip -o addr 2>/dev/null || :`,
  read: (output, subjects) => {
    const places = placesOf(output)
    return new Map(
      subjects.map((subject) => [
        subject,
        places.flatMap(({ address, ...place }) => (address === subject ? [place] : [])),
      ]),
    )
  },
}

/** Asks where an address stands; IPv6 in the form the kernel prints. */
export function addressNamed(address: string): Query<readonly AddressPlace[]> {
  return { sensor: addresses, subject: address, about: [`address:${address}`] }
}

/** Reads what `ip -o addr` prints. */
export function placesOf(output: string): readonly ({ readonly address: string } & AddressPlace)[] {
  return output.split('\n').flatMap(readPlace)
}

function readPlace(text: string): readonly ({ readonly address: string } & AddressPlace)[] {
  const [, device, family, word = ''] = text.split(/\s+/)
  if (!device || (family !== 'inet' && family !== 'inet6')) return []
  const [address = '', prefix = family === 'inet' ? '32' : '128'] = word.split('/')
  const label = text.split('\\')[0]?.trim().split(/\s+/).at(-1) ?? ''
  const labelled = label.startsWith(`${device}:`) ? { label } : {}
  return [{ address, device, prefix: Number(prefix), ...labelled }]
}
