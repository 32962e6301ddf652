import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about files that are read on this computer. */
export const fileRules = {
  'file-missing': {
    severity: 'error',
    reason: 'What is named and not there cannot be read, and nothing is guessed in its place.',
    source: 'docs/playbooks.md',
  },
  'file-unreadable': {
    severity: 'error',
    reason: 'What this user may not read, or what is no file, cannot be read.',
    source: 'open(2)',
  },
  'file-not-text': {
    severity: 'error',
    reason: 'Other encodings than UTF-8 would be read as other signs than were written.',
    source: 'YAML 1.2.2, 5.2; RFC 3629',
  },
  'file-endless': {
    severity: 'error',
    reason: 'A device or a pipe may have no end, and a run would wait for it for ever.',
    source: 'docs/playbooks.md',
  },
  'file-too-long': {
    severity: 'error',
    reason: 'A file of more than 4 MiB was written by nobody: most often another one was meant.',
    source: 'docs/playbooks.md',
  },
  'file-too-many': {
    severity: 'error',
    reason: 'Files that bring in each other grow beyond what any computer can hold.',
    source: 'docs/playbooks.md',
  },
  'file-circle': {
    severity: 'error',
    reason: 'Files that bring in each other in a circle have no end.',
    source: 'docs/playbooks.md',
  },
} as const satisfies ExplainedFamily<'file'>
