import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where understudy's own templates, playbooks and roles stand. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url))

/** The version of this understudy. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(`${packageRoot}package.json`, 'utf8')) as {
    readonly version: string
  }
  return version
}

/** The word by which the command becomes the process that keeps connections: no command for people. */
export const keepWord = 'keep-connections'
