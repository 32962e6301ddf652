import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about what tasks ask for. */
export const moduleRules = {
  'module-unknown': {
    severity: 'error',
    reason: 'A module that nobody knows does nothing: most often it is misspelt.',
    source: 'docs/ansible.md',
  },
  'module-unsupported': {
    severity: 'error',
    reason: 'What Ansible does by this module is not done here.',
    source: 'docs/ansible.md',
  },
  'module-refused': {
    severity: 'warning',
    reason: 'The task fails on each host where its condition holds.',
    source: 'docs/ansible.md',
  },
  'module-unavailable': {
    severity: 'error',
    reason: 'A module that is none of ours needs what is not here.',
    source: 'docs/foreign-modules.md',
  },
  'module-words': {
    severity: 'error',
    reason: 'What a module is told has names, each once.',
    source: 'docs/ansible.md',
  },
} as const satisfies ExplainedFamily<'module'>
