import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { decode, encoder } from './encoded.ts'

/** What came of a command that only asks. */
export interface CommandReading {
  readonly rc: number
  /** At most the last 64 KiB, or as much as its sensor says; bytes that are no UTF-8 replaced. */
  readonly stdout: string
  readonly stderr: string
}

/** Scripts that only ask, of whose output so many bytes are read. Each runs in a subshell of its own, with no input. */
function askedScripts(name: string, limit: number): Sensor<CommandReading> {
  return {
    name,
    ask: (scripts) => sh`${embed(encoder)}
us_said=$us_tmp/${name}
# Nothing need not be encoded.
us_last() { if [ -s "$2" ]; then tail -c "$1" "$2" | us_encode; fi; }
us_i=0
for us_script in ${scripts}; do
  ( eval "$us_script" ) >"$us_said.out" 2>"$us_said.err" </dev/null
  echo "$us_i $? $us_how"
  us_last ${limit} "$us_said.out"
  echo "$us_i err"
  us_last 65536 "$us_said.err"
  us_i=$((us_i + 1))
done`,
    read: readAsked,
  }
}

/** What scripts printed: for each its number, status and output, then the errors. */
export function readAsked(output: string, scripts: readonly string[]): ReadonlyMap<string, CommandReading> {
  const readings = new Map<string, CommandReading>()
  // Encoded lines hold no space, headings do.
  const blocks = output.matchAll(/^(\d+) (\d+) (\w+)((?:\n\S+$)*)\n\1 err((?:\n\S+$)*)/gm)
  for (const [, index, rc, how = '', stdout = '', stderr = ''] of blocks) {
    const script = scripts[Number(index)]
    const text = (encoded: string) => new TextDecoder().decode(decode(how, encoded))
    if (script === undefined) continue
    readings.set(script, { rc: Number(rc), stdout: text(stdout), stderr: text(stderr) })
  }
  return readings
}

/** Commands that users promise to be read-only, and other small questions. */
export const commands: Sensor<CommandReading> = askedScripts('commands', 65_536)

/** Long lists, such as of all packages: many of these at once would be more than a program may print. */
const lists: Sensor<CommandReading> = askedScripts('lists', 1024 * 1024)

/** Asks for a long list, of which the last MiB is read. */
export function listOf(script: Script): Query<CommandReading> {
  return { sensor: lists, subject: script, about: ['*'] }
}

/** Asks what comes of a script. Nobody knows what it looks at, so any change may alter the answer. */
export function outcomeOf(script: Script): Query<CommandReading> {
  return { sensor: commands, subject: script, about: ['*'] }
}
