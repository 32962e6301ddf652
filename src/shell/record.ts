import type { Script } from '../model/script.ts'
import { embed, lines, sh } from './quote.ts'

/**
 * Where a machine keeps how far the last run came there: root's place, or that of who works there without being root. `run` has
 * its name, `asked` what was asked for, `ended` a line for each step that ended, with what it printed beside by the number of
 * its line, and `told` what the run knows beside. `over` is there once nothing of it is left to do. Nobody else may read it.
 */
const places = sh`/var/lib/understudy "\${HOME:-/tmp}/.local/state/understudy"`

/** A run's own record, or one that is begun anew where another run left one. Where none can be kept, the run does without. */
const recordOf = sh`us_record_of() {
  us_record=
  for us_at in ${embed(places)}; do
    mkdir -p "$us_at" 2>/dev/null || continue
    us_at=$us_at/progress; us_by=
    { read -r us_by <"$us_at/run"; } 2>/dev/null || :
    if [ "$us_by" = "$1" ] && [ -w "$us_at/ended" ]; then rm -f "$us_at/over"; us_record=$us_at; return; fi
    rm -rf "$us_at" 2>/dev/null
    mkdir -m 700 "$us_at" 2>/dev/null || continue
    : >"$us_at/ended" && printf '%s\n' "$2" >"$us_at/asked" && printf '%s\n' "$1" >"$us_at/run" && us_record=$us_at && return
  done
}
us_ended() {
  [ -n "$us_record" ] || return 0
  {
    if [ "$4" = yes ]; then
      us_n=$(($(wc -l <"$us_record/ended") + 1))
      (umask 077; tail -c "$5" "$us_tmp/stdout" >"$us_record/$us_n.out"; tail -c 65536 "$us_tmp/stderr" >"$us_record/$us_n.err")
    fi
    printf '%s %s %s %s\n' "$2" "$1" "$3" "$6" >>"$us_record/ended"
  } 2>/dev/null || :
}`

/** What of a run its record has. */
export interface Recorded {
  /** Its name: letters and digits. */
  readonly run: string
  /** What was asked for, in one line. */
  readonly asked: string
  /** What is to be kept now, each in one line. */
  readonly told: readonly string[]
}

/** Opens the record of a run, before its first step. */
export function openRecord({ run, asked, told }: Recorded): Script {
  const more = told.map((line) => `${line}\n`).join('')
  return lines(
    recordOf,
    sh`us_record_of ${run} ${asked}`,
    ...(told.length > 0
      ? [
          sh`if [ -n "$us_record" ]; then (umask 077; printf '%s' ${more} >>"$us_record/told") 2>/dev/null || :; fi`,
        ]
      : []),
  )
}

/** How the end of a step is recorded. */
export interface EndRecorded {
  /** By which the run knows it again: letters and digits. */
  readonly place: string
  /** Where it stands among the tasks of its host. */
  readonly key: string
  /** It changes nothing where it goes well. */
  readonly changesNothing: boolean
  /** What it printed is needed later. */
  readonly keepsOutput: boolean
  /** Bytes of what it printed at most. */
  readonly most: number
}

/** Records that a step ended with this status: a number, or a variable of the program. */
export function recordEnd(
  { place, key, changesNothing, keepsOutput, most }: EndRecorded,
  status: Script,
): Script {
  return lines(
    sh`us_ended ${place} ${embed(status)} ${changesNothing ? 'same' : 'other'} ${keepsOutput ? 'yes' : 'no'} ${most} ${JSON.stringify(key)}`,
  )
}

/** Defines `us_record_over RUN`: nothing of that run is left to do, only its name stays. */
export const recordOver: Script = sh`us_record_over() {
  for us_at in ${embed(places)}; do
    us_at=$us_at/progress; us_by=
    { read -r us_by <"$us_at/run"; } 2>/dev/null || continue
    if [ "$us_by" != "$1" ]; then continue; fi
    : >"$us_at/over"
    for us_old in "$us_at"/*.out "$us_at"/*.err "$us_at/told"; do if [ -e "$us_old" ]; then rm -f "$us_old"; fi; done
    : >"$us_at/ended"
  done
}`

/** Nothing of the run is left to do. */
export function closeRecord(run: string): Script {
  return lines(recordOver, sh`us_record_over ${run}`)
}

/** Prints the record that a machine keeps; `us_encode` is defined before it. */
export const printRecord: Script = sh`for us_at in ${embed(places)}; do
  us_at=$us_at/progress; us_by=
  { read -r us_by <"$us_at/run"; } 2>/dev/null || continue
  printf 'run %s\n' "$us_by"
  if [ -e "$us_at/over" ]; then echo over; fi
  printf 'asked '; cat "$us_at/asked"
  us_n=0
  while IFS= read -r us_line; do
    us_n=$((us_n + 1))
    printf 'ended %s\n' "$us_line"
    for us_part in out err; do
      if [ -s "$us_at/$us_n.$us_part" ]; then printf '%s %s ' "$us_part" "$us_how"; us_encode <"$us_at/$us_n.$us_part" | tr -d '\n'; echo; fi
    done
  done <"$us_at/ended"
  if [ -e "$us_at/told" ]; then cat "$us_at/told"; fi
  break
done`
