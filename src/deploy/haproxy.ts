import { tellHaproxy } from '../sensors/haproxy.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { type Drain, moment, refuseAlone, returnsWithin, untilScript } from './drain.ts'

/** By the socket of the running HAProxy (its management guide, 9.3): the next start, or an `apply`, knows nothing of it. */
export function drainHaproxy(host: string): Drain {
  const tools = lines(
    tellHaproxy,
    untilScript,
    sh`us_socket=/run/haproxy/admin.sock
if [ ! -S "$us_socket" ]; then us_socket=/var/lib/haproxy/stats; fi
# Backend, connections and status of its places. In a backend that nobody else is in it stays as it is.
us_stat() { us_haproxy "$us_socket" 'show stat'; }
us_rows() {
  us_stat | awk -F , -v s=${host} '
  $2 == "FRONTEND" || $2 == "BACKEND" { next }
  $2 == s { mine[$1] = $1 " " $5 " " $18; next }
  { others[$1]++ }
  END { for (b in mine) if (others[b]) print mine[b] }'
}
us_tell() {
  us_said=$(us_haproxy "$us_socket" "$1")
  if [ -n "$us_said" ]; then printf '%s: %s\n' "$1" "$us_said" >&2; exit 1; fi
}
us_all() {
  us_rows | while read -r us_b _; do
    us_place=$us_b/${host}
    us_tell "set server $us_place state $1\${2:+; set server $us_place $2}"
  done
}`,
  )
  return {
    take: lines(
      tools,
      sh`us_alone=$(us_stat | awk -F , -v s=${host} '
  $2 == "FRONTEND" || $2 == "BACKEND" { next }
  $2 == s { mine[$1] = $18; next }
  { others[$1]++ }
  $18 ~ /^(UP|no check)/ { well[$1]++ }
  END { for (b in mine) if (mine[b] ~ /^(UP|no check)/ && others[b] && !well[b]) print b }')
if [ -n "$us_alone" ]; then ${embed(refuseAlone(host, sh`"$us_alone"`))}; fi
us_all drain`,
    ),
    // One that does not run has forgotten it.
    give: lines(tools, sh`if systemctl is-active -q haproxy; then us_all ready; fi`),
    // Who leaves maintenance counts as well until the next check: so it is told that it is not, before anybody is sent there, and has to
    // pass as many as ever.
    shun: lines(
      tools,
      sh`if systemctl is-active -q haproxy; then us_all drain 'health down'; us_all ready; fi`,
    ),
    left: lines(
      tools,
      sh`us_count() { us_rows | awk '{ n += $2 } END { print n + 0 }'; }
us_none() { [ "$(us_count)" = 0 ]; }
us_until ${moment} us_none || :
us_count`,
    ),
    // Clients that a cookie binds to it go to the others from here on.
    leave: lines(tools, sh`us_all maint`),
    back: lines(
      tools,
      sh`us_up() { ! us_rows | grep -qvE ' (UP|no check)[^ ]*'; }
us_until ${returnsWithin} us_up || { us_rows >&2; exit 1; }`,
    ),
  }
}
