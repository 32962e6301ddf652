import { JinjaError } from './failure.ts'

const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')
const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

const dayLength = 86_400_000

/** A time in the words of C's strftime, in English; the time is read as UTC, `zone` minutes ahead of which it is shown. */
export function strftime(format: string, at: Date, zone: number): string {
  const time = new Date(at.getTime() + zone * 60_000)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = dayOfYear(time)
  const weekday = time.getUTCDay()
  const hour = time.getUTCHours()
  const sign = zone < 0 ? '-' : '+'
  const offset = `${sign}${two(Math.floor(Math.abs(zone) / 60))}${two(Math.abs(zone) % 60)}`
  const parts: Readonly<Record<string, () => string>> = {
    Y: () => String(time.getUTCFullYear()),
    y: () => two(time.getUTCFullYear() % 100),
    C: () => two(Math.floor(time.getUTCFullYear() / 100)),
    m: () => two(time.getUTCMonth() + 1),
    d: () => two(time.getUTCDate()),
    e: () => String(time.getUTCDate()).padStart(2),
    H: () => two(hour),
    I: () => two(hour % 12 || 12),
    M: () => two(time.getUTCMinutes()),
    S: () => two(time.getUTCSeconds()),
    f: () => String(time.getUTCMilliseconds() * 1000).padStart(6, '0'),
    p: () => (hour < 12 ? 'AM' : 'PM'),
    A: () => days[weekday] ?? '',
    a: () => (days[weekday] ?? '').slice(0, 3),
    B: () => months[time.getUTCMonth()] ?? '',
    b: () => (months[time.getUTCMonth()] ?? '').slice(0, 3),
    h: () => (months[time.getUTCMonth()] ?? '').slice(0, 3),
    j: () => String(day + 1).padStart(3, '0'),
    u: () => String(weekday || 7),
    w: () => String(weekday),
    U: () => two(Math.floor((day + 7 - weekday) / 7)),
    W: () => two(Math.floor((day + 7 - ((weekday + 6) % 7)) / 7)),
    V: () => two(isoWeek(time).week),
    G: () => String(isoWeek(time).year),
    g: () => two(isoWeek(time).year % 100),
    s: () => String(Math.floor(at.getTime() / 1000)),
    z: () => offset,
    Z: () => (zone === 0 ? 'UTC' : offset),
    F: () => strftime('%Y-%m-%d', at, zone),
    T: () => strftime('%H:%M:%S', at, zone),
    R: () => strftime('%H:%M', at, zone),
    D: () => strftime('%m/%d/%y', at, zone),
    x: () => strftime('%m/%d/%y', at, zone),
    X: () => strftime('%H:%M:%S', at, zone),
    r: () => strftime('%I:%M:%S %p', at, zone),
    c: () => strftime('%a %b %e %H:%M:%S %Y', at, zone),
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
  }
  return format.replaceAll(/%([-_0^#]?)([A-Za-z%])/g, (whole, flag: string, letter: string) => {
    const text = parts[letter]?.() ?? whole
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '')
    return flag === '^' ? text.toUpperCase() : text
  })
}

/** A text read as a time by the format in which it is written. */
export function strptime(text: string, format: string): Date {
  const letters: string[] = []
  const pattern = format.replaceAll(/%([A-Za-z%])|([^%]+)/g, (_, letter?: string, words?: string) => {
    if (letter === undefined)
      return (words ?? '').replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&').replaceAll(/\s+/g, '\\s+')
    if (letter === '%') return '%'
    const form = { T: '%H:%M:%S', D: '%m/%d/%y', F: '%Y-%m-%d', R: '%H:%M' }[letter]
    const each = form ? [...form.matchAll(/%([A-Za-z])/g)].map(([, one = '']) => one) : [letter]
    letters.push(...each)
    const parts = each.map((one) => {
      if (!reading[one]) throw new JinjaError(`%${one} cannot be read from a text`)
      return `(${reading[one]})`
    })
    return form ? parts.join(form.replaceAll(/%[A-Za-z]/g, '').slice(0, 1)) : (parts[0] ?? '')
  })
  const found = new RegExp(`^${pattern}$`, 'i').exec(text)
  if (!found) throw new JinjaError(`this text is no time of the form ${format}`)
  const told = new Map(letters.map((letter, index) => [letter, found[index + 1] ?? '']))
  const number = (letter: string) => (told.has(letter) ? Number(told.get(letter)) : undefined)
  const month = monthOf(told.get('B') ?? told.get('b')) ?? number('m') ?? 1
  const short = number('y')
  const year = number('Y') ?? (short === undefined ? 1900 : short < 69 ? 2000 + short : 1900 + short)
  const late = /pm/i.test(told.get('p') ?? '') ? 12 : 0
  const twelve = number('I')
  const hour = twelve === undefined ? (number('H') ?? 0) : (twelve % 12) + late
  const day = number('j') === undefined ? (number('d') ?? number('e') ?? 1) : (number('j') ?? 1)
  const milliseconds = Number((told.get('f') ?? '').padEnd(6, '0').slice(0, 3))
  const time = Date.UTC(
    year,
    told.has('j') ? 0 : month - 1,
    day,
    hour,
    number('M') ?? 0,
    number('S') ?? 0,
    milliseconds,
  )
  if (told.has('s')) return new Date(Number(told.get('s')) * 1000)
  return new Date(time)
}

const reading: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  y: '\\d{2}',
  m: '1[0-2]|0?[1-9]',
  d: '3[01]|[12]\\d|0?[1-9]| [1-9]',
  e: '3[01]|[12]\\d|0?[1-9]| [1-9]',
  H: '2[0-3]|[01]?\\d',
  I: '1[0-2]|0?[1-9]',
  M: '[0-5]?\\d',
  S: '6[01]|[0-5]?\\d',
  f: '\\d{1,6}',
  p: 'am|pm',
  A: days.join('|'),
  a: days.map((day) => day.slice(0, 3)).join('|'),
  B: months.join('|'),
  b: months.map((month) => month.slice(0, 3)).join('|'),
  j: '\\d{1,3}',
  z: 'Z|[-+]\\d{2}:?\\d{2}',
  Z: '[A-Za-z]*',
  s: '\\d+',
}

function monthOf(name: string | undefined): number | undefined {
  if (name === undefined) return undefined
  return months.findIndex((month) => month.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()) + 1
}

function dayOfYear(time: Date): number {
  return Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / dayLength)
}

function isoWeek(time: Date): { readonly year: number; readonly week: number } {
  // The week belongs to the year of its Thursday.
  const thursday = new Date(time.getTime() + (4 - (time.getUTCDay() || 7)) * dayLength)
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 }
}
