import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about roles. */
export const roleRules = {
  'role-unnamed': {
    severity: 'error',
    reason: 'A role is found by its name.',
    source: 'docs/playbooks.md',
  },
  'role-missing': {
    severity: 'error',
    reason: 'A role that is nowhere does nothing.',
    source: 'docs/playbooks.md',
  },
  'role-circle': {
    severity: 'error',
    reason: 'Roles that depend on each other in a circle have no first.',
    source: 'docs/playbooks.md',
  },
  'role-shape': {
    severity: 'error',
    reason: 'Parts of a role have a form.',
    source: 'docs/playbooks.md',
  },
} as const satisfies ExplainedFamily<'role'>
