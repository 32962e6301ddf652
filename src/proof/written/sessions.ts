import { lastOf, type Statement } from '../../adoption/index.ts'
import { canonical } from '../../cluster/index.ts'
import { suggestion } from '../../model/suggest.ts'
import {
  blocksOf,
  type Complaint,
  isAddress,
  namedReal,
  realsOf,
  servers,
  twice,
  type Written,
  type WrittenFamily,
} from './subject.ts'

/** Rules about sessions of BFD. */
export const sessionRules = {
  'keepalived-bfd': {
    severity: 'error',
    reason:
      'A session of BFD needs the address of one neighbour, of the family from which it is asked, and a name of its own: others keepalived leaves out, and nothing is noticed by them.',
    source: 'keepalived bfd_data.c, alloc_bfd; bfd_parser.c, bfd_end_handler; RFC 5881, 3',
    find: (one) => [
      ...blocksOf(one, 'bfd_instance').flatMap((session) => lacks(session, one)),
      ...twice(blocksOf(one, 'bfd_instance'), ({ values }) => values[0] ?? '').map(({ thing }) => ({
        message: `bfd_instance ${thing.values[0] ?? ''} stands there twice`,
        at: thing.at,
        next: 'Give each session a name of its own.',
      })),
      ...twice(
        blocksOf(one, 'bfd_instance').filter((session) => neighborOf(session) !== undefined),
        (session) => `${addressOf(session, 'source_ip')} ${neighborOf(session)}`,
      ).map(({ thing, earlier }) => ({
        message: `bfd_instance ${thing.values[0] ?? ''} has the neighbour ${neighborOf(thing)}, as ${earlier.values[0] ?? ''}`,
        at: thing.at,
        next: 'Track that one instead.',
      })),
    ],
  },
  'keepalived-check-bfd': {
    severity: 'error',
    reason:
      'A BFD_CHECK of a session that is not defined keepalived leaves out: nobody looks at the realserver then.',
    source: 'keepalived check_bfd.c, bfd_name_handler and bfd_end_handler',
    find: (one) => {
      const names = blocksOf(one, 'bfd_instance').map(({ values }) => values[0] ?? '')
      return servers(one).flatMap((server) =>
        realsOf(server).flatMap((real) =>
          (real.block ?? [])
            .filter(({ keyword }) => keyword === 'BFD_CHECK')
            .flatMap(({ block = [], at }) => {
              const line = lastOf(block, 'name')
              const name = line?.values[0]
              if (name !== undefined && names.includes(name)) return []
              return [
                {
                  message: `BFD_CHECK of ${namedReal(real, server)} ${name === undefined ? 'names no session' : `names ${name}, which no bfd_instance is called`}`,
                  at: line?.at ?? at,
                  next:
                    name !== undefined && names.length > 0
                      ? suggestion(name, names)
                      : `Define it above: bfd_instance ${name ?? 'NAME'} { neighbor_ip ${real.values[0] ?? 'ADDRESS'} }`,
                },
              ]
            }),
        ),
      )
    },
  },
} as const satisfies WrittenFamily

/** Letters of a name (bfd.h, BFD_INAME_MAX). */
const longest = 31

function lacks(session: Statement, one: Written): readonly Complaint[] {
  const [name = ''] = session.values
  const complaint = (line: Statement | undefined, what: string, next: string) => [
    { message: `bfd_instance ${name} ${what}`, at: line?.at ?? session.at, next },
  ]
  if (name.length > longest)
    return complaint(undefined, `has a name of more than ${longest} letters`, 'Write a shorter one.')
  const line = lastOf(session.block ?? [], 'neighbor_ip', 'neighbour_ip')
  const neighbor = line?.values[0]
  if (neighbor === undefined)
    return complaint(undefined, 'has no neighbor_ip', 'Say with whom: neighbor_ip ADDRESS')
  if (!isAddress(neighbor))
    return complaint(line, `has the neighbor_ip ${neighbor}, which is no address`, 'Write an address.')
  const source = lastOf(session.block ?? [], 'source_ip')
  const from = source?.values[0]
  if (from !== undefined && isAddress(from) && from.includes(':') !== neighbor.includes(':'))
    return complaint(source, `asks ${neighbor} from ${from}, of another family`, 'Write one of the same.')
  const own = one.told.speakers.flatMap((speaker) => speaker.source ?? [])
  return [from, ...own].some((address) => address && canonical(address) === canonical(neighbor))
    ? complaint(
        line,
        `has the neighbour ${neighbor}, which is ${one.name} itself`,
        'Name the other one, which is gone when the session ends.',
      )
    : []
}

function addressOf({ block = [] }: Statement, ...words: readonly string[]): string | undefined {
  const address = lastOf(block, ...words)?.values[0]
  return address === undefined ? undefined : canonical(address)
}

const neighborOf = (session: Statement) => addressOf(session, 'neighbor_ip', 'neighbour_ip')
