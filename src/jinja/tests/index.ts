import { suggestion } from '../../model/suggest.ts'
import { contains } from '../compare.ts'
import { JinjaError } from '../failure.ts'
import { filterNames, shortName } from '../filters/index.ts'
import { bound } from '../given.ts'
import type { Runtime } from '../runtime.ts'
import { type Given, present } from '../values.ts'
import { resultTests } from './results.ts'
import type { Test, Tests } from './test.ts'
import { textTests } from './texts.ts'
import { valueTests } from './values.ts'

/** All tests, by what they are of. */
export const testFamilies: Readonly<Record<string, Tests>> = {
  'any value': valueTests,
  texts: textTests,
  'results of tasks': resultTests,
}

const ofNames: Tests = {
  filter: {
    parameters: '',
    holds: (value, _, { work }) => contains(filterNames, shortName(String(value)), work),
  },
  test: { parameters: '', holds: (value) => tests.has(shortName(String(value))) },
}

const tests: ReadonlyMap<string, Test> = new Map(
  [...Object.values(testFamilies), ofNames].flatMap((family) => Object.entries(family)),
)

/** Asks a test by its name, with the collection it belongs to before it or not. */
export function askTest(name: string, value: unknown, given: Given, run: Runtime): boolean {
  const short = shortName(name)
  const test = tests.get(short)
  if (!test) throw unknownTest(name, short)
  if (!test.mindsNothing) {
    present(value)
    for (const one of given.positional) present(one)
    for (const one of given.named.values()) present(one)
  }
  return test.holds(value, bound(`is ${short}`, test.parameters, given), run)
}

/** What is wrong with the name of a test. */
export function testProblem(name: string): JinjaError | undefined {
  const short = shortName(name)
  return tests.has(short) ? undefined : unknownTest(name, short)
}

function unknownTest(name: string, short: string): JinjaError {
  return new JinjaError(`there is no test called "${name}"`, { next: suggestion(short, tests.keys()) })
}
