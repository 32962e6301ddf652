import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about ansible.cfg. */
export const settingRules = {
  'setting-line': {
    severity: 'error',
    reason: 'A line of ansible.cfg is a heading or a setting.',
    source: 'docs/ansible-settings.md',
  },
  'setting-twice': {
    severity: 'error',
    reason: 'Of two values for one setting one would be lost.',
    source: 'docs/ansible-settings.md',
  },
  'setting-value': {
    severity: 'error',
    reason: 'A setting has values of one kind.',
    source: 'docs/ansible-settings.md',
  },
  'setting-unused': {
    severity: 'warning',
    reason: 'A setting that does not count here may be relied on elsewhere.',
    source: 'docs/ansible-settings.md',
  },
} as const satisfies ExplainedFamily<'setting'>
