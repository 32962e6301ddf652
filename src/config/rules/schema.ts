import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about the words of inventories and playbooks, which their schemas know. */
export const schemaRules = {
  'schema-unknown-key': {
    severity: 'error',
    reason: 'A word that nobody knows does nothing: most often it is misspelt.',
    source: 'docs/inventory.md',
  },
  'schema-missing-key': {
    severity: 'error',
    reason: 'Without this word nothing could be made.',
    source: 'docs/inventory.md',
  },
  'schema-value': {
    severity: 'error',
    reason: 'A value of another kind has no meaning there.',
    source: 'docs/inventory.md',
  },
  'schema-key': {
    severity: 'error',
    reason: 'Keys of this mapping are of a kind of their own.',
    source: 'docs/inventory.md',
  },
  'schema-expression': {
    severity: 'error',
    reason:
      'What a cluster is, and how its machines are reached, is computed before any host is asked: facts are not known yet.',
    source: 'docs/inventory.md',
  },
} as const satisfies ExplainedFamily<'schema'>
