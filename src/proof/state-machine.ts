import { skew } from '../cluster/index.ts'
import type { Speaker } from './speaker.ts'
import {
  type Around,
  type Blow,
  type Found,
  fresh,
  type Group,
  type Standing,
  type State,
  type Turn,
  told,
} from './standing.ts'

/**
 * All instances of all directors, each of them the state machine of VRRP as keepalived has it: vrrp_scheduler.c, vrrp.c,
 * vrrp_sync.c and vrrp_track.c of 2.2.7, held to the running program by `test/proof/`.
 */
export class Instances {
  readonly standings: readonly Standing[]
  readonly turns: Turn[] = []
  readonly #around: Around
  readonly #groups: readonly Group[]
  /** By the places of their members. */
  readonly #groupsOf = new Map<number, Group>()

  constructor(around: Around) {
    this.#around = around
    this.standings = around.speakers.map((speaker) => fresh(speaker))
    const groups = new Map<string, number[]>()
    around.speakers.forEach(({ director, sync }, index) => {
      if (sync === undefined) return
      const name = `${director} ${sync}`
      groups.set(name, [...(groups.get(name) ?? []), index])
    })
    this.#groups = [...groups.values()].map((members) => ({ members, state: 'BACKUP', faulty: 0 }))
    for (const group of this.#groups) for (const member of group.members) this.#groupsOf.set(member, group)
  }

  /** Those that something which happens to one may concern. */
  together(index: number): readonly number[] {
    return this.#groupsOf.get(index)?.members ?? [index]
  }

  /** Goes on where others stand. */
  resume(others: Instances): void {
    for (const [index, own] of others.standings.entries()) Object.assign(this.#of(index), own)
    for (const [index, { state, faulty }] of others.#groups.entries())
      Object.assign(this.#groups[index] ?? {}, { state, faulty })
  }

  /** keepalived starts on a machine, and finds this of what its instances watch. */
  start(found: readonly Found[]): void {
    const own = new Set(found.map(({ speaker }) => speaker))
    const groups = this.#groups.filter(({ members }) => members.some((member) => own.has(member)))
    for (const group of groups) {
      group.faulty = found.filter(
        ({ speaker, faults }) => faults > 0 && group.members.includes(speaker),
      ).length
      group.state = group.faulty > 0 ? 'FAULT' : 'BACKUP'
    }
    for (const { speaker, faults, priority } of found) {
      const standing = this.#of(speaker)
      Object.assign(standing, fresh(this.#speaker(speaker)))
      standing.faults = faults
      standing.total += priority
      standing.effective = told(standing)
      const group = this.#groupOf(speaker)
      if (group) standing.want = 'BACKUP'
      if (faults > 0 || group?.state === 'FAULT') Object.assign(standing, { state: 'FAULT', want: 'FAULT' })
      // Who owns the address has it at once.
      standing.down = standing.base === 255 && standing.want === 'MASTER' ? 1e-6 : this.#downTimer(speaker)
      this.wait(speaker)
    }
  }

  /** Something that it watches changes. */
  strike({ speaker: index, faults, priority }: Blow): void {
    const own = this.#of(index)
    if (priority !== 0) {
      own.total += priority
      this.#weigh(index)
    }
    for (let count = 0; count < faults; count++) this.#giveUp(index)
    for (let count = 0; count < -faults; count++) this.#comeBack(index)
  }

  /** vrrp_track.c, vrrp_set_effective_priority */
  #weigh(index: number): void {
    const own = this.#of(index)
    const effective = told(own)
    if (own.base === 255 || effective === own.effective) return
    own.effective = effective
    const before = own.down
    own.down = this.#downTimer(index)
    if (own.state === 'BACKUP') own.due += own.down - before
  }

  /** Its time has come. */
  timeout(index: number): void {
    const own = this.#of(index)
    const before = own.state
    if (own.state === 'BACKUP') {
      own.want = 'MASTER'
      this.#becomeMaster(index)
    } else this.#around.advertise(index, own.effective)
    this.#followed(index, before)
    this.wait(index)
  }

  /** An advert comes that it understands. */
  hear(to: number, from: number, priority: number): void {
    const own = this.#of(to)
    if (own.state === 'FAULT') return
    const before = own.state
    if (own.state === 'BACKUP') this.#hearAsBackup(to, from, priority)
    else if (this.#hearAsMaster(to, from, priority)) this.#leaveMaster(to)
    this.#followed(to, before)
    if (own.state !== 'MASTER' || this.#speaker(to).answersLower) this.wait(to)
  }

  #hearAsBackup(to: number, from: number, priority: number): void {
    const own = this.#of(to)
    const { nopreempt, preemptDelay, version } = this.#speaker(to)
    if (priority === 0) {
      own.down = skew({ version, advert_interval: own.masterAdvert }, own.effective)
      return
    }
    const delayed = preemptDelay > 0 && (own.preemptAt === 0 || own.preemptAt > this.#around.now())
    if (!nopreempt && priority < own.effective && !delayed) {
      own.down = Math.max(0, own.due - this.#around.now() + this.#around.haste(to))
      return
    }
    if (version === 3) own.masterAdvert = this.#speaker(from).advert
    own.down = this.#downTimer(to)
    if (preemptDelay > 0) {
      if (priority >= own.effective) own.preemptAt = 0
      else if (own.preemptAt === 0) own.preemptAt = this.#around.now() + preemptDelay
    }
    own.want = 'BACKUP'
  }

  /** Tells whether it is no longer master. */
  #hearAsMaster(to: number, from: number, priority: number): boolean {
    const own = this.#of(to)
    const speaker = this.#speaker(to)
    if (own.want === 'FAULT') return false
    const isAbove = this.#around.above(from, to)
    const isHigher = () => priority > own.effective || (priority === own.effective && isAbove)
    if (priority === 0 || (speaker.answersHigher && isHigher())) this.#around.advertise(to, own.effective)
    if (priority === 0) return false
    // Two who say that the address is theirs.
    if (priority === own.effective && own.effective === 255) {
      own.effective = 254
      own.base = 254
    }
    if (!isHigher()) {
      if (speaker.answersLower) this.#around.advertise(to, own.effective)
      return false
    }
    if (speaker.version === 3) own.masterAdvert = this.#speaker(from).advert
    own.want = 'BACKUP'
    return true
  }

  /** vrrp_scheduler.c, VRRP_TSM: what others of its group do when it goes from one state to another. */
  #followed(index: number, before: State): void {
    if (!this.#groupOf(index)) return
    const { state } = this.#of(index)
    if (state === 'MASTER') this.#sync(index, 'MASTER')
    else if (state === 'BACKUP' && before === 'MASTER') this.#sync(index, 'BACKUP')
  }

  #becomeMaster(index: number): void {
    const own = this.#of(index)
    if (!this.#mayBeMaster(index)) {
      own.want = 'MASTER'
      return
    }
    this.#enter(index, 'MASTER')
    this.wait(index)
    this.#around.advertise(index, own.effective)
  }

  /** vrrp_sync.c, vrrp_sync_can_goto_master */
  #mayBeMaster(index: number): boolean {
    const group = this.#groupOf(index)
    if (!group || group.state === 'MASTER') return true
    const others = group.members.filter((member) => member !== index)
    if (others.every((member) => this.#of(member).want === 'MASTER')) return true
    this.#of(index).down = this.#downTimer(index)
    this.wait(index)
    return false
  }

  #leaveMaster(index: number): void {
    const own = this.#of(index)
    if (own.want === 'FAULT') this.#around.advertise(index, 0)
    else own.preemptAt = 0
    this.#enter(index, own.want)
    own.down = this.#downTimer(index)
    this.wait(index)
  }

  #leaveFault(index: number): void {
    const own = this.#of(index)
    if (own.want === 'MASTER') this.#becomeMaster(index)
    else {
      this.#enter(index, own.want)
      if (own.state === 'BACKUP') own.preemptAt = 0
    }
    own.masterAdvert = this.#speaker(index).advert
    own.down = this.#downTimer(index)
    this.wait(index)
  }

  #giveUp(index: number): void {
    const own = this.#of(index)
    own.faults++
    if (own.faults > 1) return
    own.want = 'FAULT'
    if (own.state === 'MASTER') this.#leaveMaster(index)
    else this.#leaveFault(index)
    const group = this.#groupOf(index)
    if (!group) return
    group.faulty++
    if (group.faulty === 1) this.#sync(index, 'FAULT')
  }

  #comeBack(index: number): void {
    const own = this.#of(index)
    own.faults--
    if (own.faults > 0) return
    if (own.want !== 'MASTER' || own.base !== 255) own.want = 'BACKUP'
    own.masterAdvert = this.#speaker(index).advert
    own.down = this.#downTimer(index)
    const group = this.#groupOf(index)
    if (group) {
      group.faulty--
      if (group.faulty > 0) return
    }
    this.#leaveFault(index)
    if (!group) return
    this.#sync(index, own.state === 'MASTER' ? 'MASTER' : 'BACKUP')
  }

  /** vrrp_sync.c: the others of its group follow. */
  #sync(index: number, state: State): void {
    const group = this.#groupOf(index)
    if (!group || group.state === state) return
    if (state === 'MASTER' && !this.#mayBeMaster(index)) return
    for (const member of group.members) {
      const other = this.#of(member)
      if (member === index || other.state === state) continue
      other.want = state
      if (state === 'MASTER') this.#becomeMaster(member)
      else if (other.state === 'MASTER') this.#leaveMaster(member)
      else this.#leaveFault(member)
    }
    group.state = state
  }

  #enter(index: number, state: State): void {
    const own = this.#of(index)
    if (own.state !== state) this.turns.push({ at: this.#around.now(), speaker: index, state })
    own.state = state
  }

  /** Begins to wait, as long as its state asks for. */
  wait(index: number): void {
    const own = this.#of(index)
    const { advert } = this.#speaker(index)
    own.due =
      own.state === 'MASTER'
        ? this.#around.now() + advert
        : own.state === 'BACKUP'
          ? this.#around.now() + own.down - this.#around.haste(index)
          : Number.POSITIVE_INFINITY
  }

  #downTimer(index: number): number {
    const { effective, masterAdvert } = this.#of(index)
    const { version, downAdverts } = this.#speaker(index)
    return downAdverts * masterAdvert + skew({ version, advert_interval: masterAdvert }, effective)
  }

  #groupOf(index: number) {
    return this.#groupsOf.get(index)
  }

  #speaker(index: number): Speaker {
    return this.#around.speakers[index] as Speaker
  }

  #of(index: number): Standing {
    return this.standings[index] as Standing
  }
}
