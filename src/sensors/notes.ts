import type { Query, Sensor } from '../model/sensor.ts'
import { printNotes } from '../shell/notes.ts'

/** What runs noted on a machine and did not get to do: the handlers that are still to run. */
export type NotesReading = readonly string[]

const notes: Sensor<NotesReading> = {
  name: 'notes',
  ask: () => printNotes,
  read: (output, subjects) => new Map(subjects.map((subject) => [subject, readNotes(output)])),
}

/** Asks for the notes that are kept on a machine. */
export const notesQuery: Query<NotesReading> = { sensor: notes, subject: '', about: ['*'] }

function readNotes(output: string): NotesReading {
  return output.split('\n').flatMap((line) => {
    try {
      const text: unknown = JSON.parse(line)
      return typeof text === 'string' ? [text] : []
    } catch {
      return []
    }
  })
}
