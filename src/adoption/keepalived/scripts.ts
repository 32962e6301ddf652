import type { Statement } from './blocks.ts'

/** Keywords behind which keepalived is told a program. */
const tells = /^(script|notify(_\w+)?|quorum_up|quorum_down|misc_path|startup_script|shutdown_script)$/

/** A program that keepalived runs, as far as it is named by its path. */
export interface Script {
  readonly path: string
  readonly statement: Statement
}

/** Every program that a configuration names, also those that are found by `PATH`: these have an empty path. */
export function scriptsIn(statements: readonly Statement[]): readonly Script[] {
  return statements.flatMap((statement) => {
    const { keyword, values, block = [] } = statement
    const [program = ''] = (values[0] ?? '').split(/\s+/)
    const own = tells.test(keyword) ? [{ path: program.startsWith('/') ? program : '', statement }] : []
    return [...own, ...scriptsIn(block)]
  })
}
