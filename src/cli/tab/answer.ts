import type { Command } from 'commander'
import { shellWords } from '../../operations/words.ts'
import type { Candidate } from './candidate.ts'
import { type Line, readLine } from './line.ts'
import { valuesFor } from './values.ts'

/** What follows the words: the shell is to complete files, or nothing else. */
const files = ':0'
const noFiles = ':4'

/**
 * What could stand at the end of a line: a word on each line, what it means behind a tab, and last what else the shell
 * may offer. Bash gives the line as it was typed in COMP_LINE, and the part of its last word that it replaces in COMP_WORD.
 */
export async function answer(
  program: Command,
  words: readonly string[],
  { COMP_LINE, COMP_WORD }: NodeJS.ProcessEnv,
): Promise<string> {
  const inBash = COMP_LINE !== undefined && words.length === 0
  const line = readLine(program, inBash ? wordsOf(COMP_LINE) : words)
  const candidates = await candidatesFor(line)
  const fitting = (candidates ?? []).filter(({ value }) => value.startsWith(line.typed))
  const kept = inBash ? fitting : fitting.filter(({ value }) => !/[^\p{L}\p{N}_.,:/@%+=!&*~-]/u.test(value))
  const before = inBash ? line.typed.length - replaced(COMP_WORD ?? '') : 0
  const told = kept.map(({ value, meaning = '' }) => `${value.slice(Math.max(0, before))}\t${meaning}`)
  return [...told, candidates === undefined || told.length === 0 ? files : noFiles, ''].join('\n')
}

/** What may stand there; nothing is known where files may. */
async function candidatesFor(line: Line): Promise<readonly Candidate[] | undefined> {
  const { command, wanted } = line
  const help = command.createHelp()
  if (wanted.is === 'command')
    return help
      .visibleCommands(command)
      .map((one) => ({ value: one.name(), meaning: help.subcommandDescription(one) }))
  if (wanted.is === 'flag')
    return help
      .visibleOptions(command)
      .map((option) => ({ value: option.long ?? option.flags, meaning: option.description }))
  return wanted.is === 'nothing' ? [] : valuesFor(line)
}

/** The words behind the name of the program, the last of which is still being typed. */
function wordsOf(line: string): readonly string[] {
  const { words, unclosed } = shellWords(line, false)
  const between = unclosed === undefined && /(^|[^\\])\s$/.test(line)
  return [...words.slice(1).map(({ text }) => text), ...(between ? [''] : [])]
}

/** Bash takes words apart at = and :, and replaces the last part only. */
function replaced(piece: string): number {
  return /^[=:]*$/.test(piece) ? 0 : (shellWords(piece, false).words.at(0)?.text.length ?? 0)
}
