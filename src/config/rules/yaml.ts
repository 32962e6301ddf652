import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about YAML as such. */
export const yamlRules = {
  'yaml-syntax': {
    severity: 'error',
    reason: 'What is no YAML has no meaning that could be relied on.',
    source: 'YAML 1.2.2',
  },
  'yaml-indent': {
    severity: 'error',
    reason: 'Indentation says what belongs to what, and tabs are none.',
    source: 'YAML 1.2.2, 6.1',
  },
  'yaml-quotes': {
    severity: 'error',
    reason: 'Some signs mean something to YAML unless the value stands in quotes, which must be closed.',
    source: 'YAML 1.2.2, 7.3',
  },
  'yaml-braces': {
    severity: 'error',
    reason: 'An unquoted {{ begins a mapping.',
    source: 'YAML 1.2.2, 7.4.2',
  },
  'yaml-key': {
    severity: 'error',
    reason: 'A key is one word or text.',
    source: 'YAML 1.2.2, 3.2.1.1',
  },
  'yaml-duplicate-key': {
    severity: 'error',
    reason: 'Of two values for one key one would be lost, and readers disagree about which.',
    source: 'YAML 1.2.2, 3.2.1.3',
  },
  'yaml-several-documents': {
    severity: 'error',
    reason: 'Only one document is read: what stands in a second one would be lost.',
    source: 'YAML 1.2.2, 9.2',
  },
  'yaml-tag': {
    severity: 'error',
    reason: 'A tag that is not known may change what a value means.',
    source: 'YAML 1.2.2, 6.8',
  },
  'yaml-alias': {
    severity: 'error',
    reason: 'An alias stands for a value that was given a name before.',
    source: 'YAML 1.2.2, 7.1',
  },
  'yaml-alias-circle': {
    severity: 'error',
    reason: 'A value cannot hold itself.',
    source: 'YAML 1.2.2, 7.1',
  },
  'yaml-alias-explosion': {
    severity: 'error',
    reason: 'Aliases of aliases make a few lines longer than any computer can hold.',
    source: 'YAML 1.2.2, 7.1',
  },
  'yaml-too-deep': {
    severity: 'error',
    reason:
      'Hundreds of levels inside each other were written by nobody, and end the memory of whoever reads them.',
    source: 'YAML 1.2.2, 3.1.2',
  },
  'yaml-merge': {
    severity: 'error',
    reason: 'Only a mapping has keys that could be merged.',
    source: 'yaml.org/type/merge',
  },
  'yaml-octal': {
    severity: 'warning',
    reason: 'A number with a leading 0 is octal to YAML 1.1, and decimal to YAML 1.2.',
    source: 'YAML 1.2.2, 10.3.2; yaml.org/type/int',
  },
} as const satisfies ExplainedFamily<'yaml'>
