import { countingBytes, lastOf, readInstance, type Statement } from '../adoption/index.ts'
import { canonical } from '../cluster/index.ts'
import { addressedBy } from './addressed.ts'
import type { Speaker, Told, Track } from './speaker.ts'
import { type Definitions, definitionsIn, keyOf, numberOr, tracksIn, watchedBy } from './tracks.ts'

/** A director's configuration, and what is known of its machine beside. */
export interface Configured {
  readonly director: string
  readonly statements: readonly Statement[]
  /** Addresses of its interfaces from which keepalived would speak, by name, where they are known. */
  readonly addresses?: ReadonlyMap<string, { readonly ipv4?: string; readonly ipv6?: string }>
  /** Where it is known better than by keepalived's own words when it hears of a failure, by what it tracks: `script balancer`. */
  readonly detections?: (tracked: string) => { readonly seconds: number; readonly why: string } | undefined
}

interface Group {
  readonly name: string
  readonly members: readonly string[]
  readonly weighs: boolean
  readonly tracks: readonly Track[]
}

interface Globals {
  readonly said: (keyword: string) => string | undefined
  readonly has: (keyword: string) => boolean
  readonly claims: (keyword: string, block: readonly Statement[], own: string) => boolean
}

/** Takes a configuration as keepalived takes it. */
export function readTold({ director, statements, addresses, detections }: Configured): Told {
  const globals = globalsIn(statements)
  const definitions = definitionsIn(statements)
  const groups = groupsIn(statements, definitions)
  const version = Number(globals.said('vrrp_version')) === 3 ? 3 : 2
  const speakers = statements
    .filter(({ keyword }) => keyword === 'vrrp_instance')
    .map((statement) => {
      const group = groups.find(({ members }) => members.includes(statement.values[0] ?? ''))
      return speakerOf(statement, { director, globals, definitions, version, addresses, group })
    })
  return {
    director,
    speakers,
    watched: watchedBy(
      statements,
      speakers.flatMap(({ tracks }) => tracks),
    ).map((one) => {
      const known = detections?.(keyOf(one))
      return known ? { ...one, detection: known.seconds, why: known.why } : one
    }),
  }
}

interface Around {
  readonly director: string
  readonly globals: Globals
  readonly definitions: Definitions
  readonly version: 2 | 3
  readonly addresses: Configured['addresses']
  readonly group: Group | undefined
}

function speakerOf(
  statement: Statement,
  { director, globals, definitions, version, addresses, group }: Around,
): Speaker {
  const block = statement.block ?? []
  const read = readInstance(statement, version)
  const isStrict = globals.claims('vrrp_strict', block, 'strict_mode')
  const state = lastOf(block, 'state')?.values[0]
  const priority = within(read.priority, 1, 255, 100)
  const isOwner = priority === 255
  const { family } = read
  const { moving, group: ownGroup, ...addressed } = addressedBy(block, read)
  const isV3 = read.version === 3
  const auth = isV3 || isStrict ? '' : authOf(block)
  // Whoever counts its adverts has to hear the others' numbers first.
  const waits = auth.startsWith('AH ') && !isOwner
  const startsAsMaster = state === undefined ? isOwner : read.startsAsMaster && !waits
  const nopreempt = read.nopreempt && !startsAsMaster && !isOwner
  const words = new Set(block.map(({ keyword }) => keyword))
  const device = read.interface
  const named = moving.flatMap(({ values }) => {
    const at = values.indexOf('dev')
    return at < 0 ? [] : (values[at + 1] ?? [])
  })
  const shown = moving.some(({ values }) => !values.includes('dev')) ? [device] : []
  const source = read.source ?? addresses?.get(device)?.[family]
  return {
    ...{ director, name: read.name, at: read.at, interface: device, family, priority, startsAsMaster },
    carriers: [...new Set([...shown, ...named])],
    vrid: within(read.vrid, 0, 255, 0),
    version: read.version,
    nopreempt,
    preemptDelay:
      nopreempt || startsAsMaster || isStrict ? 0 : upTo(1000, numberOr(`${read.preemptDelay}`, 0)),
    advert: interval(read.advertInterval, isV3),
    // keepalived leaves out what is not within 1 and 100.
    downAdverts: isStrict
      ? 3
      : within(
          numberOr(lastOf(block, 'down_timer_adverts')?.values[0], 0),
          1,
          100,
          within(numberOr(globals.said('vrrp_down_timer_adverts'), 3), 1, 100, 3),
        ),
    auth,
    group: ownGroup ?? globals.said(family === 'ipv4' ? 'vrrp_mcast_group4' : 'vrrp_mcast_group6') ?? 'usual',
    ...addressed,
    checksSource: addressed.checksSource || globals.has('vrrp_check_unicast_src'),
    source: source === undefined ? undefined : canonical(source),
    answersLower: !globals.claims('vrrp_lower_prio_no_advert', block, 'lower_prio_no_advert') && !isStrict,
    answersHigher:
      globals.claims('vrrp_higher_prio_send_advert', block, 'higher_prio_send_advert') && !isStrict,
    tracks: [
      ...interfacesOf(device, moving, words.has('dont_track_primary')),
      ...weighed(tracksIn(block, definitions), { isOwner, group }),
      ...(group?.tracks ?? []).map((track) => (isOwner ? { ...track, weight: 0 } : track)),
    ].filter(unlessWatchedBefore),
    sync: group?.name,
  }
}

/** Its own interface and those of its addresses are watched in any case. */
function interfacesOf(device: string, moving: readonly Statement[], untracked: boolean): readonly Track[] {
  const own = untracked ? [] : [device]
  const others = moving.flatMap(({ values }) => {
    const at = values.indexOf('dev')
    const name = at < 0 ? device : values[at + 1]
    return name === undefined || (untracked && name === device) ? [] : [name]
  })
  return [...new Set([...own, ...others])]
    .filter((name) => name !== '')
    .map((name) => ({ is: 'interface', name, weight: 0, reverse: false }))
}

/** What is watched twice counts as the one that gives up, which stands first. */
function unlessWatchedBefore({ is, name }: Track, index: number, all: readonly Track[]): boolean {
  return all.findIndex((one) => one.is === is && one.name === name) === index
}

/**
 * vrrp.c, vrrp_complete_instance: weights of members of a group that says nothing of them, and of who owns the address, do not
 * count. A script is then not watched, a file of the usual weight gives up. Weights of interfaces of a group's members were seen to count.
 */
function weighed(
  tracks: readonly Track[],
  { isOwner, group }: { readonly isOwner: boolean; readonly group: Group | undefined },
): readonly Track[] {
  if (!isOwner && (!group || group.weighs)) return tracks
  const inGroup = group !== undefined && !group.weighs
  return tracks.flatMap((track) => {
    const { is, weight } = track
    if (weight === 0) return [track]
    if (is === 'process') return isOwner ? [{ ...track, weight: 0 }] : [track]
    if (is === 'interface') return inGroup ? [track] : []
    return is === 'file' && weight === 1 ? [{ ...track, weight: 0 }] : []
  })
}

function globalsIn(statements: readonly Statement[]): Globals {
  const block = statements
    .filter(({ keyword }) => keyword === 'global_defs')
    .flatMap((one) => one.block ?? [])
  return {
    said: (keyword) => lastOf(block, keyword)?.values[0],
    has: (keyword) => lastOf(block, keyword) !== undefined,
    claims: (keyword, own, name) => {
      const said = lastOf(own, name) ?? lastOf(block, keyword)
      return said !== undefined && !['false', 'off', 'no', '0'].includes(said.values[0] ?? 'true')
    },
  }
}

function groupsIn(statements: readonly Statement[], definitions: Definitions): readonly Group[] {
  return statements
    .filter(({ keyword }) => keyword === 'vrrp_sync_group')
    .map(({ values, block = [] }) => ({
      name: values[0] ?? '',
      members: block
        .filter(({ keyword }) => keyword === 'group')
        .flatMap((one) => [
          ...one.values,
          ...(one.block ?? []).flatMap((line) => [line.keyword, ...line.values]),
        ]),
      weighs: block.some(({ keyword }) => /^(sync_group_tracking_weight|global_tracking)$/.test(keyword)),
      tracks: tracksIn(block, definitions),
    }))
}

/** What keepalived compares of the passwords: eight bytes. Neither a password without its kind nor that without one counts. */
function authOf(block: readonly Statement[]): string {
  const lines = block.filter(({ keyword }) => keyword === 'authentication').flatMap((one) => one.block ?? [])
  const types = lines.filter(({ keyword }) => keyword === 'auth_type').map(({ values }) => values[0])
  const type = types.findLast((one) => one === 'PASS' || one === 'AH')
  const line = lastOf(lines, 'auth_pass')
  // Single quotes are signs like others, but for scripts.
  const quoted = /^auth_pass\s+('\S*)/.exec(line?.raw ?? '')?.[1]
  const password = countingBytes(quoted ?? line?.values[0] ?? '')
  return type === undefined || password === '' ? '' : `${type} ${password}`
}

/** Seconds that the twelve bits of version 3 hold. */
const longestOfVersion3 = 40.95

/** Version 2 counts whole seconds, version 3 hundredths; what is beyond 255 s keepalived leaves out. */
function interval(said: number, isV3: boolean): number {
  const unit = isV3 ? 100 : 1
  const taken = Math.min(said > 0 && said <= 255 ? said : 1, isV3 ? longestOfVersion3 : 255)
  return Math.max(1, Math.round(taken * unit)) / unit
}

/** keepalived leaves out seconds below none and beyond so many. */
function upTo(most: number, seconds: number): number {
  return seconds >= 0 && seconds <= most ? seconds : 0
}

function within(number: number, least: number, most: number, otherwise: number): number {
  return Number.isInteger(number) && number >= least && number <= most ? number : otherwise
}
