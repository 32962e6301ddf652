#!/bin/sh
# `npm run demo`: real machines on this computer become a verified LVS cluster, which then loses its master.
# Everything is taken down again at the end; KEEP=1 leaves the machines up to look around.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh

lab=demo
inventory=inventories/lvs-dr
vip=10.77.0.100

understudy() { node dist/cli/main.js "$@"; }
title() { printf '\n\033[1;36m%s\033[0m\n' "$*"; }
show() { printf '\033[1m$ understudy %s\033[0m\n' "$*"; }
# Runs a command of ours as a user would type it; a status in $allowed (such as "2: changes pending") is fine.
run() {
  show "$@"
  status=0
  understudy "$@" || status=$?
  [ "$status" -eq 0 ] || [ "$status" -eq "${allowed:-0}" ] || exit "$status"
}

cleanup() {
  if [ -n "${KEEP-}" ]; then
    printf '\nThe machines are still up: understudy lab ssh --lab %s d1; understudy lab down %s\n' "$lab" "$lab"
  else
    understudy lab down "$lab" >/dev/null
  fi
}

understudy lab prerequisites --install >/dev/null
understudy lab down "$lab" >/dev/null 2>&1 || :
trap cleanup EXIT
trap 'exit 130' INT TERM

title '1. Five bare machines, each with a kernel of its own (four for the cluster, one to look from)'
run lab up "$inventory/lab.yaml" --name "$lab"
ssh_config=$(understudy lab ssh-config "$lab")

title '2. The plan: everything that would be done, before anything is'
allowed=2 run plan -i "$inventory" -F "$ssh_config" --no-diff

title '3. One command makes the cluster, and proves it'
run apply -i "$inventory" -F "$ssh_config"

title '4. The same command again: nothing is left to do'
run apply -i "$inventory" -F "$ssh_config" --no-verify

title '5. Broken on purpose, three ways; measured from the client, and put back'
run drill keepalived-stopped keepalived-killed cable-pulled -i "$inventory" -F "$ssh_config" --yes --report drill-report.html
printf 'drill-report.html shows every request.\n'

title '6. The master loses power while a client keeps asking'
master=
for director in d1 d2; do
  if understudy lab exec --lab "$lab" "$director" -- ip -4 -o addr show to "$vip/32" | grep -q .; then master=$director; fi
done
[ -n "$master" ] || { echo 'no director holds the VIP' >&2; exit 3; }
printf '%s holds %s\n' "$master" "$vip"
understudy lab exec --lab "$lab" client -- sh -c "$(cat scripts/ask-until-back.sh)" ask "http://$vip/" 30 &
asking=$!
sleep 2
show lab kill "$master"
understudy lab kill --lab "$lab" "$master"
wait "$asking"

title 'The other director is on stage'
for director in d1 d2; do
  [ "$director" = "$master" ] || understudy lab exec --lab "$lab" "$director" -- ip -4 -o addr show to "$vip/32"
done
