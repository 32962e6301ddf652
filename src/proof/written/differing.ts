import { lastOf } from '../../adoption/index.ts'
import { networkOf } from '../network.ts'
import type { Speaker } from '../speaker.ts'
import { type Complaint, instances, placeAt, type Written } from './subject.ts'

/** What all who may hold a VIP have to say alike. */
interface Alike {
  /** By which they are compared. */
  readonly say: (one: Speaker) => string
  /** The word of keepalived that says it, behind which a fix may write that. */
  readonly word: string
  readonly writes?: (one: Speaker) => string
  /** Where it is not for everybody to read. */
  readonly show?: (one: Speaker) => string
}

/** A rule about that: whoever says something else than most of them is told, and of two the second. */
export function differ(
  severity: 'error' | 'warning',
  reason: string,
  source: string,
  { say, word, writes, show = say }: Alike,
) {
  const all = (written: readonly Written[]): readonly Complaint[] =>
    routers(written).flatMap((members) => {
      const like = (one: Speaker) => members.filter((other) => say(other) === say(one)).length
      const [usual] = members.toSorted((one, other) => like(other) - like(one))
      if (!usual) return []
      const isMost = members.every((one) => say(one) === say(usual) || like(one) < like(usual))
      const there = saidAt(written, usual, word)
      const nextOf = (other: Speaker) => {
        if (!writes)
          return isMost
            ? `Say here what ${usual.director} says there, as the others do.`
            : 'Say the same on all directors.'
        const right = `Write ${word} ${writes(usual)} for ${other.name} of ${other.director}`
        return isMost
          ? `${right}, as most have it.`
          : `${right}, or ${word} ${writes(other)} for ${usual.name} of ${usual.director}.`
      }
      return members
        .filter((other) => say(other) !== say(usual))
        .map((other) => ({
          message:
            show(usual) === show(other)
              ? `${word} of ${other.name} of ${other.director} is ${shown(show(other))}, and not the one of ${usual.director} (${placeAt(there)})`
              : `${word} of ${other.name} of ${other.director} is ${shown(show(other))}, and that of ${usual.director} ${shown(show(usual))} (${placeAt(there)})`,
          at: saidAt(written, other, word),
          next: nextOf(other),
        }))
    })
  return { severity, reason, source, find: { all } } as const
}

/** Where an instance says something, or would have to. */
function saidAt(all: readonly Written[], { director, at }: Speaker, word: string) {
  const own = all.find(({ told }) => told.director === director)
  const instance = own && instances(own).find((one) => one.at.line === at.line && one.at.file === at.file)
  return lastOf(instance?.block ?? [], word)?.at ?? at
}

const shown = (text: string) => (text === '' ? 'empty' : text)

/** Those of several directors that are meant for one VIP, each director once. */
export function routers(all: readonly Written[]): readonly (readonly Speaker[])[] {
  const speakers = all.flatMap(({ told }) => told.speakers)
  return networkOf(speakers).routers.map(({ members }) => {
    const own = members.map((index) => speakers[index] as Speaker)
    return own.filter(({ director }, index) => own.findIndex((one) => one.director === director) === index)
  })
}
