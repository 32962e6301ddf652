import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** Connections of one realserver behind one virtual server. */
export interface IpvsLoad {
  readonly service: string
  readonly server: string
  readonly weight: number
  readonly active: number
  readonly inactive: number
}

/** The lines of `ipvsadm -Ln` (ipvsadm(8)); none where there is no table. */
const load: Sensor<readonly IpvsLoad[]> = {
  name: 'ipvs-load',
  ask: () => sh`ipvsadm -Ln 2>/dev/null || :`,
  read: (output, subjects) => new Map(subjects.map((subject) => [subject, readLoad(output)])),
}

/** Asks how many connections each realserver has. */
export const ipvsLoad: Query<readonly IpvsLoad[]> = { sensor: load, subject: '', about: ['ipvs:table'] }

function readLoad(output: string): readonly IpvsLoad[] {
  let service = ''
  return output.split('\n').flatMap((line) => {
    const [first = '', second = '', , weight, active, inactive] = line.trim().split(/\s+/)
    if (/^(TCP|UDP|SCTP|FWM)$/.test(first)) service = `${first.toLowerCase()} ${second}`
    if (first !== '->' || !/^\d+$/.test(weight ?? '')) return []
    return [
      {
        service,
        server: second,
        weight: Number(weight),
        active: Number(active),
        inactive: Number(inactive),
      },
    ]
  })
}
