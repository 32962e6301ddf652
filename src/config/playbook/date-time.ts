import { strftime } from '../../jinja/strftime.ts'
import type { Facts } from '../../model/facts.ts'

/** Names of Ansible's date_time that are the host's own time, in the words of strftime(3). */
const formats: Readonly<Record<string, string>> = {
  iso8601_basic: '%Y%m%dT%H%M%S%f',
  iso8601_basic_short: '%Y%m%dT%H%M%S',
  date: '%Y-%m-%d',
  time: '%H:%M:%S',
  year: '%Y',
  month: '%m',
  day: '%d',
  hour: '%H',
  minute: '%M',
  second: '%S',
  weekday: '%A',
  weekday_number: '%w',
  weeknumber: '%W',
  epoch: '%s',
  epoch_int: '%s',
}

/** A host's clock as Ansible tells it: in the host's own zone, but for what is named after ISO 8601 with a Z. */
export function dateTime(time: number, { offset, name }: Facts['zone']): unknown {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(offset) ?? []
  const zone = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
  const at = new Date(time * 1000)
  return {
    iso8601: strftime('%Y-%m-%dT%H:%M:%SZ', at, 0),
    iso8601_micro: strftime('%Y-%m-%dT%H:%M:%S.%fZ', at, 0),
    ...Object.fromEntries(
      Object.entries(formats).map(([part, format]) => [part, strftime(format, at, zone)]),
    ),
    tz: name,
    tz_dst: name,
    tz_offset: offset,
  }
}
