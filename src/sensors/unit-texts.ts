import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { inSections, readSections } from './sections.ts'

/** The text of a unit's file in /etc/systemd/system; absent where there is none. */
export type UnitTextReading = string | undefined

/** Texts of units. Every line has a bar before it, so that none can be taken for a heading. */
export const unitTexts: Sensor<UnitTextReading> = {
  name: 'unit-texts',
  ask: (units) => inSections(units.map(show)),
  read: (output, units) => readSections(output, units, readText),
}

/** Asks for the text of a unit. */
export function unitText(unit: string): Query<UnitTextReading> {
  return { sensor: unitTexts, subject: unit, about: [`file:/etc/systemd/system/${unit}`] }
}

function show(unit: string): Script {
  const file = `/etc/systemd/system/${unit}`
  return sh`if [ -f ${file} ] && [ -r ${file} ]; then echo '!'; sed 's/^/|/' ${file}; fi`
}

function readText(text: string): UnitTextReading {
  if (!/^!$/m.test(text)) return undefined
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => `${line.slice(1)}\n`)
    .join('')
}
