import type { Facts } from '../../model/facts.ts'

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** A host's clock as Ansible tells it: in the host's own zone, but for what is named after ISO 8601 with a Z. */
export function dateTime(time: number, { offset, name }: Facts['zone']): unknown {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(offset) ?? []
  const away = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60)
  const there = new Date((time + away) * 1000)
  const [, year, month, day, hour, minute, second] =
    /^(\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(there.toISOString()) ?? []
  const utc = new Date(time * 1000).toISOString().slice(0, 19)
  const basic = `${year}${month}${day}T${hour}${minute}${second}`
  return {
    iso8601: `${utc}Z`,
    iso8601_micro: `${utc}.000000Z`,
    iso8601_basic: `${basic}000000`,
    iso8601_basic_short: basic,
    date: `${year}-${month}-${day}`,
    time: `${hour}:${minute}:${second}`,
    year,
    month,
    day,
    hour,
    minute,
    second,
    weekday: days[there.getUTCDay()],
    weekday_number: String(there.getUTCDay()),
    weeknumber: weekOf(there),
    epoch: String(time),
    epoch_int: String(time),
    tz: name,
    tz_dst: name,
    tz_offset: offset,
  }
}

/** The week of the year whose first Monday begins week 01, as %W of strftime(3). */
function weekOf(date: Date): string {
  const first = Date.UTC(date.getUTCFullYear(), 0, 1)
  const day = Math.floor((date.getTime() - first) / 86_400_000)
  const sinceMonday = (date.getUTCDay() + 6) % 7
  return String(Math.floor((day + 7 - sinceMonday) / 7)).padStart(2, '0')
}
