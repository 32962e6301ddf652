import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about plays and tasks. */
export const playbookRules = {
  'playbook-shape': {
    severity: 'error',
    reason: 'A playbook is a list of plays, which have lists of tasks.',
    source: 'docs/playbooks.md',
  },
  'playbook-no-hosts': {
    severity: 'error',
    reason: 'A play says which machines it is for.',
    source: 'docs/playbooks.md',
  },
  'playbook-unknown-key': {
    severity: 'error',
    reason: 'A word that nobody knows does nothing: most often it is misspelt.',
    source: 'docs/ansible-keywords.md',
  },
  'playbook-unsupported': {
    severity: 'error',
    reason: 'What Ansible knows and we do not would be left undone in silence.',
    source: 'docs/ansible-keywords.md',
  },
  'playbook-task-empty': {
    severity: 'error',
    reason: 'A task names what it does.',
    source: 'docs/playbooks.md',
  },
  'playbook-task-twofold': {
    severity: 'error',
    reason: 'A task does one thing.',
    source: 'docs/playbooks.md',
  },
  'playbook-vars': {
    severity: 'error',
    reason: 'Variables have names.',
    source: 'docs/playbooks.md',
  },
  'playbook-tag': {
    severity: 'error',
    reason: 'A tag that no task has chooses nothing.',
    source: 'docs/playbooks.md',
  },
  'playbook-loop': {
    severity: 'error',
    reason: 'A loop has one list, which is not endless.',
    source: 'docs/playbooks.md',
  },
  'playbook-no-handler': {
    severity: 'error',
    reason: 'A notification that no handler listens to changes nothing.',
    source: 'docs/playbooks.md',
  },
  'playbook-delegate': {
    severity: 'error',
    reason: 'A task is delegated to a machine of the inventory.',
    source: 'docs/playbooks.md',
  },
  'playbook-connection-twice': {
    severity: 'error',
    reason: 'One connection to a machine serves the whole run.',
    source: 'docs/ssh.md',
  },
  'playbook-file-name': {
    severity: 'error',
    reason: 'Which files are brought in must be known before any host is asked.',
    source: 'docs/playbooks.md',
  },
  'playbook-directory': {
    severity: 'error',
    reason: 'A tree that is too large, or stands where a file is meant, is not sent.',
    source: 'docs/playbooks.md',
  },
  'playbook-meta': {
    severity: 'error',
    reason: 'A word of meta that nobody knows does nothing.',
    source: 'docs/playbooks.md',
  },
  'playbook-prompt': {
    severity: 'error',
    reason: 'What is asked for must be answered, and hashed by what is known.',
    source: 'docs/playbooks.md',
  },
  'playbook-grouping': {
    severity: 'error',
    reason: 'Tasks that make groups name them.',
    source: 'docs/playbooks.md',
  },
  'playbook-add-host-late': {
    severity: 'warning',
    reason: 'Machines that are added by what only the run tells cannot be looked at before.',
    source: 'docs/playbooks.md',
  },
  'playbook-facts': {
    severity: 'error',
    reason: 'What a machine says of itself is known only of those of the run.',
    source: 'docs/playbooks.md',
  },
} as const satisfies ExplainedFamily<'playbook'>
