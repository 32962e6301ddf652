import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { Upcoming } from '../model/resource.ts'
import type { Readings } from '../model/sensor.ts'
import { fileAt } from '../sensors/files.ts'
import { backupField } from './backup.ts'
import { type askFile, convergeFile } from './content.ts'
import { readText } from './edit.ts'
import { absolutePath, ownership } from './fields.ts'
import { refuse } from './refuse.ts'
import { validateField } from './validation.ts'

/** Fields of every kind that edits a text file of which only a part is meant. */
export const textEditFields = {
  path: absolutePath.describe('The file.'),
  create: z.boolean().default(false).describe('Make the file where there is none.'),
  validate: validateField,
  backup: backupField,
  ...ownership,
}

const schema = z.object(textEditFields)

/** What of a text file is edited, and how. */
type TextEdit = z.infer<typeof schema>

/**
 * Edits a text file as a whole, and sets its owner and mode. `edited` gets the text, or nothing where there is no file, and
 * gives what it is to be, or nothing where no file is to be made.
 */
export function convergeText(
  { path, create, validate, backup, owner, group, mode }: TextEdit,
  edited: (text: string | undefined) => string | undefined,
  found: Readings<ReturnType<typeof askFile>>,
  upcoming: Upcoming,
): Change | undefined {
  const before = readText(path, found)
  if ('obstacle' in before) return upcoming.touches(fileAt(path)) ? undefined : refuse(before.obstacle)
  const content = edited(before.text)
  if (content === undefined) return undefined
  if (before.text === undefined && !create)
    return upcoming.touches(fileAt(path))
      ? undefined
      : refuse(`there is no ${path} to edit: \`create: true\` makes one`)
  return convergeFile({ path, content, validate, backup, owner, group, mode }, found, upcoming)
}

/** The lines of a text, each with the line feed that ends it. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}
