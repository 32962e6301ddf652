/** A time of the week in which drills may begin. */
export interface DrillWindow {
  /** As the inventory says it. */
  readonly written: string
  /** Days on which it begins, Sunday being 0. */
  readonly days: ReadonlySet<number>
  /** Minutes since midnight; one that ends before it begins ends on the next day. */
  readonly from: number
  readonly to: number
  /** By the names of the IANA's time zone database. */
  readonly zone: string
}

const dayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
const shape =
  /^(?:([a-z]+(?:(?:-|\.\.|,)[a-z]+)*) )?(\d{1,2}:\d{2}) ?- ?(\d{1,2}:\d{2})(?: ([a-z][\w+/-]*))?$/i
const midnight = 24 * 60

/**
 * Reads `Mon-Fri 02:00-04:00 Europe/Berlin`: days and the time zone may be left out, and are all days and UTC then, which is
 * the same on every computer. `undefined` where it is no such thing.
 */
export function readDrillWindow(text: string): DrillWindow | undefined {
  const written = text.trim().replace(/\s+/g, ' ')
  const [, days, begins = '', ends = '', zone = 'UTC'] = shape.exec(written) ?? []
  const [from, to] = [minutesOf(begins), minutesOf(ends)]
  const on = days === undefined ? new Set(dayNames.keys()) : daysOf(days)
  if (from === undefined || from === midnight || to === undefined || !on || !isZone(zone)) return undefined
  return { written, days: on, from, to, zone }
}

/** May a drill begin now? `now`: milliseconds since the epoch. */
export function isOpen(window: DrillWindow, now: number): boolean {
  return covers(window, clockIn(window.zone)(now))
}

function covers({ days, from, to }: DrillWindow, { day, minute }: LocalTime): boolean {
  if (from < to) return days.has(day) && minute >= from && minute < to
  return (days.has(day) && minute >= from) || (days.has((day + 6) % 7) && minute < to)
}

/** A window that begins and ends at once. */
export function isNever({ from, to }: DrillWindow): boolean {
  return from === to
}

const minute = 60_000

/** When the first of them opens, in milliseconds since the epoch; `undefined`: not within nine days. */
export function nextOpening(windows: readonly DrillWindow[], now: number): number | undefined {
  const first = Math.ceil(now / minute) * minute
  const clocks = windows.map((window) => [window, clockIn(window.zone)] as const)
  for (let at = first; at < first + 9 * midnight * minute; at += minute)
    if (clocks.some(([window, clock]) => covers(window, clock(at)))) return at
  return undefined
}

/** `Thu 19:58`, by the clocks of that time zone. */
export function clockTime(at: number, zone: string): string {
  const { day, minute } = clockIn(zone)(at)
  const two = (number: number) => String(number).padStart(2, '0')
  const name = dayNames[day] ?? ''
  return `${name.charAt(0).toUpperCase()}${name.slice(1, 3)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

interface LocalTime {
  readonly day: number
  readonly minute: number
}

/** A clock of that time zone; making one costs more than many looks at it. */
function clockIn(zone: string): (at: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const names: readonly string[] = dayNames
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
    const day = names.indexOf(parts.get('weekday')?.toLowerCase() ?? '')
    return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) }
  }
}

function minutesOf(text: string): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = text.split(':').map(Number)
  const all = hours * 60 + minutes
  return minutes < 60 && all <= midnight ? all : undefined
}

/** Of `Mon-Wed,Sat`; a range may go past the end of the week. */
function daysOf(text: string): ReadonlySet<number> | undefined {
  const days = new Set<number>()
  for (const range of text.split(',')) {
    const [begins = '', ends = begins, ...rest] = range.split(/-|\.\./)
    const [first, last] = [dayNamed(begins), dayNamed(ends)]
    if (first === undefined || last === undefined || rest.length > 0) return undefined
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day)
      if (day === last) break
    }
  }
  return days
}

function dayNamed(text: string): number | undefined {
  const found = dayNames.findIndex((name) => text.length >= 3 && name.startsWith(text.toLowerCase()))
  return found < 0 ? undefined : found
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
