import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'

/** Runs one fragment per subject, each under a heading of its own. */
export function inSections(fragments: readonly Script[]): Script {
  return lines(...fragments.map((fragment, index) => sh`echo "# ${index}"; ${embed(fragment)}`))
}

/** Hands each subject the text under its heading; the empty string where there is none. */
export function readSections<Reading>(
  output: string,
  subjects: readonly string[],
  read: (text: string) => Reading,
): ReadonlyMap<string, Reading> {
  const parts = output.split(/^# (\d+)$/m)
  const texts = new Map<number, string>()
  for (let at = 1; at < parts.length; at += 2) texts.set(Number(parts[at]), parts[at + 1] ?? '')
  return new Map(subjects.map((subject, index) => [subject, read(texts.get(index) ?? '')]))
}
