import { checkHeld } from './lock.ts'
import { lines, sh } from './quote.ts'

/**
 * What stands before every program: the environment, frame marks, the private directory, the lock that one program at a
 * time has, and the bookkeeping of steps. POSIX sh; its names start with `us_`.
 *
 * A mark that cannot be written means that nobody listens any more: the program ends there, between steps.
 * SIGPIPE and SIGHUP are ignored so that they cannot end it inside one.
 */
export const prelude = lines(
  checkHeld,
  sh`LC_ALL=C; export LC_ALL
DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH; export PATH
unset CDPATH IFS ENV
umask 022
us_failed=
us_locked=
trap '' PIPE HUP
# Each a mark; together in one piece, of which the server makes one packet.
us_marks() { printf "\n@@$us_nonce %s\n" "$@" 2>/dev/null || exit 74; }
us_mark() { us_marks "$*"; }
us_end_of_line='
'
# NUMBER [NEXT]: the answer to us_question, its mark, and the next one. bash prints a line at a time, also of what it has whole.
us_ask() {
  if [ -n "\${BASH_VERSION:-}" ]; then
    (us_question); us_marks "answer $1 $?" \${2:+"$2"}
  else
    us_said=$(us_question)
    us_answer="answer $1 $?"
    printf "%s\n@@$us_nonce %s\n" "\${us_said:+$us_said$us_end_of_line}" "$us_answer" \${2:+'' "$2"} 2>/dev/null || exit 74
  fi
}
us_close() { rm -rf "$us_tmp" \${us_locked:+"$us_locked"}; }
us_open() {
  for us_base in /run /tmp; do
    us_tmp=$(mktemp -d "$us_base/understudy.XXXXXXXX" 2>/dev/null) && break
  done
  if [ -z "$us_tmp" ]; then echo 'no private directory can be made in /run or /tmp' >&2; exit 73; fi
  trap us_close EXIT
  trap 'exit 130' INT TERM
}
us_lock() {
  us_dir=/run
  [ -w "$us_dir" ] || us_dir=/tmp
  us_waited=0
  while ! mkdir "$us_dir/understudy.lock" 2>/dev/null; do
    us_holder=$(cat "$us_dir/understudy.lock/pid" 2>/dev/null)
    # Who has not said who it is within seconds was ended before it could.
    if { [ -n "$us_holder" ] && ! kill -0 "$us_holder" 2>/dev/null; } || { [ -z "$us_holder" ] && [ "$us_waited" -ge 5 ]; }; then
      mv "$us_dir/understudy.lock" "$us_tmp/stale.$us_waited" 2>/dev/null
    elif [ "$us_waited" -ge 900 ]; then
      echo "another run (process $us_holder) has held this host for 15 minutes" >&2; exit 75
    else
      if [ "$us_waited" -eq 2 ]; then us_mark locked "another run of understudy (process $us_holder)"; fi
      sleep 1
    fi
    us_waited=$((us_waited + 1))
  done
  us_locked=$us_dir/understudy.lock
  echo $$ >"$us_locked/pid"
}
# Who changes what, and as part of which run, is told to the machine's own journal.
us_tell() { [ -z "\${us_deed:-}" ] || logger -t understudy -- "$us_deed $1" 2>/dev/null || :; }
us_begin() {
  [ -z "$us_failed" ] || return 1
  us_held
  us_mark start "$1"
}
us_clock() { us_since=$(date +%s); }
# Who ends others after a time says so with a status that they could have had themselves; 1124 nobody has.
us_late() {
  case $us_status in 124 | 137 | 143) if [ $(($(date +%s) - us_since)) -ge "$1" ]; then us_status=1124; fi ;; esac
}
us_end() {
  if [ -s "$us_tmp/stdout" ]; then tail -c "$4" "$us_tmp/stdout"; fi
  if [ -s "$us_tmp/stderr" ]; then
    us_mark stdout "$1"; tail -c 65536 "$us_tmp/stderr"; us_marks "stderr $1" "finish $1 $2"
  else us_marks "stdout $1" "stderr $1" "finish $1 $2"; fi
  if [ "$2" -ne 0 ] && [ "$3" = stop ]; then us_failed=1; fi
}`,
)
