import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about expressions. */
export const expressionRules = {
  'expression-syntax': {
    severity: 'error',
    reason: 'What is no expression of Jinja has no value.',
    source: 'docs/jinja.md',
  },
  'expression-undefined': {
    severity: 'error',
    reason: 'A name that has no value would become an empty text in a configuration.',
    source: 'Jinja, StrictUndefined',
  },
  'expression-too-much': {
    severity: 'error',
    reason: 'An expression that calls itself, or grows without bound, would never end.',
    source: 'docs/jinja.md',
  },
  'expression-circle': {
    severity: 'error',
    reason: 'Variables that are made of each other in a circle have no value.',
    source: 'docs/jinja.md',
  },
  'expression-condition': {
    severity: 'error',
    reason: 'A condition is an expression that is true or false.',
    source: 'docs/playbooks.md',
  },
  'expression-value': {
    severity: 'error',
    reason: 'Some values, as functions are, cannot stand in a file or an option.',
    source: 'docs/jinja.md',
  },
  'expression-braces': {
    severity: 'warning',
    reason: 'A condition is an expression already: what {{ }} computes would be read as one once more.',
    source: 'Ansible, Conditionals',
  },
} as const satisfies ExplainedFamily<'expression'>
