import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Prerequisite } from '../src/lab/prerequisites.ts'

/** Ends the output with what could not be run and why, with what passed only when it was tried again, and with one plain line that any log reader understands. */
class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const broken = modules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    ).length
    const lacks = tests.flatMap((test) => test.meta().lacks ?? [])
    if (lacks.length > 0) process.stdout.write(`\n${inWords(lacks)}\n`)
    const again = tests.filter((test) => test.diagnostic()?.flaky)
    if (again.length > 0) process.stdout.write(`\n${atSecond(again)}\n`)
    process.stdout.write(
      `\n${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped\n`,
    )
  }
}

/** With what went wrong at first: whoever changes something near it should know that it is not reliable. */
function atSecond(tests: readonly TestCase[]): string {
  const lines = tests.map((test) => {
    const [first] = test.result().errors ?? []
    const why = first?.message.split('\n', 1)[0]?.slice(0, 200)
    return `  ${test.module.relativeModuleId}: ${test.fullName}${why ? `: ${why}` : ''}`
  })
  return ['Passed when tried a second time:', ...lines].join('\n')
}

function inWords(lacks: readonly Prerequisite[]): string {
  const files = new Map<string, number>()
  for (const { what } of lacks) files.set(what, (files.get(what) ?? 0) + 1)
  const remedies = new Map(lacks.map((lack) => [lack.what, lack]))
  const packages = [...new Set(lacks.flatMap((lack) => lack.package ?? []))].toSorted()
  return [
    'Not everything can run on this computer. Missing:',
    ...[...remedies.values()].map(
      ({ what, remedy }) => `  ${what}, for ${files.get(what)} of the test files → ${remedy}`,
    ),
    ...(packages.length > 1
      ? [`All packages at once: apt-get install --no-install-recommends ${packages.join(' ')}`]
      : []),
  ].join('\n')
}

// Vitest takes a reporter from the file's default export.
// biome-ignore lint/style/noDefaultExport: see above
export default ClosingLine
