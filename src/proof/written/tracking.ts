import { lastOf, type Statement } from '../../adoption/index.ts'
import { suggestion } from '../../model/suggest.ts'
import type { Track } from '../speaker.ts'
import { definitionsIn, keyOf, mostWeight } from '../tracks.ts'
import {
  blocksOf,
  type Complaint,
  linesOf,
  said,
  servers,
  type Written,
  type WrittenFamily,
  within,
} from './subject.ts'

const kinds = {
  track_script: 'script',
  track_process: 'process',
  track_file: 'file',
  track_bfd: 'bfd',
} as const

/** What each block defines that has a weight. */
const definers = {
  vrrp_script: 'script',
  track_file: 'file',
  vrrp_track_file: 'file',
  track_process: 'process',
  vrrp_track_process: 'process',
  bfd_instance: 'bfd',
} as const

/** The block that defines what is tracked. */
const definedBy = {
  script: 'vrrp_script',
  process: 'track_process',
  file: 'track_file',
  bfd: 'bfd_instance',
} as const

/** Rules about what is watched. */
export const trackingRules = {
  'keepalived-track-unknown': {
    severity: 'error',
    reason: 'What is tracked and not defined above keepalived leaves out: its failure moves nothing.',
    source: 'keepalived vrrp_track.c, alloc_track_script',
    find: (one) => {
      const known = definitionsIn(one.statements)
      return trackers(one).flatMap((holder) => {
        // keepalived looks for it while it reads the line.
        const above = definitionsIn(one.statements.slice(0, one.statements.indexOf(holder)))
        return Object.entries(kinds).flatMap(([keyword, is]) =>
          linesOf(holder, keyword).flatMap((line) => {
            const key = keyOf({ is, name: line.keyword })
            if (above.has(key)) return []
            if (known.has(key))
              return [
                {
                  message: `${holder.values[0]} tracks the ${is} ${line.keyword}, which is defined below`,
                  at: line.at,
                  next: `Move its definition above ${holder.keyword} ${holder.values[0]}.`,
                },
              ]
            const names = [...known.keys()]
              .filter((key) => key.startsWith(`${is} `))
              .map((key) => key.slice(is.length + 1))
            return [
              {
                message: `${holder.values[0]} tracks the ${is} ${line.keyword}, which is defined nowhere`,
                at: line.at,
                next:
                  names.length > 0
                    ? suggestion(line.keyword, names)
                    : `Define it with ${definedBy[is]} ${line.keyword}.`,
              },
            ]
          }),
        )
      })
    },
  },
  'keepalived-check-file': {
    severity: 'error',
    reason:
      'A FILE_CHECK of a file that is not defined above keepalived leaves out: nobody looks at the realserver then.',
    source: 'keepalived check_file.c, track_file_handler and file_end_handler',
    find: (one) =>
      servers(one).flatMap((server) => {
        const above = definitionsIn(one.statements.slice(0, one.statements.indexOf(server)))
        return within(server.block ?? [], ({ keyword }) => keyword === 'FILE_CHECK').flatMap(
          ({ block = [], at }) => {
            const line = lastOf(block, 'track_file')
            const name = line?.values[0]
            if (name !== undefined && above.has(keyOf({ is: 'file', name }))) return []
            return [
              {
                message:
                  name === undefined
                    ? 'FILE_CHECK names no file'
                    : `FILE_CHECK names ${name}, which is not defined above`,
                at: line?.at ?? at,
                next: `Define it above: track_file ${name ?? 'NAME'} { file "/path" }`,
              },
            ]
          },
        )
      }),
  },
  'keepalived-weight': {
    severity: 'error',
    reason:
      'A weight is a number from -253 to 253, of files and processes from -254 to 254, by which a failure lowers the priority or a success raises it; another one keepalived leaves out, and without one what is tracked.',
    source:
      'keepalived.conf(5), track_script and weight; keepalived vrrp_track.c, alloc_track_script and its like',
    find: (one) => {
      const used = trackers(one).flatMap((holder) =>
        Object.entries({ ...kinds, track_interface: 'interface' } as const).flatMap(([keyword, is]) =>
          linesOf(holder, keyword).flatMap((line) => {
            const at = line.values.indexOf('weight')
            // Of scripts and interfaces, too, 254 counts, as 253.
            return at < 0 ? [] : unfitWeight(line, line.values[at + 1], is, 254)
          }),
        ),
      )
      const defined = Object.entries(definers).flatMap(([keyword, is]) =>
        blocksOf(one, keyword).flatMap(({ block = [] }) => {
          const line = lastOf(block, 'weight')
          return line ? unfitWeight(line, line.values[0], is) : []
        }),
      )
      return [...used, ...defined]
    },
  },
  'keepalived-nopreempt-weight': {
    severity: 'warning',
    reason:
      'Under nopreempt nobody takes over from a master whose priority falls: a weight moves nothing then.',
    source: 'keepalived#2379, keepalived#2483; keepalived.conf(5), nopreempt',
    find: ({ told }) =>
      told.speakers.flatMap(({ name, nopreempt, tracks, at }) => {
        // A file that raises a priority is how somebody hands a VIP over, and tells of no failure.
        const fails = (track: Track) =>
          told.watched.some((one) => keyOf(one) === keyOf(track) && one.failed !== undefined)
        const weighs = tracks.find((track) => track.weight !== 0 && track.is !== 'interface' && fails(track))
        return nopreempt && weighs
          ? [
              {
                message: `${name} has nopreempt, and tracks ${weighs.name} with a weight of ${weighs.weight}`,
                at,
                next: 'Leave the weight out (or say 0), so that the VIP is given up.',
              },
            ]
          : []
      }),
  },
  'keepalived-owner-tracks': {
    severity: 'warning',
    reason: 'A priority of 255 cannot be lowered: weights beside it have no effect.',
    source: 'keepalived.conf(5), priority; keepalived vrrp.c, vrrp_complete_instance',
    find: (one) => {
      const known = definitionsIn(one.statements)
      return blocksOf(one, 'vrrp_instance').flatMap((instance) => {
        const speaker = one.told.speakers.find(({ at }) => at === instance.at)
        const weighs = Object.entries({ ...kinds, track_interface: 'interface' } as const)
          .flatMap(([keyword, is]) =>
            linesOf(instance, keyword).map((line) => ({
              ...line,
              usual:
                is === 'interface' || is === 'file'
                  ? 0
                  : known.get(keyOf({ is, name: line.keyword }))?.weight,
            })),
          )
          .find(({ values, usual = 0 }) => (values[0] === 'weight' ? values[1] !== '0' : usual !== 0))
        return speaker?.priority === 255 && weighs
          ? [
              {
                message: `${speaker.name} ${said(instance, 'priority') === undefined ? 'says no priority, and so has as MASTER that of an owner, 255,' : 'has the priority 255,'} which the weight of ${weighs.keyword} does not change`,
                at: weighs.at,
                next: 'Take a priority of 254 at most, or no weight.',
              },
            ]
          : []
      })
    },
  },
  'keepalived-script-unused': {
    severity: 'warning',
    reason: 'A vrrp_script that no instance and no group tracks is never run: its failure moves nothing.',
    source: 'keepalived vrrp.c, vrrp_complete_init',
    find: (one) => {
      const used = trackers(one).flatMap((holder) =>
        linesOf(holder, 'track_script').map(({ keyword }) => keyword),
      )
      return blocksOf(one, 'vrrp_script')
        .filter(({ values }) => values[0] && !used.includes(values[0]))
        .map(({ values, at }) => ({
          message: `nothing tracks vrrp_script ${values[0] ?? ''}`,
          at,
          next: `Add track_script { ${values[0] ?? ''} } to the instances that are to move.`,
        }))
    },
  },
  'keepalived-script-missing': {
    severity: 'error',
    reason: 'A vrrp_script that says no script keepalived leaves out: its failure moves nothing.',
    source: 'keepalived vrrp_track.c and vrrp_parser.c, vrrp_script_end_handler',
    find: (one) =>
      blocksOf(one, 'vrrp_script').flatMap(({ values, block = [], at }) =>
        lastOf(block, 'script')?.values[0]
          ? []
          : [
              {
                message: `vrrp_script ${values[0]} says no script`,
                at,
                next: 'Add: script "/path/of/what/looks"',
              },
            ],
      ),
  },
} as const satisfies WrittenFamily

/** Whatever may track something. */
const trackers = (one: Written) => [...blocksOf(one, 'vrrp_instance'), ...blocksOf(one, 'vrrp_sync_group')]

function unfitWeight(
  { keyword, at }: Statement,
  weight: string | undefined,
  is: Track['is'],
  least = 0,
): readonly Complaint[] {
  // Sessions of BFD have one bound wherever they are weighed.
  const most = is === 'bfd' ? mostWeight[is] : Math.max(least, mostWeight[is])
  if (weight !== undefined && /^[+-]?\d+$/.test(weight) && Math.abs(Number(weight)) <= most) return []
  const what = weight === undefined ? 'has a weight without a number' : `has the weight ${weight}`
  return [
    {
      message:
        keyword === 'weight' ? `a ${is === 'bfd' ? 'session of BFD' : is} ${what}` : `${keyword} ${what}`,
      at,
      next: `Write a number from -${mostWeight[is]} to ${mostWeight[is]}, or leave weight out.`,
    },
  ]
}
