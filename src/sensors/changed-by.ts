import { readDeed } from '../model/deed.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'

/** What a machine knows of when something was changed last, and by whom. */
export interface ChangedReading {
  /** Milliseconds since the epoch. */
  readonly at?: number
  /** In words, those that are surest first. */
  readonly by: readonly string[]
}

/** Seconds before a change in which a login counts, in which sudo may have been begun, and around it in which a run of ours was. */
const [day, hour, minute] = [86_400, 3600, 60]

/**
 * Asks auditd, sudo's lines in the journal, our own runs there and logins, in that order. A subject is `file PATH` or
 * `unit NAME`.
 */
const changedBy: Sensor<ChangedReading> = {
  name: 'changed-by',
  ask: (subjects) => lines(...subjects.map(askOne)),
  read: (output, subjects) => {
    const parts = output.split(/^--- \d+\n/m).slice(1)
    return new Map(subjects.map((subject, index) => [subject, readChanged(parts[index] ?? '')]))
  },
}

function askOne(subject: string, index: number) {
  const [kind = '', ...rest] = subject.split(' ')
  const name = rest.join(' ')
  const folder = name.slice(0, name.lastIndexOf('/')) || '/'
  const when =
    kind === 'unit'
      ? sh`us_at=$(systemctl show -p StateChangeTimestamp --value ${name} 2>/dev/null); us_at=$(date -d "$us_at" +%s 2>/dev/null)`
      : sh`us_at=$(stat -c %Z ${name} 2>/dev/null || stat -c %Z ${folder} 2>/dev/null)`
  return sh`printf '%s\n' ${`--- ${index}`}
us_at=; ${embed(when)} || :
if [ -n "$us_at" ]; then
  printf 'at %s\n' "$us_at"
  if command -v ausearch >/dev/null 2>&1; then ausearch -i -f ${name} 2>/dev/null | grep 'auid=' | tail -n 1 | sed 's/^/audit /'; fi
  if command -v journalctl >/dev/null 2>&1; then
    us_said() { journalctl --quiet --no-pager --since "@$((us_at - $1))" --until "@$((us_at + $2))" 2>/dev/null -o "$3" -t "$4"; }
    us_said ${String(hour)} 5 cat sudo | grep -F -- ${name} | grep -F 'COMMAND=' | tail -n 1 | sed 's/^/sudo /'
    us_said ${String(minute)} ${String(minute)} cat understudy | tail -n 1 | sed 's/^/run /'
    { us_said ${String(day)} 1 short-unix sshd; us_said ${String(day)} 1 short-unix sshd-session; } | grep -F 'Accepted ' | sort | tail -n 1 | sed 's/^/login /'
  fi
fi`
}

function readChanged(text: string): ChangedReading {
  const said = (word: string) => new RegExp(`^${word} (.*)$`, 'm').exec(text)?.[1]
  const seconds = Number(said('at') ?? Number.NaN)
  if (!Number.isFinite(seconds)) return { by: [] }
  const all = [
    audited(said('audit')),
    raised(said('sudo')),
    run(said('run')),
    entered(said('login'), seconds),
  ]
  return { at: seconds * 1000, by: all.flatMap((one) => one ?? []) }
}

/** As `ausearch -i` writes it: `… auid=alice … exe=/usr/bin/vi …`. */
function audited(line = ''): string | undefined {
  const [, who] = /\bauid=(\S+)/.exec(line) ?? []
  const [, exe] = /\bexe="?([^"\s]+)/.exec(line) ?? []
  return who === undefined ? undefined : `auditd: ${who}${exe === undefined ? '' : ` by ${exe}`}`
}

/** As sudo writes it: `alice : TTY=… ; PWD=… ; USER=root ; COMMAND=…`. */
function raised(line = ''): string | undefined {
  const [, who, command] = /^\s*(\S+) : .*\bCOMMAND=(.*)$/.exec(line) ?? []
  return who === undefined ? undefined : `sudo: ${who} ran ${command}`
}

function run(line = ''): string | undefined {
  const deed = readDeed(line, 0)
  return deed && `a run of understudy: ${deed.did} by ${deed.by} (${deed.run})`
}

/** As sshd writes it: `Accepted publickey for root from 192.0.2.1 port …`. */
function entered(line = '', at: number): string | undefined {
  const [, time, who, from] = /^(\d+)\S* .*Accepted \S+ for (\S+) from (\S+)/.exec(line) ?? []
  if (who === undefined) return undefined
  return `last login before it: ${who} from ${from}, ${Math.max(0, at - Number(time))} s before`
}

/** Asks who changed a file or a unit last. */
export function changeOfThing(thing: string): Query<ChangedReading> {
  return { sensor: changedBy, subject: thing, about: [] }
}
