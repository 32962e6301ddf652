import { bool, different, done, mode, refused, str } from './option.ts'

const label = 'of what an archive brings, in a task of its own'

/** What every module that writes files can say about their owner and mode. */
export const fileOptions = {
  mode: done(mode()),
  owner: done(str()),
  group: done(str()),
  seuser: different(label, str()),
  serole: different(label, str()),
  setype: different(label, str()),
  selevel: different(label, str()),
  attributes: different('nothing is done where they are as it says', str({ aliases: ['attr'] })),
  unsafe_writes: refused('files are replaced in one step', bool(false)),
}

/** Owner and mode as resources take them. */
export function ownershipOf({
  owner,
  group,
  mode,
}: {
  readonly owner: string | undefined
  readonly group: string | undefined
  readonly mode: string | undefined
}): Readonly<Record<string, string>> {
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
    ...(mode === undefined || mode === 'preserve' ? {} : { mode }),
  }
}

/** The fields that are given, for schemas that know no `undefined`. */
export function fields(all: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
