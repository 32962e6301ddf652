#!/bin/sh
# `npm test`: sets itself up, then formatter, linter, types, unused code, and all tests that can run here.
# `npm test -- test/e2e/ipvs` sets itself up and runs these tests only.
set -eu
cd "$(dirname "$0")/.."

# Debian's packages come while libraries are installed, built and checked.
sh scripts/packages.sh &
packages=$!
trap 'kill "$packages" 2>/dev/null || :' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
sh scripts/setup.sh
if [ $# -eq 0 ]; then
  npm run --silent lint
  # All images are made before the first test (test/e2e/prepare.ts).
  export UNDERSTUDY_TEST_WHOLE=1
fi
wait "$packages"
trap - EXIT INT TERM HUP
exec ./node_modules/.bin/vitest run "$@"
