import { Failure } from '../model/failure.ts'
import { addSetting, type Settings } from './settings.ts'
import { directivesOf } from './ssh-config.ts'

/** What stands on a line of arguments for ssh. */
export interface SshArguments {
  readonly settings: Settings
  /** `-F`: the file to read instead of the user's own; `none` for no file at all. */
  readonly configFile?: string
}

/** Flags with a value that are an option by another name. */
const named: Readonly<Record<string, string>> = {
  J: 'ProxyJump',
  i: 'IdentityFile',
  p: 'Port',
  l: 'User',
}

/** Flags that make no difference to how programs are run: verbosity, terminals, forwarding, compression. */
const idle = '46ACqTtvxNnak'

/** Reads arguments of the ssh command, one word each. Throws INVALID_INPUT on a flag without meaning here. */
export function readSshArguments(words: readonly string[], host: string): SshArguments {
  const settings = new Map<string, readonly string[]>()
  let configFile: string | undefined
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const flag = word.charAt(1)
    if (/^-[46ACqTtvxNnak]+$/.test(word)) continue
    const takesValue = flag === 'o' || flag === 'F' || flag in named
    if (!word.startsWith('-') || !takesValue) throw refusal(host, `"${word}" has no meaning here`)
    const value = word.length > 2 ? word.slice(2) : rest.shift()
    if (value === undefined) throw refusal(host, `"${word}" lacks its value`)
    if (flag === 'F') configFile ??= value
    else if (flag === 'o') addOption(settings, value, host)
    else addSetting(settings, named[flag] ?? flag, [value])
  }
  return { settings, ...(configFile === undefined ? {} : { configFile }) }
}

function addOption(settings: Map<string, readonly string[]>, text: string, host: string): void {
  const [, name, value] = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*\S)\s*$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw refusal(host, `"-o ${text}" is not Name=value`)
  // A command's quotes and hashes are for the shell that runs it.
  if (name.toLowerCase() === 'proxycommand') addSetting(settings, name, [value])
  else for (const { keyword, words } of directivesOf(`${name} ${value}`)) addSetting(settings, keyword, words)
}

function refusal(host: string, what: string): Failure {
  return new Failure('INVALID_INPUT', `ssh arguments: ${what}`, {
    where: { host },
    next: `understood are -o Name=value, -F file, -J jump, -i key, -p port, -l user, and -${[...idle].join(' -')}`,
  })
}
