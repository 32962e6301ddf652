import { z } from 'zod'
import type { Script } from '../model/script.ts'
import { embed, lines, sh, type Word } from '../shell/quote.ts'

/** A program of somebody else, with how it is run and told what it is to do. */
export const foreignProgram = z.strictObject({
  /** As Ansible knows it. */
  name: z.string(),
  /** Not copied: what is the same for many hosts and tasks is sent to each host once. */
  content: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** Words before it: what runs it, unless that is Python, which each host has somewhere else. */
  interpreter: z.array(z.string()),
  python: z.boolean(),
  /** Where its arguments are: in a file beside it that it finds by itself, in one that it is told, or at a place in itself. */
  finds: z.union([z.literal('beside'), z.literal('told'), z.strictObject({ at: z.number() })]),
})

/** A program of somebody else. */
export type ForeignProgram = z.infer<typeof foreignProgram>

/** How a program of somebody else is run. */
export interface ForeignRun {
  readonly program: ForeignProgram
  readonly arguments: string
  /** The Python that the inventory names; absent: it is looked for. */
  readonly python?: string | undefined
  readonly runAs?: string | undefined
  readonly environment: Readonly<Record<string, string>>
  /** It is only to say what it would change: nothing is sent behind it. */
  readonly isAsked?: boolean
}

/**
 * Ends well where a result says for sure that the module did: the steps behind it are stopped by a status, and its own says
 * nothing. What is read of the result here (foreign-result.ts) may be a failure only where this ends with another status.
 */
const judge = `import json, sys
lines = open(sys.argv[1], "rb").read(1048576).decode("utf-8", "replace").split("\\n")
begin = [at for at, line in enumerate(lines) if line.lstrip(" \\t\\r").startswith("{")]
end = [at for at, line in enumerate(lines) if line.rstrip(" \\t\\r").endswith("}")]
def refuse(word): raise ValueError(word)
told = json.loads("\\n".join(lines[begin[0]:end[-1] + 1]), parse_constant=refuse)
sys.exit(1 if told.get("failed", told.get("rc") not in (None, 0, "0")) else 0)`

/** Where Python may be, the best first. */
const usualPythons = [
  '/usr/bin/python3',
  '/usr/libexec/platform-python',
  'python3',
  ...[14, 13, 12, 11, 10, 9, 8, 7, 6].map((minor) => `python3.${minor}`),
  '/usr/bin/python',
  'python',
  'python2.7',
]

/** The status and the first words of a run for which there is no Python. */
export const noPython = { status: 127, words: 'there is no Python on this host' }

/**
 * Runs a module in a directory that nobody else can look into, and that is gone afterwards. Its arguments stand in no
 * command line. Expects the module at `$us_up_module`, and a private directory at `$us_tmp`.
 */
export function foreignScript(run: ForeignRun): Script {
  const { program, runAs, environment } = run
  const { finds } = program
  const named = Object.entries(environment).map(([name, value]) => sh`export ${name}=${value}`)
  return lines(
    sh`us_mask=$(umask); umask 077
us_room=$(mktemp -d /var/tmp/understudy-module.XXXXXXXX 2>/dev/null || mktemp -d /tmp/understudy-module.XXXXXXXX) || exit 1
us_out=$(mktemp "$us_tmp/result.XXXXXXXX")
trap 'rm -rf "$us_room"; rm -f "$us_out"' EXIT
trap 'exit 143' INT TERM
us_module=$us_room/module; export us_module`,
    program.python ? findPython(run.python) : sh`:`,
    sh`printf '%s' ${run.arguments} >"$us_module.args"`,
    typeof finds === 'object'
      ? sh`{ head -c ${finds.at} "$us_up_module"; cat "$us_module.args"; tail -c ${`+${finds.at + 1}`} "$us_up_module"; } >"$us_module"`
      : sh`cat "$us_up_module" >"$us_module"`,
    sh`chmod 700 "$us_module"`,
    sh`umask "$us_mask"; LC_ALL=C.UTF-8; export LC_ALL`,
    ...named,
    runAs === undefined
      ? sh`us_status=0; ${embed(callOf(run))} </dev/null >"$us_out" || us_status=$?`
      : sh`chown -R -- ${runAs} "$us_room"
us_status=0; printf '%s\n' ${`exec ${callOf(run)} </dev/null`} | su -s /bin/sh ${runAs} >"$us_out" || us_status=$?`,
    sh`cat "$us_out"`,
    program.python && !run.isAsked
      ? sh`[ "$us_status" -ne 0 ] || "$us_python" $us_python_words -ES -c ${judge} "$us_out" >/dev/null 2>&1 || us_status=1`
      : sh`:`,
    sh`exit "$us_status"`,
  )
}

/** Finds the Python of the host, or says that there is none. */
export function findPython(given: string | undefined): Script {
  const [first, ...words] = given === undefined ? [] : given.split(/\s+/).filter((word) => word !== '')
  const candidates: Word = first === undefined ? usualPythons : [first]
  const next =
    first === undefined
      ? 'install python3, in a task before or by hand, or say in ansible_python_interpreter where it is'
      : `ansible_python_interpreter says ${first}, which is not there`
  return sh`us_python=
for us_one in ${candidates}; do
  if command -v "$us_one" >/dev/null 2>&1; then us_python=$us_one; break; fi
done
[ -n "$us_python" ] || { printf '%s\n' ${`${noPython.words}: ${next}`} >&2; exit ${noPython.status}; }
us_python_words=${words.join(' ')}; export us_python us_python_words`
}

/** The command line: no word of it is anybody's secret. */
function callOf({ program }: ForeignRun): Script {
  const { python, interpreter, finds } = program
  const before = python ? sh`"$us_python" $us_python_words` : sh`${interpreter}`
  return finds === 'told'
    ? sh`${embed(before)} "$us_module" "$us_module.args"`
    : sh`${embed(before)} "$us_module"`
}
