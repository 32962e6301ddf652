import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { Upcoming } from '../model/resource.ts'
import type { Readings } from '../model/sensor.ts'
import { readLimit } from '../sensors/contents.ts'
import { textOf } from '../sensors/encoded.ts'
import { fileAt } from '../sensors/files.ts'
import { type askFile, convergeFile, obstacleAt } from './content.ts'
import { refuse } from './refuse.ts'

/** A file of which only some lines are ours. */
export interface Edit {
  readonly path: string
  /** Make the file where there is none. */
  readonly create: boolean
  readonly validate?: string | undefined
  readonly backup: boolean
  /** What the lines are to be; a text says why the file cannot be edited. */
  readonly edit: (lines: readonly string[]) => readonly string[] | string
}

/** Edits a text file as a whole: what others wrote stays, and an edit they make meanwhile is not lost. */
export function convergeEdit(
  { path, create, edit, validate, backup }: Edit,
  found: Readings<ReturnType<typeof askFile>>,
  upcoming: Upcoming,
): Change | undefined {
  const before = readText(path, found)
  if ('obstacle' in before) return upcoming.touches(fileAt(path)) ? undefined : refuse(before.obstacle)
  const text = before.text ?? ''
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  const edited = edit(lines)
  if (typeof edited === 'string') return refuse(edited)
  if (edited.length === lines.length && edited.every((line, index) => line === lines[index])) return undefined
  if (before.text === undefined && !create) {
    return upcoming.touches(fileAt(path))
      ? undefined
      : refuse(`there is no ${path} to edit: \`create: true\` makes one`)
  }
  const content = edited.length === 0 ? '' : `${edited.join('\n')}\n`
  return convergeFile({ path, content, validate, backup }, found, upcoming)
}

/** A regular expression of JavaScript, matched against one line at a time. */
export const linePattern = z.string().check((context) => {
  try {
    new RegExp(context.value)
  } catch (error) {
    // The engine repeats the whole expression before its reason.
    const reason = String(error).replace(/^.*: /s, '')
    const message = `no regular expression: ${reason}`
    context.issues.push({ code: 'custom', input: context.value, message })
  }
})

/** Where new lines go. */
export const placement = {
  insert_after: linePattern
    .optional()
    .describe('New lines go after the last line that matches this regular expression; `EOF`: at the end.'),
  insert_before: linePattern
    .optional()
    .describe('New lines go before the last line that matches this regular expression; `BOF`: at the start.'),
}

/** The index at which new lines go: the end where nothing is said or nothing matches. */
export function placeIn(
  lines: readonly string[],
  { insert_after, insert_before }: { insert_after?: string | undefined; insert_before?: string | undefined },
): number {
  if (insert_before === 'BOF') return 0
  const pattern = insert_before ?? insert_after
  if (pattern === undefined || insert_after === 'EOF') return lines.length
  const at = lastMatch(lines, pattern)
  if (at < 0) return lines.length
  return insert_before === undefined ? at + 1 : at
}

/** The index of the last line a regular expression matches, or -1. */
export function lastMatch(lines: readonly string[], pattern: string): number {
  const expression = new RegExp(pattern)
  return lines.findLastIndex((line) => expression.test(line))
}

/** What a text file holds, or why it cannot be edited. */
export function readText(
  path: string,
  { at, content }: Readings<ReturnType<typeof askFile>>,
): { readonly text: string | undefined } | { readonly obstacle: string } {
  const obstacle = obstacleAt(path, at, content)
  if (obstacle) return { obstacle }
  if (content.is === 'large')
    return { obstacle: `${path} has over ${readLimit} bytes: too many to edit lines of it` }
  if (content.is !== 'read') return { text: undefined }
  const text = textOf(content.bytes)
  return text === undefined ? { obstacle: `${path} is no text in UTF-8` } : { text }
}
