import { bool, done, mode, refused, str } from './option.ts'

const label = '"sefcontext" says what label a path has, and each file gets it as the policy has it'

/** What every module that writes files can say about their owner and mode. */
export const fileOptions = {
  mode: done(mode()),
  owner: done(str()),
  group: done(str()),
  seuser: refused(label, str()),
  serole: refused(label, str()),
  setype: refused(label, str()),
  selevel: refused(label, str()),
  attributes: refused('run chattr with "command", and "unless"', str({ aliases: ['attr'] })),
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
