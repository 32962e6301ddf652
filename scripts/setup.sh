#!/bin/sh
# Makes a fresh clone ready to run: libraries, the build, and with `--test` the Debian packages of the tests.
# Safe to run again; a second run takes a second or two.
set -eu
cd "$(dirname "$0")/.."

say() { printf '\033[2m· %s\033[0m\n' "$*" >&2; }

if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then
  echo 'understudy needs Node.js 20.19 or newer: see https://nodejs.org' >&2
  exit 5
fi

# npm itself writes this file last, so it tells whether an installation was finished.
if [ ! -e node_modules/.package-lock.json ] || [ -n "$(find package-lock.json -newer node_modules/.package-lock.json)" ]; then
  say 'installing libraries'
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

say 'building'
rm -rf dist
./node_modules/.bin/tsc -p tsconfig.build.json
chmod +x dist/cli/main.js

missing() { for name in "$@"; do dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || echo "$name"; done; }

install() {
  # shellcheck disable=SC2046 # a list of package names, one word each
  set -- $(missing "$@")
  [ $# -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "these Debian packages are missing: $*" >&2
    exit 5
  fi
  say "installing $*"
  apt-get update -qq
  # Their services must not start here: nginx would take port 80 of this machine.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

case ${1-} in
  --test) install openssh-server openssh-client sudo busybox dash shellcheck keepalived nginx-light ipvsadm nftables iptables curl ca-certificates chromium zsh fish ;;
esac
