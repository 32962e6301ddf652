import type { ExplainedFamily } from '../../model/rule.ts'

/** Rules about the machines of an inventory, and how they are reached. */
export const inventoryRules = {
  'inventory-no-hosts': {
    severity: 'error',
    reason: 'Without a machine there is nothing to do.',
    source: 'docs/inventory.md',
  },
  'inventory-host-and-group': {
    severity: 'warning',
    reason: 'A pattern that could mean a host and a group means the group.',
    source: 'Ansible, Patterns',
  },
  'inventory-group-undefined': {
    severity: 'error',
    reason: 'A group that nothing defines has no hosts and no variables.',
    source: 'Ansible, How to build your inventory',
  },
  'inventory-group-empty': {
    severity: 'warning',
    reason: 'A group without hosts changes nothing.',
    source: 'Ansible, How to build your inventory',
  },
  'inventory-group-name': {
    severity: 'error',
    reason: 'Names of groups are used as names of variables are.',
    source: 'Ansible, How to build your inventory',
  },
  'inventory-group-circle': {
    severity: 'error',
    reason: 'A group inside itself has no end.',
    source: 'Ansible, How to build your inventory',
  },
  'inventory-group-priority': {
    severity: 'error',
    reason: 'The priority of a group is a whole number.',
    source: 'Ansible, ansible_group_priority',
  },
  'inventory-host-name': {
    severity: 'error',
    reason: 'A host name has letters, digits, dots, dashes and underscores.',
    source: 'RFC 1123, 2.1',
  },
  'inventory-machine-twice': {
    severity: 'error',
    reason: "Two names of one machine that are worked on at the same time stand in each other's way.",
    source: 'docs/inventory.md',
  },
  'inventory-no-cluster': {
    severity: 'error',
    reason:
      'The playbook that comes along makes clusters, and only the variable cluster says of which machines.',
    source: 'docs/inventory.md, cluster',
  },
  'inventory-cluster-twice': {
    severity: 'error',
    reason:
      'Clusters that share machines share their keepalived and their balancer, which can be told one thing only; by the precedence of variables, one of them would be dropped without a word.',
    source: 'docs/inventory.md, several clusters on one set of machines; Ansible, How variables are merged',
  },
  'inventory-connection': {
    severity: 'error',
    reason: 'Variables that say how to connect have a form.',
    source: 'docs/ssh.md',
  },
  'inventory-meaningless': {
    severity: 'warning',
    reason: 'A variable that is spelt almost as one that has a meaning has none.',
    source: 'docs/ssh.md',
  },
  'inventory-misplaced': {
    severity: 'warning',
    reason:
      'A word of cluster, director or realserver that stands beside it is a variable of your own, which no playbook that comes along reads.',
    source: 'docs/inventory.md',
  },
  'inventory-plugin': {
    severity: 'error',
    reason: 'Plug-ins of Ansible are programs of Python.',
    source: 'docs/inventory.md',
  },
  'inventory-shape': {
    severity: 'error',
    reason: 'An inventory is made of groups, which have hosts, children and vars.',
    source: 'docs/inventory.md',
  },
  'inventory-vars': {
    severity: 'error',
    reason: 'A file of variables gives each a name.',
    source: 'docs/inventory.md',
  },
  'inventory-vars-unused': {
    severity: 'warning',
    reason: 'Variables of a group or host that does not exist are given to nobody.',
    source: 'docs/inventory.md',
  },
  'inventory-answer': {
    severity: 'error',
    reason: 'An inventory that is a program answers with JSON of a known form.',
    source: 'Ansible, Developing dynamic inventory',
  },
  'inventory-pattern': {
    severity: 'error',
    reason: 'A pattern that means no host leaves nothing to do.',
    source: 'Ansible, Patterns',
  },
  'inventory-extra-vars': {
    severity: 'error',
    reason: '-e takes name=value, or a mapping in JSON or YAML.',
    source: 'docs/commands.md',
  },
  'inventory-ini': {
    severity: 'error',
    reason: 'A line of an INI inventory is a heading, a host, a child or a variable.',
    source: 'docs/inventory.md',
  },
  'inventory-ini-comment': {
    severity: 'warning',
    reason: 'In an INI inventory a # begins a comment in the middle of a line.',
    source: 'docs/inventory.md',
  },
} as const satisfies ExplainedFamily<'inventory'>
