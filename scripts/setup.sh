#!/bin/sh
# Makes a fresh clone ready to run: libraries and the build. Safe to run again; a second run takes a second or two.
set -eu
cd "$(dirname "$0")/.."

began=$(date +%s)
say() { printf '\033[2m· %s\033[0m\n' "$*" >&2; }

if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then
  echo 'understudy needs Node.js 20.19 or newer: see https://nodejs.org' >&2
  exit 5
fi

# npm itself writes this file last, so it tells whether an installation was finished.
if [ ! -e node_modules/.package-lock.json ] || [ -n "$(find package-lock.json -newer node_modules/.package-lock.json)" ]; then
  say 'installing libraries'
  # No scripts: what they would compile only makes ssh a little faster.
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

say 'building'
rm -rf dist
# Types are checked by `npm run lint`, which `npm test` runs.
./node_modules/.bin/tsc -p tsconfig.build.json --noCheck
node scripts/bundle.mjs
chmod +x dist/cli/main.js
say "libraries and build are ready after $(($(date +%s) - began)) s"
