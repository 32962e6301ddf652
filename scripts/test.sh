#!/bin/sh
# `npm test`: sets itself up, then formatter, linter, types, unused code and all tests, the lab's included.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh --test
node dist/cli/main.js lab prerequisites --install
./node_modules/.bin/biome check .
./node_modules/.bin/tsc --noEmit
./node_modules/.bin/knip
exec ./node_modules/.bin/vitest run "$@"
