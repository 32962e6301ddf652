import { agreementRules } from './agreement.ts'
import { apartRules } from './apart.ts'
import { balancingRules } from './balancing.ts'
import { checkRules } from './checks.ts'
import { commandRules } from './commands.ts'
import { daemonRules } from './daemons.ts'
import { endpointRules } from './endpoints.ts'
import { wordRules } from './files.ts'
import { flagRules } from './flags.ts'
import { globalRules } from './globals.ts'
import { groupRules } from './groups.ts'
import { instanceRules } from './instances.ts'
import { interfaceRules } from './interfaces.ts'
import { lackingRules } from './lacking.ts'
import { networkRules } from './networks.ts'
import { numberRules } from './numbers.ts'
import { optionRules } from './options.ts'
import { passwordRules } from './passwords.ts'
import { realserverRules } from './realservers.ts'
import { repeatedRules } from './repeated.ts'
import { routeRules } from './routes.ts'
import { seldomRules } from './seldom.ts'
import { serverGroupRules } from './server-groups.ts'
import { serverRules } from './servers.ts'
import { serviceRules } from './services.ts'
import { sessionRules } from './sessions.ts'
import { strictRules } from './strict.ts'
import type { Complaint, Written, WrittenRule } from './subject.ts'
import { trackingRules } from './tracking.ts'
import { unlikeRules } from './unlike.ts'
import { valueRules } from './values.ts'
import { vipRules } from './vips.ts'
import { vocabularyRules } from './vocabulary.ts'
import { watchedRules } from './watched.ts'

/** Rules about configurations that somebody wrote by hand. */
export const writtenRules = {
  ...wordRules,
  ...numberRules,
  ...endpointRules,
  ...globalRules,
  ...repeatedRules,
  ...vocabularyRules,
  ...valueRules,
  ...flagRules,
  ...optionRules,
  ...routeRules,
  ...instanceRules,
  ...interfaceRules,
  ...strictRules,
  ...vipRules,
  ...passwordRules,
  ...trackingRules,
  ...watchedRules,
  ...sessionRules,
  ...commandRules,
  ...groupRules,
  ...apartRules,
  ...agreementRules,
  ...lackingRules,
  ...unlikeRules,
  ...serverRules,
  ...realserverRules,
  ...serviceRules,
  ...daemonRules,
  ...serverGroupRules,
  ...balancingRules,
  ...checkRules,
  ...seldomRules,
  ...networkRules,
} as const

/** What a rule has against configurations. */
export interface Found extends Complaint {
  readonly rule: string
  readonly severity: 'error' | 'warning'
}

/** What all rules have against configurations that belong together. */
export function complaintsAbout(all: readonly Written[]): readonly Found[] {
  const rules: Readonly<Record<string, WrittenRule>> = writtenRules
  return Object.entries(rules).flatMap(([rule, { severity, find }]) => {
    const found = typeof find === 'function' ? all.flatMap((one) => find(one)) : find.all(all)
    return found.map((complaint) => ({ rule, severity, ...complaint }))
  })
}

export { readingRules, ruleOf } from './files.ts'
export type { Written } from './subject.ts'
