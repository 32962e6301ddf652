import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about templates. */
export const templateRules = {
  'template-syntax': {
    severity: 'error',
    reason: 'A template that cannot be read makes no file.',
    source: 'docs/jinja.md',
  },
  'template-undefined': {
    severity: 'error',
    reason: 'A name that has no value would leave a gap in a configuration.',
    source: 'docs/inventory.md',
  },
  'template-too-much': {
    severity: 'error',
    reason: 'A template that brings in itself, or grows without bound, would never end.',
    source: 'docs/jinja.md',
  },
  'template-unclosed': {
    severity: 'error',
    reason: 'A block of a template has an end.',
    source: 'Handlebars, Block Helpers',
  },
  'template-call': {
    severity: 'error',
    reason: 'A helper or a part that is not there does nothing.',
    source: 'Handlebars, Helpers',
  },
  'template-value': {
    severity: 'error',
    reason: 'A list or a mapping is no text that could be written into a file.',
    source: 'docs/jinja.md',
  },
  'template-render': {
    severity: 'warning',
    reason:
      'What machines say of themselves is not known before they are asked: templates that read it are written for machines as they are met most, Debian 12 and Rocky Linux 9, with addresses that fit the inventory.',
    source: 'docs/distributions.md',
  },
  'template-jinja': {
    severity: 'error',
    reason: 'A statement of Jinja in a template of Handlebars would be written as it stands.',
    source: 'docs/playbooks.md',
  },
} as const satisfies ExplainedFamily<'template'>
