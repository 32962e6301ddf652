import { JinjaError } from '../failure.ts'
import { hasKey, isMapping, isSequence, truth, typeWords, valueAt } from '../values.ts'
import type { Test, Tests } from './test.ts'

function field(value: unknown, name: string): unknown {
  if (!isMapping(value))
    throw new JinjaError(`this asks for the result of a task, and this is ${typeWords(value)}`, {
      next: 'name what "register" keeps',
    })
  return hasKey(value, name) ? valueAt(value, name) : undefined
}

const says = (name: string, wanted = true): Test => ({
  parameters: '',
  holds: (value) => truth(field(value, name) ?? false) === wanted,
})
const progress = (name: string): Test => ({
  parameters: '',
  holds: (value) => {
    const found = field(value, name)
    return found === undefined || found === 1 || found === true
  },
})

const changed: Test = {
  parameters: '',
  holds: (value) => {
    const told = field(value, 'changed')
    if (told !== undefined) return truth(told)
    const results = field(value, 'results')
    return (
      isSequence(results) && results.some((one) => isMapping(one) && truth(field(one, 'changed') ?? false))
    )
  },
}

/** Tests of what `register` keeps. */
export const resultTests: Tests = {
  changed,
  change: changed,
  failed: says('failed'),
  failure: says('failed'),
  succeeded: says('failed', false),
  success: says('failed', false),
  successful: says('failed', false),
  skipped: says('skipped'),
  skip: says('skipped'),
  reachable: says('unreachable', false),
  unreachable: says('unreachable'),
  started: progress('started'),
  finished: progress('finished'),
  timedout: says('timedout'),
}
