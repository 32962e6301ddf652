import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { decode, encoder } from './encoded.ts'

/** What came of a command that only asks. */
export interface CommandReading {
  readonly rc: number
  /** At most the last 64 KiB, bytes that are no UTF-8 replaced. */
  readonly stdout: string
  readonly stderr: string
}

/** Commands that users promise to be read-only. Each runs in a subshell of its own, with no input. */
export const commands: Sensor<CommandReading> = {
  name: 'commands',
  ask: (scripts) => sh`${embed(encoder)}
us_room=$(mktemp -d "$us_tmp/ask.XXXXXXXX")
us_i=0
for us_script in ${scripts}; do
  ( eval "$us_script" ) >"$us_room/out" 2>"$us_room/err" </dev/null
  echo "$us_i $? $us_how"
  tail -c 65536 "$us_room/out" | us_encode
  echo "$us_i err"
  tail -c 65536 "$us_room/err" | us_encode
  us_i=$((us_i + 1))
done
rm -rf "$us_room"`,
  read: (output, scripts) => {
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
  },
}

/** Asks what comes of a script. Nobody knows what it looks at, so any change may alter the answer. */
export function outcomeOf(script: Script): Query<CommandReading> {
  return { sensor: commands, subject: script, about: ['*'] }
}
