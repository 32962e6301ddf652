import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about sources of applications. */
export const releaseRules = {
  'release-source': {
    severity: 'error',
    reason: 'An application that cannot be read cannot be brought anywhere.',
    source: 'docs/applications.md',
  },
} as const satisfies ExplainedFamily<'release'>
