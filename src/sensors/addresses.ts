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
    const places = output.split('\n').flatMap(readPlace)
    return new Map(
      subjects.map((subject) => [
        subject,
        places.filter(({ address }) => address === subject).map(({ place }) => place),
      ]),
    )
  },
}

/** Asks where an address stands; IPv6 in the form the kernel prints. */
export function addressNamed(address: string): Query<readonly AddressPlace[]> {
  return { sensor: addresses, subject: address, about: [`address:${address}`] }
}

function readPlace(text: string): readonly { readonly address: string; readonly place: AddressPlace }[] {
  const [, device, family, word = ''] = text.split(/\s+/)
  if (!device || (family !== 'inet' && family !== 'inet6')) return []
  const [address = '', prefix = family === 'inet' ? '32' : '128'] = word.split('/')
  const label = text.split('\\')[0]?.trim().split(/\s+/).at(-1) ?? ''
  const labelled = label.startsWith(`${device}:`) ? { label } : {}
  return [{ address, place: { device, prefix: Number(prefix), ...labelled } }]
}
