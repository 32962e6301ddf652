import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'

const unit = (id: string) => `understudy-undo-${id}`
const timer = (id: string) => `${unit(id)}.timer`
/** There for as long as the undo is armed; whoever strikes or undoes has it locked meanwhile. */
const file = (id: string) => `/run/understudy-undo-${id}.sh`

/** Seconds one waits for the other; a fault that is longer under way has to bear that its undo comes first. */
const longestStrike = 60

/**
 * Arms the undo on the machine itself before the fault strikes: a transient timer (systemd-run(1)) that runs it after
 * `seconds` whether or not anybody is left to ask for it.
 */
export function arm(id: string, undo: Script, seconds: number): Script {
  const own = file(id)
  return lines(
    sh`umask 077; printf '%s\n' ${lines(sh`exec 9<${own}; flock -w ${longestStrike} 9`, undo, sh`rm -f ${own}`)} >${own}`,
    // A timer may be a minute late unless told otherwise.
    sh`systemd-run --quiet --collect --unit=${unit(id)} --on-active=${seconds} \
  --timer-property=AccuracySec=100ms /bin/sh ${own}`,
  )
}

/**
 * Strikes only while the undo is armed, and has its time begin anew. On a machine that is too slow it would come while
 * the fault is half there, or before it, and nobody would undo the rest.
 */
export function strikeArmed(id: string, inject: Script, undo: Script): Script {
  const own = file(id)
  return sh`(
if ! { [ -e ${own} ] && exec 9<${own} && flock -w ${longestStrike} 9 && [ -e ${own} ]; }; then
  echo 'what undoes the fault came before it: this machine is too slow, nothing was struck' >&2; exit 1
fi
us_undo() { if ! [ -e ${own} ]; then
${embed(undo)}
fi; }
trap us_undo EXIT
systemctl restart ${timer(id)}
(
${embed(inject)}
) 9<&-
)`
}

/** Undoes at once, and disarms if that went well; right also where the timer has run already. */
export function undoNow(id: string, undo: Script): Script {
  const own = file(id)
  return sh`(
if [ -e ${own} ]; then exec 9<${own}; flock -w ${longestStrike} 9; fi
${embed(undo)}
) || exit
systemctl stop ${timer(id)} 2>/dev/null || :
rm -f ${own}`
}
