import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

/** What figures depend on: the computer, and versions of what takes part. */
export function machine(): Record<string, string> {
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  return {
    processors: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${system ?? 'unknown'}, Linux ${release()}`,
    node: process.version,
    openssh: firstWords('ssh', ['-V']),
    ansible: firstWords('ansible', ['--version']),
  }
}

function firstWords(program: string, words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout: 20_000 })
  return `${stdout ?? ''}${stderr ?? ''}`.split('\n')[0]?.split(',')[0]?.trim() || 'not there'
}
