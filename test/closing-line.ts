import type { Reporter, TestModule } from 'vitest/node'

/** Ends the output with one plain line that any log reader understands. */
class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const broken = modules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    ).length
    process.stdout.write(
      `\n${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped\n`,
    )
  }
}

// Vitest takes a reporter from the file's default export.
// biome-ignore lint/style/noDefaultExport: see above
export default ClosingLine
