#!/bin/sh
# `npm run bench`: makes ready what the bench needs, and starts it. `--help` says what it can be asked.
set -eu
cd "$(dirname "$0")/../.."
case " $* " in
  *' --help '* | *' -h '*) ;;
  *)
    sh scripts/setup.sh
    sh scripts/packages.sh ansible iproute2 mmdebstrap openssh-client util-linux
    ;;
esac
# Node reads no TypeScript at the oldest version that package.json admits.
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
./node_modules/.bin/rolldown bench/speed/main.ts --platform node --format esm --file "$made/bench.mjs" >/dev/null
node "$made/bench.mjs" "$@"
