import { skew } from '../cluster/index.ts'
import type { Judgement } from './judge.ts'
import type { Situation } from './situations.ts'
import type { Speaker } from './speaker.ts'

/** Why a takeover takes as long as it does. */
export function wordsOfTakeover(
  speakers: readonly Speaker[],
  { plights }: Situation,
  { seconds = 0, last = 0 }: Judgement,
): string {
  const speaker = speakers[last] as Speaker
  const { director, priority, advert, downAdverts, version } = speaker
  const blow = plights
    .flatMap(({ blows }) => blows)
    .filter(({ at }) => at > 0 && at <= seconds)
    .toSorted((one, other) => other.at - one.at)[0]
  const wait = skew({ version, advert_interval: advert }, priority)
  const crash = `${director} waits for ${downAdverts} adverts that count, ${said(advert)} each, and ${said(wait)} more as its priority is ${priority}`
  if (!blow) return crash
  const rest = seconds - blow.at
  const then =
    rest <= wait + 0.01
      ? `the goodbye lets ${director} wait only ${said(rest)}, as its priority is ${priority}`
      : rest <= downAdverts * advert + wait + 0.01
        ? crash
        : `${director} takes over ${said(rest)} later`
  return `${blow.why}: ${said(blow.at)}; then ${then}`
}

function said(seconds: number): string {
  return `${Math.round(seconds * 100) / 100} s`
}
