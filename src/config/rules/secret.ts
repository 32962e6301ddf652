import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about secrets. */
export const secretRules = {
  'secret-placeholder': {
    severity: 'error',
    reason: 'A password that stands in an example is known to everybody.',
    source: 'docs/secrets.md',
  },
  'secret-in-the-open': {
    severity: 'error',
    reason: 'A private key that stands in an inventory is read by everybody who may read that.',
    source: 'docs/secrets.md',
  },
  'secret-source': {
    severity: 'error',
    reason: 'A secret that its source does not tell cannot be used.',
    source: 'docs/secrets.md',
  },
} as const satisfies ExplainedFamily<'secret'>
