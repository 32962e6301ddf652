import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about comments by which somebody says that what a rule finds is meant. */
export const ignoreRules = {
  'ignore-unexplained': {
    severity: 'warning',
    reason: 'Without a reason nobody knows later whether it still holds: such a comment silences nothing.',
    source: 'docs/rules.md',
  },
  'ignore-unknown': {
    severity: 'warning',
    reason: 'A rule that there is not finds nothing that could be ignored.',
    source: 'docs/rules.md',
  },
  'ignore-error': {
    severity: 'warning',
    reason: 'What could not work does not work either where somebody says that it is meant.',
    source: 'docs/rules.md',
  },
  'ignore-unused': {
    severity: 'warning',
    reason: 'A comment that silences nothing would hide the next mistake in that place.',
    source: 'docs/rules.md',
  },
} as const satisfies ExplainedFamily<'ignore'>
