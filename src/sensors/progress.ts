import type { Answered, EndedStep, Progress } from '../model/progress.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { lines } from '../shell/quote.ts'
import { printRecord } from '../shell/record.ts'
import { decode, encoder } from './encoded.ts'
import { readRegistered } from './registered.ts'

const progress: Sensor<Progress | undefined> = {
  name: 'progress',
  ask: () => lines(encoder, printRecord),
  read: (output, subjects) => new Map(subjects.map((subject) => [subject, readProgress(output)])),
}

/** Asks how far the last run came on a machine; `undefined`: it keeps nothing of that. */
export const progressQuery: Query<Progress | undefined> = { sensor: progress, subject: '', about: ['*'] }

function readProgress(output: string): Progress | undefined {
  const ended = new Map<string, EndedStep>()
  const answered: Answered[] = []
  const files = new Map<string, string>()
  let [run, asked, isOver, last] = ['', '', false, '']
  for (const line of output.split('\n')) {
    const [word = '', first = '', ...rest] = line.split(' ')
    if (word === 'run') run = first
    else if (word === 'over') isOver = true
    else if (word === 'asked') asked = line.slice('asked '.length)
    else if (word === 'ended') {
      const [place = '', how, ...words] = rest
      const key = whole<string>(words.join(' '))
      last = place
      const changesNothing = how === 'same'
      if (key !== undefined)
        ended.set(place, { key, status: Number(first), stdout: '', stderr: '', changesNothing })
    } else if (word === 'out' || word === 'err') {
      const text = Buffer.from(decode(first, rest.join(''))).toString('utf8')
      const before = ended.get(last)
      if (before) ended.set(last, { ...before, ...(word === 'out' ? { stdout: text } : { stderr: text }) })
    } else if (word === 'step') {
      const end = whole<EndedStep>(rest.join(' '))
      if (end) ended.set(first, end)
    } else if (word === 'answered') {
      const one = whole<Answered<string>>(line.slice('answered '.length))
      const result = one && whole<unknown>(one.result)
      if (one && result) answered.push({ ...one, result: readRegistered(result) })
    } else if (word === 'file') files.set(rest.join(' '), first)
  }
  // What was cut off while it was begun is none.
  return run === '' || asked === '' ? undefined : { run, asked, isOver, ended, answered, files }
}

/** Of a machine that lost its power while it wrote: what is not whole was not recorded. */
function whole<Data>(text: string): Data | undefined {
  try {
    return JSON.parse(text) as Data
  } catch {
    return undefined
  }
}
