import type { Script } from '../model/script.ts'
import { sh } from '../shell/quote.ts'

/** The files whose locks apt and dpkg hold, and where dnf and yum leave the number of their process. */
const aptLocks = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
]
const pidFiles = [
  '/run/yum.pid',
  '/run/dnf.pid',
  '/var/lib/dnf/rpmdb_lock.pid',
  '/var/cache/dnf/metadata_lock.pid',
]

/**
 * `us_await_lock` waits up to ten minutes while another package manager is at work, and says which. A lock is
 * found by its file's inode in /proc/locks (proc(5)) and made sure of by the holder's open files, because
 * inodes of different file systems may be equal.
 */
export const awaitPackageLock: Script = sh`us_lock_holder() {
  for us_f in ${aptLocks}; do
    us_inode=$(stat -c %i -- "$us_f" 2>/dev/null) || continue
    us_pids=$(sed -n "s/^[0-9]*: [A-Z]* *[A-Z]* *[A-Z]* *\([0-9][0-9]*\) [^ ]*:$us_inode .*/\1/p" /proc/locks)
    for us_pid in $us_pids; do
      case "$(ls -l "/proc/$us_pid/fd" 2>/dev/null)" in
        *" -> $us_f"*) us_holder="process $us_pid ($(tr '\0' ' ' <"/proc/$us_pid/cmdline")) holds $us_f"; return 0 ;;
      esac
    done
  done
  for us_f in ${pidFiles}; do
    us_pid=$(cat "$us_f" 2>/dev/null) || continue
    if [ -z "$us_pid" ] || [ ! -d "/proc/$us_pid" ]; then continue; fi
    us_holder="process $us_pid ($(tr '\0' ' ' <"/proc/$us_pid/cmdline")) holds $us_f"
    return 0
  done
  return 1
}
us_await_lock() {
  us_waited=0
  while us_lock_holder; do
    if [ "$us_waited" -eq 0 ]; then echo "waiting: $us_holder"; fi
    if [ "$us_waited" -ge 600 ]; then
      echo "another package manager has been at work for 10 minutes: $us_holder" >&2
      exit 75
    fi
    sleep 2
    us_waited=$((us_waited + 2))
  done
}`
