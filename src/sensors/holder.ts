import { type Holder, readHolder } from '../model/holder.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { tellHolder } from '../shell/lock.ts'

/** The run that has a machine for itself; absent where none has. */
export type HolderReading = Holder | undefined

const holder: Sensor<HolderReading> = {
  name: 'holder',
  ask: () => tellHolder,
  read: (output, subjects) => {
    const reading = readHolder(output.trim())
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks a machine which run has its lock, and whether that one lives. */
export const holderOfMachine: Query<HolderReading> = { sensor: holder, subject: '', about: [] }
