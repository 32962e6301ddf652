import type { FleetEvent } from '../fleet/event.ts'
import { countsAsFailure } from '../fleet/outcome.ts'
import { eventLine, outcomeLines } from './fleet.ts'
import type { Colour, Paint } from './paint.ts'

/** What is told of a fleet, one by one. */
export type LoggedEvent = FleetEvent

/** How lines of a log are shown. */
interface LogView {
  readonly paint: Paint
  /** Letters of a line at most, on a terminal: longer ones are broken between words. */
  readonly width?: number | undefined
  /** Also what is only progress, and what was changed, with diffs. */
  readonly whole?: boolean
}

/** Letters of the time before each event. */
const timeWidth = 'YYYY-MM-DD hh:mm:ss'.length

/** An event as lines, marked as bad or odd where it is; none of what is not told. */
export function logLines(event: LoggedEvent, { paint, width, whole = false }: LogView): readonly string[] {
  const line = eventLine(event, { progress: whole })
  const colour = colourOf(event)
  const told = (line === undefined ? [] : broken(line, width)).map((part, index) => {
    if (index > 0) return colour ? paint(colour, part) : part
    const rest = part.slice(timeWidth)
    return `${paint('dim', part.slice(0, timeWidth))}${colour ? paint(colour, rest) : rest}`
  })
  return whole ? [...told, ...outcomeLines(event).map((one) => diffLine(one, paint))] : told
}

function colourOf(event: FleetEvent): Colour | undefined {
  switch (event.is) {
    case 'job-finished': {
      const { status } = event.outcome
      if (countsAsFailure(status)) return 'red'
      return status === 'drifted' || status === 'changes-pending' ? 'yellow' : undefined
    }
    case 'job-dead':
    case 'message-set-aside':
      return 'red'
    case 'job-withdrawn':
      return 'yellow'
    case 'run-turned':
      return event.to === 'stopped' || event.to === 'aborted' ? 'yellow' : undefined
    case 'alert':
      return event.bad ? 'red' : 'green'
    default:
      return undefined
  }
}

/** What comes and what goes in a diff, without the names of its files. */
function diffLine(line: string, paint: Paint): string {
  if (/^ {4}\+(?!\+\+)/.test(line)) return paint('green', line)
  return /^ {4}-(?!--)/.test(line) ? paint('red', line) : line
}

/** Parts of a line, those after the first under its words; a word that is too long for one is broken. */
function broken(line: string, width = Number.POSITIVE_INFINITY): readonly string[] {
  const indent = ' '.repeat(timeWidth + 2)
  if (line.length <= width || width < 2 * indent.length) return [line]
  const parts: string[] = []
  for (let rest = line; rest !== ''; ) {
    const before = parts.length === 0 ? '' : indent
    const room = width - before.length
    // The time and the first word stay together.
    const space = rest.length <= room ? -1 : rest.lastIndexOf(' ', room)
    const end = rest.length <= room ? rest.length : space > (before === '' ? indent.length : 0) ? space : room
    parts.push(before + rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return parts
}
