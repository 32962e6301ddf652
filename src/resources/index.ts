import { type Kind, listed } from './bind.ts'
import { directory } from './directory.ts'

/** Every kind of thing a task can ask for, by the name tasks use. */
export const kinds = {
  directory: listed(directory),
} satisfies Readonly<Record<string, Kind>>
