import type { Script } from '../model/script.ts'
import { sh } from './quote.ts'

/**
 * Sets `us_way` to the two ends of our own connection as the machine sees them (sshd(8), SSH_CONNECTION); empty where we
 * did not come by ssh. sudo drops the variable: then an ancestor of this shell still has it.
 */
export const findWay: Script = sh`us_pid=$$
us_way=\${SSH_CONNECTION-}
for _ in 1 2 3 4 5 6 7 8; do
  if [ -n "$us_way" ] || [ "$us_pid" -le 1 ]; then break; fi
  us_way=$(tr '\0' '\n' <"/proc/$us_pid/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
  us_pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$us_pid/status" 2>/dev/null || echo 1)
done`
