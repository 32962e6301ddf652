import { execFileSync } from 'node:child_process'

/**
 * SC2016: quoted text is data here. SC2154, SC2119, SC2120, SC2317: names of the prelude, of uploads and of traps.
 * SC2030, SC2031: each step exports variables for itself.
 * SC2041, SC2043, SC2050, SC1010: what is written out here may be one entry or a constant, and a frame is called done.
 */
const noise = 'SC2016,SC2154,SC2119,SC2120,SC2317,SC2041,SC2043,SC2050,SC1010,SC2030,SC2031'

/** What shellcheck has against a script; nothing where it is clean. */
export function check(script: string): string {
  try {
    return execFileSync('shellcheck', ['-s', 'sh', '-e', noise, '-f', 'gcc', '-'], {
      input: script,
      encoding: 'utf8',
    })
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout)
  }
}
