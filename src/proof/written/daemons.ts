import type { Statement } from '../../adoption/index.ts'
import { suggestion } from '../../model/suggest.ts'
import {
  blocksOf,
  type Complaint,
  instances,
  isIn,
  placeAt,
  servers,
  speakerOf,
  twice,
  type Written,
  type WrittenFamily,
} from './subject.ts'

/** Rules about who tells connections to the other directors. */
export const daemonRules = {
  'keepalived-sync-daemon': {
    severity: 'error',
    reason:
      'Connections are told to the others by whoever holds an instance: without it they are told to nobody, and what keepalived cannot read of the line it leaves out.',
    source:
      'keepalived vrrp.c, vrrp_complete_init; global_parser.c, lvs_syncd_handler; keepalived.conf(5), lvs_sync_daemon',
    find: (one) => {
      const names = instances(one).map(({ values }) => values[0] ?? '')
      const lines = daemonsIn(one)
      return [
        ...lines.flatMap((line): readonly Complaint[] => {
          const name = instanceOf(line)
          return name === undefined || names.includes(name)
            ? outOfBounds(line)
            : [
                {
                  message: `lvs_sync_daemon names ${name}, which is no vrrp_instance here`,
                  at: line.at,
                  next: suggestion(name, names),
                },
              ]
        }),
        ...twice(lines, () => '').map(({ thing, earlier }) => ({
          message: `lvs_sync_daemon stands here and above (${placeAt(earlier.at)})`,
          at: thing.at,
          next: 'Keep one of them: the kernel has one such daemon.',
        })),
      ]
    },
  },
  'keepalived-sync-daemon-differs': {
    severity: 'warning',
    reason:
      'Connections are told to directors that listen under the same number: to others a takeover ends them all.',
    source: 'ipvsadm(8), --start-daemon and --syncid; keepalived.conf(5), lvs_sync_daemon',
    find: {
      all: (all) => {
        const balancing = all.filter((one) => servers(one).length > 0)
        const told = balancing.flatMap((one) => daemonsIn(one).map((line) => ({ one, line })))
        const [first, ...others] = told
        if (first === undefined) return []
        return [
          ...balancing
            .filter((one) => daemonsIn(one).length === 0)
            .map((one) => ({
              message: `${first.one.name} tells its connections, and ${one.name} has no lvs_sync_daemon`,
              at: first.line.at,
              next: 'Write the same lvs_sync_daemon on all directors.',
            })),
          ...others
            .filter(({ one, line }) => one !== first.one && idOf(line, one) !== idOf(first.line, first.one))
            .map(({ one, line }) => ({
              message: `lvs_sync_daemon of ${one.name} has the id ${idOf(line, one)}, and that of ${first.one.name} ${idOf(first.line, first.one)}`,
              at: line.at,
              next: 'Write the same id on all directors.',
            })),
        ]
      },
    },
  },
} as const satisfies WrittenFamily

function daemonsIn(one: Written): readonly Statement[] {
  return blocksOf(one, 'global_defs').flatMap(({ block = [] }) =>
    block.filter(({ keyword }) => keyword === 'lvs_sync_daemon'),
  )
}

/** `lvs_sync_daemon INTERFACE [[inst] INSTANCE] [id ID] …` */
function instanceOf({ values: [, second, third] }: Statement): string | undefined {
  const name = second === 'inst' ? third : second
  return name === undefined || /^(id|maxlen|port|ttl|group)$/.test(name) ? undefined : name
}

/** Numbers as lvs_syncd_handler takes them. */
const most: Readonly<Record<string, readonly [number, number]>> = {
  id: [0, 255],
  maxlen: [1, 65_507],
  port: [1, 65_535],
  ttl: [1, 255],
}

function outOfBounds({ values, at }: Statement): readonly Complaint[] {
  return values.flatMap((word, index): readonly Complaint[] => {
    const value = values[index + 1]
    const bounds = most[word]
    if (index === 0 || value === undefined) return []
    if (bounds && !isIn(value, ...bounds))
      return [
        {
          message: `${word} of lvs_sync_daemon says ${value}`,
          at,
          next: `Write a number from ${bounds[0]} to ${bounds[1]}.`,
        },
      ]
    return word === 'group' && !/^(22[4-9]|23\d)\.|^ff/i.test(value)
      ? [
          {
            message: `group of lvs_sync_daemon says ${value}, which is no address of multicast`,
            at,
            next: 'Write one, such as 224.0.0.81, or leave it out.',
          },
        ]
      : []
  })
}

/** Where none is said, it is the VRID of the instance (vrrp.c, vrrp_complete_init). */
function idOf(line: Statement, one: Written): string | undefined {
  const said = line.values.indexOf('id')
  if (said > 0) return line.values[said + 1]
  const name = instanceOf(line)
  if (/^\d+$/.test(line.values[2] ?? '')) return line.values[2]
  const instance = instances(one).find(({ values }) => values[0] === name)
  return instance && String(speakerOf(one, instance)?.vrid)
}
