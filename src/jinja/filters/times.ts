import { JinjaError } from '../failure.ts'
import { numberGiven, textGiven } from '../given.ts'
import { strftime, strptime } from '../strftime.ts'
import { float, truth, typeWords } from '../values.ts'
import type { Filter, Filters } from './filter.ts'

const lengths: Readonly<Record<string, number>> = {
  ms: 1,
  msec: 1,
  msecs: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1000,
  sec: 1000,
  secs: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
  mo: 2_592_000_000,
  month: 2_592_000_000,
  months: 2_592_000_000,
  y: 31_536_000_000,
  year: 31_536_000_000,
  years: 31_536_000_000,
}

function duration(unit: string): Filter {
  return {
    parameters: 'year month',
    call: (value) => {
      const text = textGiven(value, 'a length of time')
      const parts = text.trim().split(/\s+/).filter(Boolean)
      const sum = parts.reduce((total, part) => {
        const [, sign, number, name = ''] = /^(-)?(\d+(?:\.\d+)?)([a-zA-Z]+)$/.exec(part) ?? []
        const length = lengths[name.toLowerCase()]
        if (number === undefined || length === undefined)
          throw new JinjaError(`"${part}" is no length of time`, { next: 'write for example 1h 30min' })
        return total + (sign ? -1 : 1) * Number(number) * length
      }, 0)
      return float(sum / (lengths[unit] ?? 1))
    },
  }
}

/** Filters of times. */
export const times: Filters = {
  strftime: {
    parameters: 'second utc',
    differs: 'names of days and months are English',
    call: (value, [second, utc = false], { outside }) => {
      if (typeof second === 'string' && !/^-?\d+(?:\.\d+)?$/.test(second))
        throw new JinjaError('strftime needs seconds since 1970')
      const seconds = typeof second === 'string' ? Number(second) : second
      const time =
        seconds === undefined || seconds === null
          ? outside.now()
          : new Date(numberGiven(seconds, 'strftime') * 1000)
      if (Number.isNaN(time.getTime())) throw new JinjaError('strftime needs seconds since 1970')
      return strftime(textGiven(value, 'strftime'), time, truth(utc) ? 0 : outside.zone(time))
    },
  },
  to_datetime: {
    parameters: 'format',
    call: (value, [format = '%Y-%m-%d %H:%M:%S']) => {
      if (value instanceof Date) return value
      if (typeof value !== 'string')
        throw new JinjaError(`to_datetime needs text, and this is ${typeWords(value)}`)
      return strptime(value, textGiven(format, 'to_datetime'))
    },
  },
  to_milliseconds: duration('ms'),
  to_seconds: duration('s'),
  to_minutes: duration('m'),
  to_hours: duration('h'),
  to_days: duration('d'),
  to_weeks: duration('w'),
}
