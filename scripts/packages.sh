#!/bin/sh
# Installs the Debian packages that the tests (test/needs.ts) and the lab (src/lab/prerequisites.ts) want, or those that it is given. Where it may
# not, it says what is missing and ends well: what needs it is skipped. With nothing missing it takes no time.
set -eu

began=$(date +%s)
say() { printf '\033[2m· %s\033[0m\n' "$*" >&2; }
after() { echo "$(($(date +%s) - began)) s"; }

if [ $# -eq 0 ]; then
  set -- acl ansible apache2 bsdutils bzip2 busybox ca-certificates chromium coreutils curl dash debian-archive-keyring e2fsprogs \
    ethtool fish git haproxy iproute2 iptables iputils-ping ipvsadm keepalived libnginx-mod-stream make mmdebstrap nats-server nftables nginx-light openssh-client \
    openssh-server openssl passwd perl-base procps python3 python3-jinja2 rsync shellcheck socat sudo supervisor tar \
    util-linux xz-utils zsh
  # For tests that are seldom run: see vitest.config.ts.
  if [ "${UNDERSTUDY_TEST_ALL:-}" = 1 ]; then set -- "$@" composer postgresql prometheus ruby; fi
fi

missing=
if command -v dpkg-query >/dev/null; then
  # shellcheck disable=SC2016 # dpkg-query's own
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p')
  for name in "$@"; do
    printf '%s\n' "$installed" | grep -qxF "$name" || missing="$missing $name"
  done
else
  missing=" $*"
fi
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
  say "this is no Debian: tests that need it are skipped"
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  say "only root may install$missing; tests that need them are skipped"
  exit 0
fi

log=$(mktemp)
# Services must not start here: nginx would take port 80 of this machine.
policy=/usr/sbin/policy-rc.d
written='#!/bin/sh
# Put here by understudy while it installs packages.
exit 101'
tidy() {
  rm -f "$log"
  if [ -e "$policy" ] && [ "$(cat "$policy")" = "$written" ]; then rm -f "$policy"; fi
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Another checkout may be at the same.
exec 9>/var/lock/understudy-packages
flock 9

apt() {
  doing=$1
  shift
  say "$doing"
  if ! DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" \
    >"$log" 2>&1; then
    cat "$log" >&2
    printf '%s\n' "apt-get failed while $doing; what it says stands above. See that its mirror can be reached" \
      '(/etc/apt/sources.list, /etc/apt/sources.list.d), then run this again; what was fetched is kept.' >&2
    exit 1
  fi
}

# What another run installed meanwhile, or had to break off.
dpkg --configure -a >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
apt 'fetching the lists of packages' update -o APT::Update::Error-Mode=any
# All of it first: a mirror that is gone leaves nothing half done.
# shellcheck disable=SC2086 # a list of package names, one word each
apt "fetching$missing ($(after))" install --no-install-recommends --download-only $missing
[ -e "$policy" ] || { printf '%s\n' "$written" >"$policy" && chmod +x "$policy"; }
# shellcheck disable=SC2086 # a list of package names, one word each
apt "installing them ($(after))" install --no-install-recommends $missing
say "packages are ready after $(after)"
