import { lastOf, type Statement } from '../../adoption/index.ts'
import {
  blocksOf,
  type Complaint,
  linesOf,
  placeAt,
  twice,
  type Written,
  type WrittenFamily,
  within,
} from './subject.ts'

/** What defines something that is watched, by the word that says what it looks at, and the block that lists it. */
const kinds = [
  { opens: ['vrrp_track_process', 'track_process'], says: 'process', lists: 'track_process' },
  { opens: ['vrrp_track_file', 'track_file'], says: 'file', lists: 'track_file' },
] as const
const isUnit = /\.(service|socket|target|scope)$/

/** Rules about processes and files that are watched. */
export const watchedRules = {
  'keepalived-track-nothing': {
    severity: 'error',
    reason:
      'A track_process without a process and a track_file without a file keepalived leaves out: their failure moves nothing.',
    source: 'keepalived vrrp_parser.c, vrrp_tprocess_end_handler; track_file.c, track_file_end_handler',
    find: (one) =>
      kinds.flatMap(({ opens, says }) =>
        opens
          .flatMap((keyword) => blocksOf(one, keyword))
          .filter(({ block = [] }) => !lastOf(block, says)?.values[0])
          .map(({ keyword, values, at }) => ({
            message: `${keyword} ${values[0] ?? ''} says no ${says}`,
            at,
            next: says === 'file' ? 'Add: file "/path"' : 'Add: process NAME',
          })),
      ),
  },
  'keepalived-process-unit': {
    severity: 'warning',
    reason:
      'keepalived looks for a process by the name of its program: one that is called as its unit of systemd is never there.',
    source: 'keepalived.conf(5), vrrp_track_process; proc_pid_comm(5)',
    find: (one) =>
      kinds[0].opens
        .flatMap((keyword) => blocksOf(one, keyword))
        .flatMap(({ block = [] }) => lastOf(block, 'process') ?? [])
        .filter(({ values: [name = ''] }) => isUnit.test(name))
        .map(({ values: [name = ''], at }) => ({
          message: `process names ${name}, which is a unit of systemd and no program`,
          at,
          next: `Write the name of its program, such as ${name.replace(isUnit, '')}.`,
        })),
  },
  'keepalived-process-never': {
    severity: 'error',
    reason:
      'keepalived compares a process with the name that the kernel has of it, of 15 characters and without a path, and with full_command the program alone: one that no process is called fails for ever.',
    source: 'keepalived track_process.c, read_procs and check_params; proc_pid_comm(5)',
    find: (one) =>
      kinds[0].opens
        .flatMap((keyword) => blocksOf(one, keyword))
        .flatMap(({ block = [] }) => neverThere(block)),
  },
  'keepalived-track-unused': {
    severity: 'warning',
    reason:
      'A process or a file that no instance and no group tracks is watched for nothing: it moves nothing.',
    source: 'keepalived.conf(5), track_process and track_file',
    find: (one) =>
      kinds.flatMap(({ opens, lists }) => {
        const used = usedIn(one, lists)
        return opens
          .flatMap((keyword) => blocksOf(one, keyword))
          .filter(({ values }) => !used.includes(values[0] ?? ''))
          .map(({ keyword, values, at }) => ({
            message: `nothing tracks ${keyword} ${values[0] ?? ''}`,
            at,
            next: `Add ${lists} { ${values[0] ?? ''} } to the instances that are to move.`,
          }))
      }),
  },
  'keepalived-defined-twice': {
    severity: 'error',
    reason:
      'Of two definitions with one name keepalived takes the first: nothing looks at what the second says.',
    source: 'keepalived vrrp_track.c, find_script_by_name and find_tracked_process_by_name',
    find: (one) =>
      [['vrrp_script'], ...kinds.map(({ opens }) => opens)].flatMap((opens) =>
        twice(
          opens.flatMap((keyword) => blocksOf(one, keyword)),
          ({ values }) => values[0] ?? '',
        ).map(({ thing, earlier }) => ({
          message: `${thing.keyword} ${thing.values[0] ?? ''} stands here and above (${placeAt(earlier.at)})`,
          at: thing.at,
          next: 'Give it another name, or remove one of them.',
        })),
      ),
  },
  'keepalived-process-quorum': {
    severity: 'error',
    reason:
      'A quorum of processes above their quorum_max can never be: keepalived leaves out which comes last.',
    source: 'keepalived vrrp_parser.c, vrrp_tprocess_quorum_max_handler; keepalived.conf(5), quorum_max',
    find: (one) =>
      kinds[0].opens
        .flatMap((keyword) => blocksOf(one, keyword))
        .flatMap(({ keyword, values, block = [] }): readonly Complaint[] => {
          const [least, most] = [lastOf(block, 'quorum'), lastOf(block, 'quorum_max')]
          return most && Number(most.values[0]) < Number(least?.values[0] ?? 1)
            ? [
                {
                  message: `${keyword} ${values[0] ?? ''} has the quorum ${least?.values[0] ?? 1}, and the quorum_max ${most.values[0]}`,
                  at: most.at,
                  next: 'Write a quorum_max that is no less, or remove it.',
                },
              ]
            : []
        }),
  },
} as const satisfies WrittenFamily

/** What comes behind a program, within its quotes; titles that programs give themselves have a colon. */
const withArguments = /^[^\s:]+\s+(.*\s)?[-/]/
/** The kernel keeps so many bytes of a name. */
const longestName = 15

/** A process that can be none, in what defines it. */
function neverThere(block: readonly Statement[]): readonly Complaint[] {
  // keepalived takes the first of several.
  const line = block.find(({ keyword }) => keyword === 'process')
  const [name = '', ...parameters] = line?.values ?? []
  if (!line || isUnit.test(name)) return []
  const complaint = (what: string, next: string) => [
    { message: `process names ${name}, ${what}`, at: line.at, next },
  ]
  if (withArguments.test(name))
    return complaint(
      'arguments and all, as one program',
      `Write it without these quotes, ${name}, as it is started, or the name of the program alone.`,
    )
  if (parameters.length > 0 || block.some(({ keyword }) => /^(full_command|param_match)$/.test(keyword)))
    return []
  const own = name.slice(name.lastIndexOf('/') + 1)
  const whole = 'add full_command if it is started by just that'
  if (name.startsWith('/'))
    return complaint(
      'and no name of a process has a path',
      `Write ${own.slice(0, longestName)}, or ${whole}.`,
    )
  const cut = Buffer.from(name).subarray(0, longestName).toString()
  return Buffer.byteLength(name) > longestName
    ? complaint(`of which the kernel has ${cut} alone`, `Write ${cut}, or ${whole}.`)
    : []
}

/** Names that instances and groups list, and realservers that look at a file. */
function usedIn(one: Written, lists: string): readonly string[] {
  const trackers = [...blocksOf(one, 'vrrp_instance'), ...blocksOf(one, 'vrrp_sync_group')]
  const checks = within(one.statements, ({ keyword }) => keyword === 'FILE_CHECK')
  const asked = (check: Statement) => lastOf(check.block ?? [], lists)?.values[0] ?? []
  return [
    ...trackers.flatMap((tracker) => linesOf(tracker, lists).map(({ keyword }) => keyword)),
    ...checks.flatMap(asked),
  ]
}
