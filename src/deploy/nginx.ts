import { bracketed, endpointOf } from '../model/endpoint.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, commands } from '../sensors/commands.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { type Drain, moment, refuseAlone, untilScript } from './drain.ts'

/** What a line of the configuration ends with while it is out. */
const mark = ' down; # drained for a deployment'

/** An address and port of a realserver. */
type Endpoint = Parameters<typeof endpointOf>[0]

/** Asks a director whom its nginx leaves out since a deployment, and reads what it answered: their addresses and ports. */
export const leftOut: Query<CommandReading> = {
  sensor: commands,
  subject: sh`grep -F ${mark} /etc/nginx/nginx.conf | awk '{ print $2 }'`,
  about: ['*'],
}

/**
 * nginx can be told nothing while it runs: its configuration says that a realserver is down, and is loaded anew. The processes of
 * the configuration before end with their last connection.
 */
export function drainNginx(host: string, endpoints: readonly Endpoint[]): Drain {
  const names = endpoints.map(endpointOf)
  const tools = lines(
    untilScript,
    sh`PATH=$PATH:/usr/local/nginx/sbin
us_conf=/etc/nginx/nginx.conf
us_pids() {
  us_group=$(systemctl show -p ControlGroup --value nginx)
  cat "/sys/fs/cgroup$us_group/cgroup.procs" "/sys/fs/cgroup/systemd$us_group/cgroup.procs" 2>/dev/null || :
}
us_anew() { us_pids | grep -qvxF "$us_before"; }
# Loads what is in "$us_conf.drain", where it differs; ends once new processes work by it.
us_load() {
  if cmp -s "$us_conf" "$us_conf.drain"; then rm -f "$us_conf.drain"; return; fi
  if ! nginx -t -q -c "$us_conf.drain"; then rm -f "$us_conf.drain"; exit 1; fi
  chmod --reference="$us_conf" "$us_conf.drain" 2>/dev/null || chmod 644 "$us_conf.drain"
  mv -f "$us_conf.drain" "$us_conf"
  if ! systemctl is-active -q nginx; then return; fi
  # Times are compared by the second: what was written in that of a load counts as not loaded, and would be loaded again.
  if [ "$(stat -c %Z "$us_conf")" -ge "$(date +%s)" ]; then sleep 1; fi
  us_before=$(us_pids)
  systemctl reload nginx
  us_until 20 us_anew || { echo 'nginx does not load its configuration anew' >&2; exit 1; }
}`,
  )
  const filters = endpoints.map(
    ({ address, port }) => sh`ss -Htn state established dst ${bracketed(address)} dport = ${`:${port}`}`,
  )
  return {
    take: lines(
      tools,
      sh`us_alone=$(awk -v names=${names.join(' ')} '
BEGIN { n = split(names, all, " "); for (i = 1; i <= n; i++) mine[all[i]] = 1 }
$1 == "upstream" { name = $2; own = others = well = 0 }
$1 == "server" && $2 != "{" && !($2 in mine) { others++ }
$1 == "server" && $2 != "{" && !/ down;/ { if ($2 in mine) own++; else well++ }
$1 == "}" && name != "" { if (own && others && !well) print name; name = "" }' "$us_conf")
if [ -n "$us_alone" ]; then ${embed(refuseAlone(host, sh`"$us_alone"`))}; fi
awk -v names=${names.join(' ')} -v mark=${mark} '
BEGIN { n = split(names, all, " "); for (i = 1; i <= n; i++) mine[all[i]] = 1 }
$1 == "upstream" { name = $2 }
$1 == "}" { name = "" }
# Read twice: in an upstream that nobody else is in it stays as it is.
NR == FNR { if ($1 == "server" && name != "" && !($2 in mine)) others[name]++; next }
$1 == "server" && ($2 in mine) && others[name] && !/ down;/ { at = index($0, ";"); if (at) $0 = substr($0, 1, at - 1) mark substr($0, at + 1) }
{ print }' "$us_conf" "$us_conf" >"$us_conf.drain"
us_load`,
    ),
    give: lines(
      tools,
      sh`awk -v names=${names.join(' ')} -v mark=${mark} '
BEGIN { n = split(names, all, " "); for (i = 1; i <= n; i++) mine[all[i]] = 1 }
$1 == "server" && ($2 in mine) { at = index($0, mark); if (at) $0 = substr($0, 1, at - 1) ";" substr($0, at + length(mark)) }
{ print }' "$us_conf" >"$us_conf.drain"
us_load`,
    ),
    // Its configuration says so until that is written anew.
    shun: sh`:`,
    left: lines(
      tools,
      sh`us_count() { { ${embed(lines(...filters))}
} | wc -l | tr -d ' '; }
us_none() { [ "$(us_count)" = 0 ]; }
us_until ${moment} us_none || :
us_count`,
    ),
    leave: sh`:`,
    back: sh`:`,
  }
}
