/** What users of a cluster may feel, from nothing to being without it. */
export const feltClasses = ['none', 'reload', 'restart', 'failover', 'outage'] as const

export type FeltClass = (typeof feltClasses)[number]

/** What those who use one address feel. */
export interface FeltAt {
  readonly vip: string
  readonly class: FeltClass
  /** How often it goes to another director. */
  readonly moves: number
  /** What they may miss at most at a time, in seconds; 0: nothing. Absent: nobody knows for how long, or it is for good. */
  readonly seconds?: number | undefined
  /** Those that feel the class, such as `10.0.0.100:80`. */
  readonly services: readonly string[]
}

/** What one change does to those who use a cluster. */
export interface Felt {
  readonly class: FeltClass
  /** What waves can spare users of it, where that is less: the rest is felt in whichever order hosts are changed. */
  readonly sparable?: FeltClass
  readonly vips: readonly FeltAt[]
  /** Why, and what it rests on. */
  readonly why: readonly string[]
}

/** What a whole plan does to those who use its clusters. */
export interface PlanImpact {
  readonly class: FeltClass
  readonly vips: readonly FeltAt[]
  /** Steps of which nobody can say it before others are made. */
  readonly unknown: number
}

/** Is one more than another? */
export function isMore(one: FeltClass, other: FeltClass): boolean {
  return feltClasses.indexOf(one) > feltClasses.indexOf(other)
}

/** The most of some. */
export function mostOf(all: readonly FeltClass[]): FeltClass {
  return all.reduce((most, one) => (isMore(one, most) ? one : most), 'none')
}

/** Is something missed at an address? */
export function isMissed({ seconds }: FeltAt): boolean {
  return seconds === undefined || seconds > 0
}

/** What is felt at each address by all of these together: the longest time, and every move. */
export function feltTogether(all: readonly FeltAt[]): readonly FeltAt[] {
  const found = new Map<string, FeltAt>()
  for (const one of all) {
    const before = found.get(one.vip)
    found.set(one.vip, before ? both(before, one) : one)
  }
  return [...found.values()]
}

function both(one: FeltAt, other: FeltAt): FeltAt {
  const most = mostOf([one.class, other.class])
  return {
    vip: one.vip,
    class: most,
    moves: one.moves + other.moves,
    // What is reloaded beside a service that goes away does not go with it.
    services: [
      ...new Set([one, other].filter((each) => each.class === most).flatMap((each) => each.services)),
    ],
    ...(one.seconds === undefined || other.seconds === undefined
      ? {}
      : { seconds: Math.max(one.seconds, other.seconds) }),
  }
}
