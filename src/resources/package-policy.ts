import type { Script } from '../model/script.ts'
import { sh } from '../shell/quote.ts'

/**
 * `us_policy_on` keeps services that a package brings from starting on their stock configuration; what ran before still
 * starts and restarts. What was stopped is left to who starts it, whether its unit is new or was there. Debian's maintainer scripts ask /usr/sbin/policy-rc.d
 * (invoke-rc.d(8)); an existing one is set aside, asked in its turn, and put back on every way out. The one
 * left behind by a killed run forbids nothing: it holds only while the process that wrote it lives.
 */
export const withoutStarting: Script = sh`us_policy=/usr/sbin/policy-rc.d
us_policy_off() {
  # Where power was cut, what was written last may be empty.
  if [ -s "$us_policy" ] || ! [ -e "$us_policy.understudy" ]; then
    grep -qs 'understudy: temporary' "$us_policy" || return 0
  fi
  if [ -e "$us_policy.understudy" ] || [ -h "$us_policy.understudy" ]; then
    mv -f "$us_policy.understudy" "$us_policy"
  else
    rm -f "$us_policy"
  fi
}
us_policy_on() {
  us_policy_off
  if [ -d /run/systemd/system ]; then
    systemctl list-units --all --plain --no-legend --no-pager --state=active,reloading,activating | cut -d' ' -f1
  else
    ls /etc/init.d 2>/dev/null || :
  fi >"$us_tmp/services"
  us_born=$(cut -d' ' -f22 "/proc/$$/stat")
  cat >"$us_policy.new" <<EOF
#!/bin/sh
# understudy: temporary, may be removed
if [ "\$(cut -d' ' -f22 /proc/$$/stat 2>/dev/null)" = '$us_born' ] &&
  ! grep -qxF -e "\$1" -e "\$1.service" '$us_tmp/services'; then exit 101; fi
if [ -x '$us_policy.understudy' ]; then exec '$us_policy.understudy' "\$@"; fi
exit 0
EOF
  chmod 755 "$us_policy.new"
  sync "$us_policy.new" 2>/dev/null || sync
  trap us_policy_off EXIT
  trap 'exit 130' INT TERM
  if [ -e "$us_policy" ] || [ -h "$us_policy" ]; then mv -f "$us_policy" "$us_policy.understudy"; fi
  mv -f "$us_policy.new" "$us_policy"
}`
