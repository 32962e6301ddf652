#!/bin/sh
# Times Understudy against Ansible on the same lab machines: the same cluster from bare machines, again with nothing
# to do, and as a dry run. Runs alternate (A B A B …), every figure is a median, and ratios are what counts: the machines
# share this computer's cores with both tools.
#
#   sh bench/versus-ansible.sh [ROUNDS]     needs root and Debian's package ansible-core
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-3}
lab=bench
command -v ansible-playbook >/dev/null || { echo 'install the package ansible-core first' >&2; exit 5; }
sh scripts/setup.sh

understudy() { node dist/cli/main.js "$@"; }
results=$(mktemp)
cleanup() { understudy lab down "$lab" >/dev/null 2>&1 || :; rm -f "$results"; }
trap cleanup EXIT
trap 'exit 130' INT TERM

understudy lab down "$lab" >/dev/null 2>&1 || :
understudy lab up inventories/lvs-dr/lab.yaml --name "$lab" >/dev/null
config=$(understudy lab ssh-config "$lab")

ours() { understudy "$@" -i inventories/lvs-dr -F "$config" --limit '!clients' --json >/dev/null; }
theirs() {
  ANSIBLE_CONFIG=bench/ansible/ansible.cfg ANSIBLE_SSH_ARGS="-F $config -o ControlMaster=auto -o ControlPersist=60s" \
    ansible-playbook -i bench/ansible/inventory.yaml -f 10 bench/ansible/site.yaml "$@" >/dev/null
}

# Ansible needs Python on the machines; that is not counted against it, nor for it.
bare() {
  understudy lab reset --all --lab "$lab"
  for host in d1 d2 rs1 rs2; do
    understudy lab exec --lab "$lab" "$host" -- sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-minimal python3-apt' >/dev/null 2>&1 &
  done
  wait
}
# Connections of an earlier run must not help a later one.
cold() { pkill -f 'ansible-[0-9a-f]*' 2>/dev/null || :; rm -rf ~/.ansible/cp; }

timed() {
  tool=$1 phase=$2
  shift 2
  cold
  from=$(date +%s.%N)
  status=0
  "$@" || status=$?
  # 2: our dry run found changes, as it should on bare machines.
  if [ "$status" -ne 0 ] && [ "$status" -ne 2 ]; then echo "$tool failed in phase $phase with status $status" >&2; exit 1; fi
  seconds=$(awk -v a="$from" -v b="$(date +%s.%N)" 'BEGIN { printf "%.2f", b - a }')
  printf '%s %s %s\n' "$phase" "$tool" "$seconds" | tee -a "$results"
}

round=1
while [ "$round" -le "$rounds" ]; do
  bare
  timed understudy first ours apply --no-verify
  timed understudy again ours apply --no-verify
  timed understudy dry-run ours plan
  bare
  timed ansible first theirs
  timed ansible again theirs
  timed ansible dry-run theirs --check --diff
  round=$((round + 1))
done

awk '
  { key = $1 " " $2; all[key] = all[key] " " $3 }
  function median(list,  n, a, i, j, t) {
    n = split(list, a, " ")
    for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (a[j] + 0 < a[i] + 0) { t = a[i]; a[i] = a[j]; a[j] = t }
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
  }
  END {
    printf "\n%-10s %12s %12s %8s\n", "phase", "understudy s", "ansible s", "ratio"
    split("first again dry-run", phases, " ")
    for (i = 1; i <= 3; i++) {
      u = median(all[phases[i] " understudy"]); a = median(all[phases[i] " ansible"])
      printf "%-10s %12.2f %12.2f %7.1fx\n", phases[i], u, a, a / u
    }
  }' "$results"
