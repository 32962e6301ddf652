import type { Argument, Command, Option } from 'commander'

/** What is to be completed at the end of a line. */
export type Wanted =
  | { readonly is: 'command' }
  | { readonly is: 'flag' }
  | { readonly is: 'value'; readonly option: Option }
  | { readonly is: 'argument'; readonly argument: Argument }
  | { readonly is: 'nothing' }

/** A line as far as it was typed. */
export interface Line {
  readonly command: Command
  /** Words that are neither commands nor flags nor their values. */
  readonly operands: readonly string[]
  /** What was said by the long name of each flag that takes a value. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  /** What was typed of the last word, without the flag before an equals sign. */
  readonly typed: string
  readonly wanted: Wanted
}

/** Reads the words after the program's name, the last of which is being typed. */
export function readLine(program: Command, words: readonly string[]): Line {
  let command = program
  let pending: Option | undefined
  let onlyOperands = false
  const operands: string[] = []
  const flags = new Map<string, string[]>()
  const note = (option: Option, value: string) => {
    const name = option.long ?? option.flags
    flags.set(name, [...(flags.get(name) ?? []), value])
  }
  for (const word of words.slice(0, -1)) {
    if (pending) {
      note(pending, word)
      pending = undefined
    } else if (onlyOperands || !/^-./.test(word)) {
      const inner = operands.length === 0 ? command.commands.find((one) => one.name() === word) : undefined
      if (inner) command = inner
      else operands.push(word)
    } else if (word === '--') onlyOperands = true
    else {
      const { option, value } = flagIn(command, word)
      if (option?.required && value !== undefined) note(option, value)
      else if (option?.required) pending = option
    }
  }
  const typed = words.at(-1) ?? ''
  const line = { command, operands, flags, typed }
  if (pending) return { ...line, wanted: { is: 'value', option: pending } }
  if (onlyOperands || !typed.startsWith('-')) return { ...line, wanted: operandWanted(command, operands) }
  const { option, value } = flagIn(command, typed)
  if (!typed.startsWith('--') || value === undefined) return { ...line, wanted: { is: 'flag' } }
  return { ...line, typed: value, wanted: option?.required ? { is: 'value', option } : { is: 'nothing' } }
}

/** The flag that a word names, and the value that stands in the same word. */
function flagIn(command: Command, word: string): { readonly option?: Option; readonly value?: string } {
  const [, name = word, value] = /^(--[^=]+)(?:=(.*))?$/s.exec(word) ?? /^(-.)(.+)?$/s.exec(word) ?? []
  const option = command.options.find(({ long, short }) => long === name || short === name)
  return { ...(option ? { option } : {}), ...(value === undefined ? {} : { value }) }
}

function operandWanted(command: Command, operands: readonly string[]): Wanted {
  if (command.commands.length > 0) return operands.length === 0 ? { is: 'command' } : { is: 'nothing' }
  const known = command.registeredArguments
  const last = known.at(-1)
  const argument = known[operands.length] ?? (last?.variadic ? last : undefined)
  return argument ? { is: 'argument', argument } : { is: 'nothing' }
}
