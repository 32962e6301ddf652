import type { Fence } from '../model/holder.ts'
import type { Script } from '../model/script.ts'
import { embed, lines, sh } from './quote.ts'
import { recordOver } from './record.ts'
import { findWay } from './way.ts'

/**
 * A run has a machine for itself while `understudy.held` is there with its name: in /run, or in /tmp where its user may not
 * write to /run. A process of the run, its keeper, stays on the machine for as long as the run does and is told every few
 * seconds that somebody is still behind it. Who comes later judges by the keeper whether that is so.
 *
 * The first line of the file is `RUN PID BORN SINCE FROM BOOT`, with times of the machine's own clock since boot, the second
 * what the run says of itself. Beside it lie, by the name of the run, when it was last heard of (`.beat`) and, where it was
 * robbed, who has the lock instead (`.taken`).
 */
const held = 'understudy.held'

/** Seconds between two words to a keeper, and after how many without any nobody is believed to be behind it. */
export const beatEvery = 5
const silentAfter = 60

/** Ways to read a lock and to judge whether its holder lives, for those who take it and those who only look. */
const reading = sh`us_uptime() { us_up=0; { read -r us_up _ </proc/uptime; } 2>/dev/null || :; us_up=\${us_up%%.*}; }
us_boot_id() { us_boot=; { read -r us_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || :; }
# When a process began (proc_pid_stat(5), starttime): another one may have its number by now.
us_birth() {
  us_born=; us_stat=; us_count=0
  { read -r us_stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  for us_word in \${us_stat##*) }; do
    us_count=$((us_count + 1))
    if [ "$us_count" -eq 20 ]; then us_born=$us_word; fi
  done
}
us_look() {
  us_h_run=; us_h_pid=; us_h_born=; us_h_since=; us_h_from=; us_h_boot=; us_h_deed=
  [ -f "$1" ] || return 1
  { read -r us_h_run us_h_pid us_h_born us_h_since us_h_from us_h_boot && IFS= read -r us_h_deed; } 2>/dev/null <"$1" || return 1
  case $us_h_run in '' | *[!0-9a-z]*) us_h_run=; return 1 ;; esac
  case $us_h_pid,$us_h_born,$us_h_since in *[!0-9,]* | ,* | *, | *,,*) us_h_run=; return 1 ;; esac
}
us_judge() {
  us_uptime; us_birth "$us_h_pid"
  us_beat=; { read -r us_beat <"$1.$us_h_run.beat"; } 2>/dev/null || :
  case $us_beat in '' | *[!0-9]*) us_beat=$us_h_since ;; esac
  us_seconds=$((us_up - us_h_since)); us_is=lives
  us_boot_id
  if [ "$us_h_boot" != "$us_boot" ]; then us_is=rebooted us_seconds=$us_up
  elif [ "$us_born" != "$us_h_born" ]; then us_is=gone
  elif [ $((us_up - us_beat)) -gt ${silentAfter} ]; then us_is=silent; fi
  us_tells="$us_is $us_seconds \${us_h_from:--} $us_h_deed"
}`

/** Prints who has the machine, as `readHolder` reads it; nothing where nobody has. */
export const tellHolder: Script = lines(
  reading,
  sh`for us_where in /run /tmp; do
  if us_look "$us_where/${held}"; then us_judge "$us_where/${held}"; printf '%s\n' "$us_tells"; break; fi
done`,
)

/** Status of a program that `checkHeld` ended. */
export const robbedStatus = 76

/**
 * Before each step: ends a program of a run (`us_run`) whose lock is not its own any more, and says on standard error who
 * has it, as far as that can be said.
 */
export const checkHeld: Script = sh`us_held() {
  [ -n "\${us_run:-}" ] || return 0
  us_by=; { read -r us_by _; } 2>/dev/null <"$us_dir/${held}" || :
  [ "$us_by" != "$us_run" ] || return 0
  for us_by in "$us_dir/${held}.$us_run.taken" "$us_dir/${held}"; do
    if [ -f "$us_by" ]; then cat "$us_by" >&2; break; fi
  done
  exit ${robbedStatus}
}`

/** What `checkHeld` said, as `readHolder` reads it; empty where it did not know. */
export function robberIn(said: string): string {
  const [, from = '-', written = ''] = /^[0-9a-z]+ \d+ \d+ \d+ (\S+) \S*\n(\{.*\})$/m.exec(said) ?? []
  return written === '' ? '' : `lives 0 ${from} ${written}`
}

/** What a keeper is started for. */
export interface Keeping {
  readonly nonce: string
  /** Letters and digits. */
  readonly run: string
  /** What the run says of itself, in one line. */
  readonly deed: string
  readonly steal: boolean
  readonly fence?: Fence | undefined
  /** A whole program that runs beside the keeper as soon as it has the lock, such as the first questions. */
  readonly ahead?: Script
}

/** Words for a keeper, each on a line of its own; behind `over` stands of which run nothing is left to do. */
export const keeperWords = { beat: 'beat', over: 'over', release: 'release' } as const

/**
 * The keeper's program. It says `held`, `busy HOLDER`, `fenced EPOCH.NUMBER` or `trouble WHY`, before that `dead HOLDER` or `stolen HOLDER` of
 * those whose lock it took away, and later `robbed HOLDER`, `released`, or `over STATUS` of the program that runs beside it. When nobody speaks to it any more it ends and leaves
 * the lock where it is: whoever comes next is to learn that this run did not come to its end.
 */
export function keeper({ nonce, run, deed, steal, fence, ahead }: Keeping): Script {
  return lines(
    sh`us_nonce=${nonce} us_run=${run} us_deed=${deed} us_steal=${steal ? 'yes' : ''} us_took=; export us_took`,
    sh`us_fence=${fence?.name ?? ''} us_epoch=${fence?.epoch ?? 0} us_number=${fence?.number ?? 0}`,
    sh`LC_ALL=C; export LC_ALL
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH; export PATH
unset CDPATH IFS ENV
umask 022
trap '' PIPE HUP
us_mark() { printf '\n@@%s %s\n' "$us_nonce" "$*" 2>/dev/null || exit 74; }`,
    reading,
    fencing,
    taking,
    recordOver,
    // A shell of its own, which sees `us_took`: what it defines is not the keeper's. While it works the keeper goes on listening.
    ahead
      ? sh`us_ahead() { (
${embed(ahead)}
); us_mark over "$?"; }`
      : sh`us_ahead() { :; }`,
    // One line: a shell that reads its program from standard input must find nothing after main but our words.
    sh`main; exit`,
    sh``,
  )
}

/** Where root remembers the highest fences; who is not root does so at home. The lock is had meanwhile, so nobody else writes. */
const fencesOfRoot = '/var/lib/understudy/fences'
const fencesAtHome = '.local/state/understudy/fences'

const fencing = sh`us_fence_read() {
  us_f_epoch=0; us_f_number=0; us_f_run=
  { read -r us_f_epoch us_f_number us_f_run; } 2>/dev/null <"$us_fences/$us_fence" || :
  case $us_f_epoch,$us_f_number in *[!0-9,]* | ,* | *,) us_f_epoch=0; us_f_number=0; us_f_run= ;; esac
}
us_behind() {
  us_fence_read
  [ "$us_epoch" -lt "$us_f_epoch" ] || { [ "$us_epoch" -eq "$us_f_epoch" ] && [ "$us_number" -lt "$us_f_number" ]; }
}
# Whether that run came by the same fence, and before us: it has lost its leave.
us_ahead_of() {
  [ -n "$us_fence" ] || return 1
  us_fence_read
  [ "$us_f_run" = "$1" ] && ! us_behind && [ "$us_epoch.$us_number" != "$us_f_epoch.$us_f_number" ]
}
# With the lock: passes the fence and raises it, or gives the lock back.
us_got() {
  if [ -n "$us_fence" ]; then
    us_why=
    if us_behind; then us_why="fenced $us_f_epoch.$us_f_number"
    elif [ -d "$us_fences/$us_fence" ] || ! printf '%s %s %s\n' "$us_epoch" "$us_number" "$us_run" 2>/dev/null >"$us_fences/$us_fence.new" ||
      ! mv -f "$us_fences/$us_fence.new" "$us_fences/$us_fence" 2>/dev/null; then
      us_why="trouble $us_fences/$us_fence cannot be written"
    fi
    if [ -n "$us_why" ]; then
      if us_look "$us_lock" && [ "$us_h_run" = "$us_run" ]; then us_drop; fi
      us_mark "$us_why"; return 1
    fi
  fi
  us_mark held
}`

const taking = sh`us_heard() { us_uptime; echo "$us_up" >"$us_lock.$us_run.beat"; }
# Takes a lock away that was judged, and removes what else is named. Another run may have been quicker: then this is its lock, and it gets it back.
us_drop() {
  us_was="$us_h_run $us_h_pid"
  [ ! -d "$us_lock" ] || return 1
  mv "$us_lock" "$us_new.old" 2>/dev/null || return 1
  us_look "$us_new.old" || :
  us_same=yes
  if [ "$us_h_run $us_h_pid" != "$us_was" ]; then us_same=; ln "$us_new.old" "$us_lock" 2>/dev/null; fi
  rm -f "$us_new.old" "$@"
  [ -n "$us_same" ]
}
us_take() {
  us_tries=0
  while [ "$us_tries" -lt 20 ]; do
    us_tries=$((us_tries + 1))
    # Made of a file that is whole, or not at all.
    if [ ! -d "$us_lock" ] && ln "$us_new" "$us_lock" 2>/dev/null; then us_got; return; fi
    us_look "$us_lock" || [ -e "$us_lock" ] || continue
    if [ "$us_h_run" = "$us_run" ]; then
      # An earlier connection of ours, or the same machine under another name.
      if mv -f "$us_new" "$us_lock" 2>/dev/null; then us_got; return; fi
      continue
    fi
    us_tells=; us_is=gone
    if [ -n "$us_h_run" ]; then us_judge "$us_lock"; fi
    us_robs=$us_lock.$us_h_run
    if [ "$us_is" != lives ]; then
      if us_drop; then us_took=yes; rm -f "$us_robs.beat" "$us_robs.taken"; us_mark dead "$us_tells"; fi
    elif [ -n "$us_steal" ] || us_ahead_of "$us_h_run"; then
      cp "$us_new" "$us_robs.taken" 2>/dev/null
      if us_drop; then us_took=yes; us_mark stolen "$us_tells"; else rm -f "$us_robs.taken"; fi
    else
      us_mark busy "$us_tells"; return 1
    fi
  done
  us_mark trouble "$us_lock cannot be made, or belongs to another user"
  return 1
}
us_keep() {
  while IFS= read -r us_word; do
    case $us_word in "${keeperWords.over} "*) us_record_over "\${us_word#* }"; continue ;; esac
    if us_look "$us_lock" && [ "$us_h_run" = "$us_run" ]; then
      if [ "$us_word" != ${keeperWords.release} ]; then us_heard; continue; fi
      set -- "$us_lock.$us_run.beat" "$us_lock.$us_run.taken"
      if [ "$us_h_pid" != "$$" ] || ! us_drop "$@"; then rm -f "$@"; fi
      us_mark released; return
    fi
    # It has ours, or had it: what it left says who.
    us_tells=
    if us_look "$us_lock.$us_run.taken" || us_look "$us_lock"; then us_judge "$us_lock"; fi
    rm -f "$us_lock.$us_run.beat"
    if [ "$us_word" = ${keeperWords.release} ]; then rm -f "$us_lock.$us_run.taken"; us_mark released; return; fi
    us_mark robbed "$us_tells"
  done
  if ! us_look "$us_lock" || [ "$us_h_run" != "$us_run" ]; then rm -f "$us_lock.$us_run.beat" "$us_lock.$us_run.taken"; fi
}
main() {
  us_dir=/run; [ -w "$us_dir" ] || us_dir=/tmp
  # Who may not write to /run does not work where somebody does who may.
  if [ "$us_dir" = /tmp ] && us_look /run/${held} && [ "$us_h_run" != "$us_run" ]; then
    us_judge /run/${held}
    if [ "$us_is" = lives ]; then us_mark busy "$us_tells"; return; fi
  fi
  us_lock=$us_dir/${held}; us_new=$us_lock.$us_run.$$
  if [ -n "$us_fence" ]; then
    us_fences=${fencesOfRoot}; mkdir -p "$us_fences" 2>/dev/null || :
    if [ ! -w "$us_fences" ]; then us_fences=\${HOME:-/tmp}/${fencesAtHome}; mkdir -p "$us_fences" 2>/dev/null || :; fi
  fi
  ${embed(findWay)}
  us_birth "$$"; us_uptime; us_way=\${us_way%% *}
  us_boot_id
  if printf '%s %s %s %s %s %s\n%s\n' "$us_run" "$$" "\${us_born:-0}" "$us_up" "\${us_way:--}" "$us_boot" "$us_deed" >"$us_new" &&
    us_heard; then us_take; else us_mark trouble "$us_new cannot be written"; false; fi || us_gave=yes
  rm -f "$us_new"
  if [ -z "\${us_gave:-}" ]; then us_ahead </dev/null & us_keep; else rm -f "$us_lock.$us_run.beat"; fi
}`
