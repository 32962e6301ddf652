#!/bin/sh
# Runs a playbook on one fresh machine by ansible-playbook, on another one by understudy, twice each, and compares what
# became of them: scripts/differential.sh MACHINE-OF-ANSIBLE MACHINE-OF-UNDERSTUDY PLAYBOOK…
# Machines are names that ssh knows, of root or with sudo for nothing; SSH_CONFIG names a configuration for them, such as
# the one that `understudy lab up` prints. Machines are changed for good: take new ones for each playbook that matters.
set -eu

if [ $# -lt 3 ]; then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
theirs=$1
ours=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
config=${SSH_CONFIG:-$HOME/.ssh/config}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

# Whatever group a playbook names, the one machine is in it.
inventory() {
  for group in web db lb; do printf '[%s]\n%s\n' "$group" "$1"; done >"$room/$2.ini"
}
inventory "$theirs" theirs
inventory "$ours" ours

run() {
  began=$(date +%s)
  status=0
  "$@" >"$room/said" 2>&1 || status=$?
  printf '%s s, status %s' "$(($(date +%s) - began))" "$status"
  if [ "$status" -ne 0 ]; then printf '\n'; tail -n 20 "$room/said"; fi
}

with_ansible() {
  ANSIBLE_HOST_KEY_CHECKING=0 ANSIBLE_SSH_ARGS="-F $config" ansible-playbook -b -i "$room/theirs.ini" "$1"
}
with_understudy() {
  node "$here/../dist/cli/main.js" apply --become --no-verify -F "$config" -i "$room/ours.ini" "$1"
}
manifest() {
  ssh -F "$config" "$1" 'sudo -n sh -s 2>/dev/null || sh -s' <"$here/manifest.sh" >"$room/$2"
}

differing=0
for playbook in "$@"; do
  printf '%s\n' "$playbook"
  printf '  ansible     %s' "$(run with_ansible "$playbook")"
  printf ', again %s' "$(run with_ansible "$playbook")"
  printf ', changed then %s\n' "$(sed -n 's/.*changed=\([0-9]*\).*/\1/p' "$room/said" | head -n 1)"
  printf '  understudy  %s' "$(run with_understudy "$playbook")"
  printf ', again %s' "$(run with_understudy "$playbook")"
  printf ', changed then %s\n' "$(sed -n 's/.*changed=\([0-9]*\).*/\1/p' "$room/said" | head -n 1)"
  manifest "$theirs" theirs
  manifest "$ours" ours
  if diff "$room/theirs" "$room/ours" >"$room/difference"; then
    echo '  the machines are alike'
  else
    differing=$((differing + 1))
    echo '  the machines differ (< ansible, > understudy):'
    grep '^[<>]' "$room/difference" | head -n 40 | sed 's/^/    /'
  fi
done
[ "$differing" -eq 0 ]
