import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'

const unit = (id: string) => `understudy-undo-${id}`
const file = (id: string) => `/run/understudy-undo-${id}.sh`

/**
 * Arms the undo on the machine itself before the fault strikes: a transient timer (systemd-run(1)) that runs it after
 * `seconds` whether or not anybody is left to ask for it.
 */
export function arm(id: string, undo: Script, seconds: number): Script {
  return lines(
    sh`umask 077; printf '%s\n' ${lines(undo, sh`rm -f ${file(id)}`)} >${file(id)}`,
    // A timer may be a minute late unless told otherwise.
    sh`systemd-run --quiet --collect --unit=${unit(id)} --on-active=${seconds} \
  --timer-property=AccuracySec=100ms /bin/sh ${file(id)}`,
  )
}

/** Undoes at once, and disarms if that went well; right also where the timer has run already. */
export function undoNow(id: string, undo: Script): Script {
  return sh`(
${embed(undo)}
) || exit
systemctl stop ${`${unit(id)}.timer`} 2>/dev/null || :
rm -f ${file(id)}`
}
