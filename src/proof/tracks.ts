import type { Statement } from '../adoption/index.ts'
import { lastOf } from '../adoption/index.ts'
import { canonical } from '../cluster/index.ts'
import type { Track, Watched } from './speaker.ts'

const blocks = {
  track_script: 'script',
  track_process: 'process',
  track_file: 'file',
  track_interface: 'interface',
  track_bfd: 'bfd',
} as const

/** How much each kind weighs where neither its definition nor who tracks it says so (keepalived.conf(5)). */
const usualWeight = { script: 0, process: 0, file: 1, interface: 0, bfd: 0 } as const

/** What keepalived watches on a machine, by kind and name. */
export type Definitions = ReadonlyMap<string, { readonly weight: number; readonly reverse: boolean }>

/** By which a thing that is watched is known on its machine. */
export const keyOf = ({ is, name }: Pick<Track, 'is' | 'name'>): string => `${is} ${name}`

const roots = {
  vrrp_script: 'script',
  vrrp_track_process: 'process',
  track_process: 'process',
  track_file: 'file',
  vrrp_track_file: 'file',
  bfd_instance: 'bfd',
} as const

function definedIn(statements: readonly Statement[]) {
  return statements.flatMap((statement) => {
    const is = roots[statement.keyword as keyof typeof roots]
    const name = statement.values[0]
    return is && name !== undefined && statement.block ? [{ is, name, block: statement.block }] : []
  })
}

/** The weights that scripts, processes, files and sessions of BFD bring along. */
export function definitionsIn(statements: readonly Statement[]): Definitions {
  return new Map(
    definedIn(statements).map(({ is, name, block }) => {
      const [weight, word] = lastOf(block, 'weight')?.values ?? []
      return [
        keyOf({ is, name }),
        { weight: definedWeight(weight, is), reverse: word === 'reverse' },
      ] as const
    }),
  )
}

/** What an instance or a group tracks; what is defined nowhere keepalived leaves out. */
export function tracksIn(block: readonly Statement[], definitions: Definitions): readonly Track[] {
  const all = block.flatMap(({ keyword, block: lines = [] }) => {
    const is = blocks[keyword as keyof typeof blocks]
    return is ? lines.flatMap((line) => trackOf(line, is, definitions) ?? []) : []
  })
  return [...new Map(all.toReversed().map((track) => [keyOf(track), track])).values()].toReversed()
}

function trackOf(line: Statement, is: Track['is'], definitions: Definitions): Track | undefined {
  const { keyword: name, values } = line
  const defined = definitions.get(keyOf({ is, name }))
  if (!defined && is !== 'interface') return undefined
  const { weight, reverse } = defined ?? { weight: 0, reverse: false }
  const [word, said, ...flags] = values
  if (word === undefined) return { is, name, weight, reverse }
  // Any other option, and a weight that says nothing, make keepalived leave out what is tracked.
  if (word !== 'weight' || said === undefined) return undefined
  return {
    ...{ is, name, weight: trackedWeight(said, is) ?? weight },
    reverse: flags.includes('reverse') || (reverse && !flags.includes('noreverse')),
  }
}

/** How far a weight may be from none, where it is defined: keepalived vrrp_parser.c, track_file.c, bfd_parser.c. */
export const mostWeight = { script: 253, process: 254, file: 254, interface: 253, bfd: 253 } as const

/** Of an unfit one what is usual counts, save that a script has whatever is said. */
function definedWeight(said: string | undefined, is: Track['is']): number {
  if (said === undefined) return usualWeight[is]
  const weight = leadingNumber(said)
  return is === 'script' || Math.abs(weight) <= mostWeight[is] ? weight : usualWeight[is]
}

/** An unfit one leaves that of the definition; of scripts and interfaces 254 counts as 253. */
function trackedWeight(said: string, is: Track['is']): number | undefined {
  const weight = leadingNumber(said)
  const isRounded = (is === 'script' || is === 'interface') && Math.abs(weight) === 254
  if (isRounded) return Math.sign(weight) * 253
  return Math.abs(weight) <= mostWeight[is] ? weight : undefined
}

/** What strtol(3) makes of a word: its digits, or none. */
const leadingNumber = (word: string) => Number.parseInt(word, 10) || 0

/** What a machine watches of all that its instances track. */
export function watchedBy(statements: readonly Statement[], tracks: readonly Track[]): readonly Watched[] {
  const defined = new Map(definedIn(statements).map((one) => [keyOf(one), one.block]))
  const first = new Map(tracks.toReversed().map((track) => [keyOf(track), track]))
  return [...first].map(([key, track]) => watched(track, defined.get(key) ?? []))
}

/** Seconds: what is noticed later than this is never noticed, and an election that is followed for so long tells no more. */
const longest = 3600

function watched({ is, name, weight, reverse }: Track, block: readonly Statement[]): Watched {
  const said = (word: string, otherwise: number) => numberOr(lastOf(block, word)?.values[0], otherwise)
  switch (is) {
    case 'script': {
      const interval = Math.max(1, said('interval', 1))
      const timeout = Math.max(1, said('timeout', interval))
      const fall = Math.max(1, said('fall', 1))
      // The next try is begun when its time has come and the one before has ended.
      const each = Math.ceil(timeout / interval) * interval
      const seconds = each * fall + timeout
      const fails = reverse ? 1 : 0
      return {
        ...{ is, name, well: 1 - fails, failed: fails, detection: Math.min(longest, seconds) },
        why: `vrrp_script ${name} hangs for its timeout of ${timeout} s, fall ${fall} times, ${each} s apart`,
      }
    }
    case 'process': {
      const seconds = said('terminate_delay', said('delay', 0)) + 0.1
      const fails = reverse ? 1 : 0
      return {
        ...{ is, name, well: 1 - fails, failed: fails, detection: Math.min(longest, seconds) },
        why: `track_process ${name} is told by the kernel`,
      }
    }
    case 'file': {
      const initial = lastOf(block, 'init_file')?.values.find((value) => /^-?\d+$/.test(value))
      const why = `track_file ${name} is told by the kernel`
      const well = weight === 0 && reverse ? 1 : numberOr(initial, 0)
      // A weight of one takes from the priority what the file says, whatever that may be.
      const lowers = weight * (reverse ? -1 : 1) < -1
      if (weight === 0) return { is, name, well, failed: reverse ? 0 : 1, detection: 0.1, why }
      return { is, name, well, ...(lowers ? { failed: well + 1 } : {}), detection: 0.1, why }
    }
    case 'bfd': {
      // keepalived.conf(5): 10 ms and 5 where nothing is said; whoever is asked for more seldom is asked so.
      const each = Math.max(said('min_rx', 10), said('min_tx', 10)) / 1000
      const missed = Math.max(1, said('multiplier', 5))
      const fails = reverse ? 1 : 0
      const neighbor = canonical(lastOf(block, 'neighbor_ip')?.values[0] ?? '')
      const from = lastOf(block, 'source_ip')?.values[0]
      return {
        ...{
          is,
          name,
          neighbor,
          ...(from === undefined ? {} : { from: canonical(from) }),
          well: 1 - fails,
          failed: fails,
          detection: Math.min(longest, missed * each),
        },
        why: `bfd_instance ${name} hears nothing of ${neighbor}, ${missed} times, ${each} s apart`,
      }
    }
    case 'interface':
      return { is, name, well: 1, failed: 0, detection: 0, why: `the kernel tells that ${name} is down` }
  }
}

/** What a track that says this does to its instance: how far it is from giving it up, and what it adds to its priority. */
export function effectOf(
  { is, weight, reverse }: Track,
  says: number,
): { readonly faults: number; readonly priority: number } {
  const sign = reverse ? -1 : 1
  if (is === 'file') {
    const status = weight === 0 ? ((says !== 0) === !reverse ? -254 : 0) : says * weight * sign
    return status <= -254 ? { faults: 1, priority: 0 } : { faults: 0, priority: Math.min(253, status) }
  }
  const ok = says !== 0
  if (weight === 0) return { faults: ok === !reverse ? 0 : 1, priority: 0 }
  return { faults: 0, priority: ok === weight > 0 ? weight * sign : 0 }
}

/** The number that a word is, or another where it is none. */
export function numberOr(word: string | undefined, otherwise: number): number {
  const number = word === undefined || word === '' ? Number.NaN : Number(word)
  return Number.isFinite(number) ? number : otherwise
}
