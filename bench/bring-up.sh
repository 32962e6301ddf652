#!/bin/sh
# How long it takes from bare lab machines to a verified cluster, as a multiple of what `apt-get` takes to install the same
# packages on the same machines, all at once. Both take turns.
#
#   sh bench/bring-up.sh [INVENTORY [ROUNDS]]     such as inventories/lvs-dr; needs root
set -eu
cd "$(dirname "$0")/.."
inventory=${1:-inventories/lvs-dr}
rounds=${2:-3}
lab=bench
sh scripts/setup.sh

understudy() { node dist/cli/main.js "$@"; }
work=$(mktemp -d)
cleanup() { understudy lab down "$lab" >/dev/null 2>&1 || :; rm -rf "$work"; }
trap cleanup EXIT
trap 'exit 130' INT TERM

understudy lab down "$lab" >/dev/null 2>&1 || :
understudy lab up "$inventory/lab.yaml" --name "$lab" >/dev/null
config=$(understudy lab ssh-config "$lab")

seconds() {
  from=$(date +%s.%N)
  "$@" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
  awk -v a="$from" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }'
}
bring_up() { understudy apply -i "$inventory" -F "$config" --no-diff; }
# What the cluster's machines have that they had not when they were bare.
packages_of() { ssh -n -F "$config" "$1" "sed -n 's/.* install \([^:]*\):.*/\1/p' /var/log/dpkg.log 2>/dev/null | sort -u"; }
install() {
  for list in "$work"/packages.*; do
    [ -s "$list" ] || continue
    ssh -F "$config" "${list##*/packages.}" 'export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && xargs apt-get install -y -qq --no-install-recommends' <"$list" &
  done
  wait
}

round=1
while [ "$round" -le "$rounds" ]; do
  understudy lab reset --all --lab "$lab" >/dev/null
  ours=$(seconds bring_up)
  sed -n 's/^Host \([^* ]*\)$/\1/p' "$config" | while read -r host; do packages_of "$host" >"$work/packages.$host"; done
  understudy lab reset --all --lab "$lab" >/dev/null
  theirs=$(seconds install)
  echo "$ours $theirs" | awk '{ printf "verified cluster %.1f s, apt-get alone %.1f s: %.2f times\n", $1, $2, $1 / $2 }'
  round=$((round + 1))
done
