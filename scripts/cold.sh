#!/bin/sh
# `npm run test:cold`: all tests as a new machine meets them. Libraries, build, the caches of npm, images and packages,
# and the lab's directory are made anew, and what is not this checkout's own is removed at the end. Debian's packages
# stay installed.
set -eu
cd "$(dirname "$0")/.."

folders=${TMPDIR:-/var/tmp}/understudy-cold
fresh=$folders.$$
main=dist/cli/main.js

# Machines of an interrupted run may still be up.
remove() {
  [ ! -e "$main" ] || UNDERSTUDY_LAB_STATE=$1/lab XDG_CACHE_HOME=$1/cache node "$main" lab down --all >&2 || :
  rm -rf --one-file-system "$1"
}
tidy() {
  trap '' INT TERM HUP
  remove "$fresh"
  # Of runs that were killed.
  for folder in "$folders".*; do
    if [ -d "$folder" ] && ! kill -0 "${folder##*.}" 2>/dev/null; then remove "$folder"; fi
  done
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

rm -rf node_modules dist
mkdir -m 755 "$fresh"
export UNDERSTUDY_LAB_STATE="$fresh/lab" XDG_CACHE_HOME="$fresh/cache" npm_config_cache="$fresh/npm"
sh scripts/test.sh "$@"
