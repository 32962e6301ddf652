import { textGiven } from './given.ts'
import type { Method } from './method.ts'
import { strftime } from './strftime.ts'
import { float } from './values.ts'

/** Methods of `datetime`. */
export const dateMethods: Readonly<Record<string, Method<Date>>> = {
  strftime: {
    parameters: 'format',
    call: (time, [format]) => strftime(textGiven(format, 'strftime()'), time, 0),
  },
  isoformat: { parameters: '', call: (time) => time.toISOString().replace(/(?:\.000)?Z$/, '') },
  timestamp: { parameters: '', call: (time) => float(time.getTime() / 1000) },
  date: { parameters: '', call: (time) => new Date(Math.floor(time.getTime() / 86_400_000) * 86_400_000) },
  weekday: { parameters: '', call: (time) => (time.getUTCDay() + 6) % 7 },
  isoweekday: { parameters: '', call: (time) => time.getUTCDay() || 7 },
}
