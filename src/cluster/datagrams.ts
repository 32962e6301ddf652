import type { Datagram } from '../model/datagram.ts'
import type { Service } from './cluster.ts'
import type { CheckSettings } from './vocabulary/index.ts'

/** Numbers of the records that can be asked for (RFC 1035, section 3.2.2; RFC 3596). */
const records = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28 } as const

/** Any number: who asks uses a socket of its own for each question. */
const id = '7565'

/**
 * What a client of a service of UDP can ask for, and be sure of an answer: what its own check asks for. Absent where nothing is
 * known to be answered.
 */
export function datagramOf({ protocol, check, backendPort }: Service): Datagram | undefined {
  if (protocol !== 'udp') return undefined
  // What answers elsewhere is not what serves.
  if ('port' in check && (check.port ?? backendPort) !== backendPort) return undefined
  return answeredTo(check)
}

/** What a check of UDP asks for, where there has to be an answer. */
export function answeredTo(check: CheckSettings): Datagram | undefined {
  if (check.type === 'dns')
    return {
      sent: `${id}01000001000000000000${nameOf(check.name)}${number(records[check.record])}0001`,
      // It is ours, an answer, and no error (RFC 1035, section 4.1.1).
      ...{ mask: 'ffff800f', value: `${id}8000` },
    }
  if (check.type !== 'udp' || !check.reply || check.payload === undefined) return undefined
  return { sent: Buffer.from(check.payload).toString('hex'), mask: '', value: '' }
}

/** Each part of a name with its length before it (RFC 1035, section 3.1). */
function nameOf(name: string): string {
  const parts = name.split('.').filter((part) => part !== '')
  return [
    ...parts.map((part) => Buffer.from([part.length, ...Buffer.from(part)]).toString('hex')),
    '00',
  ].join('')
}

function number(value: number): string {
  return value.toString(16).padStart(4, '0')
}
