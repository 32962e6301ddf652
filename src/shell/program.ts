import type { Program, Script } from '../model/script.ts'
import type { Sensor } from '../model/sensor.ts'
import { keepingFormer } from './former.ts'
import { forgetAfter, noteBefore, takeBackFresh } from './notes.ts'
import { prelude } from './prelude.ts'
import { embed, lines, sh } from './quote.ts'
import { closeRecord, type EndRecorded, openRecord, type Recorded, recordEnd } from './record.ts'

/** A sensor with everything it is asked on one host. */
export interface Ask {
  readonly sensor: Sensor<unknown>
  readonly subjects: readonly string[]
  /** The host that is asked, where it is another one than whose tasks they are. */
  readonly on?: string
  /** Paths of contents that the sensor needs there, by its own names for them. */
  readonly uploads?: Readonly<Record<string, string>>
}

/** One change, ready to be sent. */
export interface StepScript {
  readonly script: Script
  /** What stands before it, and does not count as a part of it. */
  readonly before?: Script
  /** With status 0 it is needed no more, and what is printed says why. */
  readonly unneeded?: Script
  /** It is begun by keeping what is there: `before` does. */
  readonly keeps?: boolean
  readonly title: string
  readonly takesLong?: boolean
  readonly ignoreErrors: boolean
  /** It is started and left alone, and ended there after so many seconds. */
  readonly left?: number
  /** Seconds after which it is ended. */
  readonly timeout?: number
  readonly runAs?: string
  readonly environment: Readonly<Record<string, string>>
  /** Paths of uploaded contents by the change's own name for them. */
  readonly uploads: Readonly<Record<string, string>>
  /** What it prints is its result, which is read as a whole. */
  readonly isRead?: boolean
  /** Nothing of it is to be shown to anybody. */
  readonly isSecret?: boolean
  /** What the machine notes before it, and what it forgets once it went well. */
  readonly notes?: readonly string[]
  readonly forgets?: readonly string[]
  /** How its end is recorded on the machine. */
  readonly records?: Omit<EndRecorded, 'most'>
}

/** The status of a step that was needed no more when its turn came. No program has it. */
export const needless = 1125

/** What one program is to do. */
export interface ProgramParts {
  readonly asks: readonly Ask[]
  readonly steps?: readonly StepScript[]
  /** Wait until no other program changes the host; implied by steps. */
  readonly exclusive?: boolean
  /** The machine records how far the run came. */
  readonly recorded?: Recorded | undefined
  /** The run of which nothing is left to do. */
  readonly over?: string
  /** Run the steps also where another run has taken the machine's lock from ours: they put back what we did there. */
  readonly regardless?: boolean
}

/**
 * One program for one host: the steps in order up to the first that fails, then the questions. Everything
 * stands inside one function, so that a stream cut in the middle runs nothing at all; once it runs, a lost
 * connection lets the step under way finish and starts no further one.
 */
export function buildProgram(
  nonce: string,
  { asks, steps = [], exclusive = false, recorded, over, regardless = false }: ProgramParts,
): Program {
  const waiting = [...asks.entries()].filter(([, { sensor }]) => sensor.waits)
  const working = [...asks.entries()].filter(([, { sensor }]) => !sensor.waits)
  const body = lines(
    steps.length > 0 || exclusive ? sh`us_lock` : afterOthers,
    ...(steps.length > 0 || recorded ? [sh`us_held`] : []),
    ...(steps.length > 0 ? [sh`us_tell ${kindsOf(steps)}`] : []),
    ...(steps.some(({ keeps }) => keeps) ? [keepingFormer] : []),
    ...(recorded ? [openRecord(recorded)] : []),
    ...(over === undefined ? [] : [closeRecord(over)]),
    ...steps.map(stepScript),
    // A machine that loses its power right after must come back with what was changed.
    ...(steps.length > 0 ? [sh`timeout 60 sync || :`] : []),
    ...waiting.map(([index, ask]) => startScript(ask, index)),
    ...askScripts(working),
    ...waiting.map(([index]) => endScript(index)),
    sh`us_mark done`,
  )
  const script = lines(
    sh`us_nonce=${nonce}`,
    prelude,
    sh`main() {`,
    sh`us_open`,
    body,
    sh`}`,
    // One line: a shell that reads its program from standard input must find nothing after main.
    sh`main </dev/null; exit`,
    sh``,
  )
  return {
    script,
    nonce,
    asks: asks.map(({ sensor }) => sensor.name),
    steps: steps.map(({ title, takesLong = false }) => ({ title, long: takesLong })),
    regardless,
  }
}

/**
 * A step that another run had begun may still be under way, and what is asked before it is over would be done once more: where the
 * lock was taken from a run that did not come to its end (`us_took`), and for who has it where steps of one go on that gave it back.
 */
const afterOthers = sh`if [ -n "\${us_took:-}" ] || { [ -n "\${us_run:-}" ] && { [ -d /run/understudy.lock ] || [ -d /tmp/understudy.lock ]; }; }; then us_lock; fi`

/** What kinds of things are done: names and commands may hold what nobody else is to read. */
function kindsOf(steps: readonly StepScript[]): string {
  const kinds = steps.map(({ title }) => title.replace(/\[.*/s, ''))
  return [...new Set(kinds)].join(', ')
}

function stepScript(step: StepScript, index: number): Script {
  const named = [
    ...Object.entries(step.environment).map(([name, value]) => sh`export ${name}=${value}`),
    ...uploaded(step.uploads),
  ]
  const work = lines(sh`set -eu`, ...named, step.script)
  const { timeout } = step
  const bounded = embed(timeout === undefined ? sh`` : sh`env us_tmp="$us_tmp" timeout ${timeout}`)
  // From a file, so that nothing in it reads on in the script itself.
  const alone =
    timeout === undefined ? work : sh`printf '%s\n' ${work} >"$us_tmp/timed"; ${bounded} sh "$us_tmp/timed"`
  // Another user's script goes through a pipe: on a command line everyone could read it.
  const inner = step.runAs ? sh`printf '%s\n' ${work} | ${bounded} su -s /bin/sh ${step.runAs}` : alone
  const { notes = [], forgets = [], unneeded, records } = step
  const most = step.isRead ? 1_048_576 : 65_536
  const ended = (status: Script) => (records ? [recordEnd({ ...records, most }, status)] : [])
  return lines(
    sh`if us_begin ${index}; then`,
    ...(unneeded
      ? [
          sh`if (`,
          unneeded,
          sh`) >"$us_tmp/stdout" 2>"$us_tmp/stderr"; then`,
          ...ended(sh`${needless}`),
          sh`us_end ${index} ${needless} ignore 65536; else`,
        ]
      : []),
    ...(timeout === undefined ? [] : [sh`us_clock`]),
    ...(notes.length > 0 ? [noteBefore(notes)] : []),
    sh`(`,
    ...(step.before ? [step.before] : []),
    step.left === undefined ? inner : leftAlone(inner, step.left, index),
    sh`) >"$us_tmp/stdout" 2>"$us_tmp/stderr"; us_status=$?`,
    ...(timeout === undefined ? [] : [sh`us_late ${timeout}`]),
    ...(notes.length > 0 ? [takeBackFresh] : []),
    ...(forgets.length > 0 ? [forgetAfter(forgets)] : []),
    ...ended(sh`"$us_status"`),
    sh`us_end ${index} "$us_status" ${step.ignoreErrors ? 'ignore' : 'stop'} ${most}${embed(unneeded ? sh`; fi` : sh``)}; fi`,
  )
}

/**
 * Starts a script that outlives the program, in a session and a directory of its own, and prints the name under which it is
 * found again. It is looked after every five seconds, as Ansible does: `async: 1` has five.
 */
function leftAlone(script: Script, seconds: number, index: number): Script {
  const most = Math.ceil(seconds / 5) * 5
  return sh`set -eu
us_id=$(date +%s).$$.${index}; us_job=$HOME/.ansible_async/$us_id
(umask 077; mkdir -p "$us_job"; printf '%s\n' ${script} >"$us_job/script")
cat >"$us_job/run" <<'END'
cd / && env us_tmp="$us_job" timeout ${most} sh "$us_job/script" >"$us_job/stdout" 2>"$us_job/stderr"
echo $? >"$us_job/status.new" && mv "$us_job/status.new" "$us_job/status"
END
us_alone=nohup; if command -v setsid >/dev/null 2>&1; then us_alone='setsid nohup'; fi
us_job=$us_job $us_alone sh "$us_job/run" </dev/null >/dev/null 2>&1 &
echo "$us_id"`
}

/**
 * Questions one after the other. An answer is printed in one piece, with the marks around it: the server makes a packet of each, and
 * questions print a line here and a word there.
 */
function askScripts(asks: readonly (readonly [number, Ask])[]): readonly Script[] {
  return asks.flatMap(([index, ask], place) => {
    const next = asks[place + 1]?.[0]
    return [
      ...(place === 0 ? [sh`us_mark ask ${index}`] : []),
      sh`us_question() {`,
      questions(ask),
      sh`}`,
      sh`us_ask ${index}${embed(next === undefined ? sh`` : sh` ${`ask ${next}`}`)}`,
    ]
  })
}

function questions({ sensor, subjects, uploads = {} }: Ask): Script {
  return lines(...uploaded(uploads), sensor.ask(subjects))
}

/** Tells a script where contents are that were sent before. */
function uploaded(paths: Readonly<Record<string, string>>): readonly Script[] {
  return Object.entries(paths).map(([name, path]) => sh`export ${`us_up_${name}`}=${path}`)
}

function startScript(ask: Ask, index: number): Script {
  return sh`(
${embed(questions(ask))}
) >"$us_tmp/answer.${index}" & us_ask_${index}=$!`
}

function endScript(index: number): Script {
  return sh`us_status=0; wait "$us_ask_${index}" || us_status=$?
us_mark ask ${index}; cat "$us_tmp/answer.${index}"; us_mark answer ${index} "$us_status"`
}
