import type { Script } from '../model/script.ts'
import { sh } from '../shell/quote.ts'

/** Sets `$us_staged` to a hidden name in a directory under which something can be made before it takes its place. */
export function stagedName(directory: string, suffix = ''): Script {
  return sh`# Nobody knows the name of the private directory before it is there.
us_name=\${us_tmp:-$(mktemp -u .XXXXXXXX)}
us_staged=${`${directory === '/' ? '' : directory}/.understudy.`}"\${us_name##*.}"${suffix}`
}
