import type { Upload } from '../model/change.ts'
import type { Sensor } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { type CommandReading, readAsked } from './commands.ts'
import { encoder } from './encoded.ts'

/** Seconds in which a module answers for all that is asked of it; what is not answered by then is not known. */
const patience = 60

/** The status of what was ended, or not begun, because time was over. */
export const unanswered = 124

/** Scripts that run a module in its check mode: it says what it would change, and changes nothing. It is sent to each host once. */
export function modulesAsked(name: string, module: Upload): Sensor<CommandReading> {
  return {
    name: `module ${name}`,
    uploads: [module],
    ask: (scripts) => sh`${embed(encoder)}
us_room=$(mktemp -d "$us_tmp/ask.XXXXXXXX")
us_until=$(($(date +%s) + ${patience}))
export us_tmp
us_i=0
for us_script in ${scripts}; do
  us_left=$((us_until - $(date +%s)))
  printf '%s\n' "$us_script" >"$us_room/script"
  if [ "$us_left" -le 0 ]; then (exit ${unanswered}); else
    timeout "$us_left" sh "$us_room/script" >"$us_room/out" 2>"$us_room/err" </dev/null
  fi
  echo "$us_i $? $us_how"
  tail -c 1048576 "$us_room/out" | us_encode
  echo "$us_i err"
  tail -c 65536 "$us_room/err" | us_encode
  : >"$us_room/out"; : >"$us_room/err"
  us_i=$((us_i + 1))
done
rm -rf "$us_room"`,
    read: readAsked,
  }
}
