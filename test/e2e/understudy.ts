import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

/** What a run of the command line left behind. */
export interface Ran {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** The lines of standard output, where they are JSON. */
  readonly events: readonly Readonly<Record<string, unknown>>[]
}

export const projectRoot = resolve(import.meta.dirname, '../..')

/** Runs the built command line as a user would; a failing run is a result, not an error. */
export async function understudy(
  args: readonly string[],
  options: {
    readonly input?: string
    readonly env?: NodeJS.ProcessEnv
    readonly onOutput?: (text: string, interrupt: () => void) => void
  } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [resolve(projectRoot, 'dist/cli/main.js'), ...args], {
    cwd: projectRoot,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    options.onOutput?.(text, () => child.kill('SIGINT'))
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.end(options.input ?? '')
  const status = await new Promise<number>((done) => child.once('close', (code) => done(code ?? 255)))
  const events = stdout.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []
    } catch {
      return []
    }
  })
  return { status, stdout, stderr, events }
}
