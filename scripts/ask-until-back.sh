#!/bin/sh
# Asks a web server about twenty times a second, for at most $2 seconds, until it was gone and came back;
# prints how long it was gone: from the last good answer before to the first good answer after.
url=$1
end=$(($(date +%s) + $2))
good=0
bad=0
last=
while [ "$(date +%s)" -lt "$end" ]; do
  if page=$(curl -s -S -f --connect-timeout 0.2 -m 0.5 "$url" 2>/dev/null); then
    now=$(date +%s%N)
    good=$((good + 1))
    if [ "$bad" -gt 0 ]; then
      printf 'the client was without an answer for %d ms (%d answered before, %d failed), then:\n' \
        "$(((now - last) / 1000000))" "$((good - 1))" "$bad"
      printf '%s\n' "$page"
      exit 0
    fi
    last=$now
  elif [ -n "$last" ]; then
    bad=$((bad + 1))
  fi
  sleep 0.05
done
if [ "$bad" -gt 0 ]; then echo 'the VIP did not come back' >&2; exit 3; fi
echo 'the client noticed nothing' >&2
