import type { Shape } from './fields.ts'

const services =
  'list the files under "configuration:" of the service: whatever it has not loaded yet makes it reload or restart'

/** Keys of a play. */
export const playShape: Shape = {
  what: 'a play',
  known: [
    'name',
    'hosts',
    'vars',
    'vars_files',
    'pre_tasks',
    'roles',
    'tasks',
    'post_tasks',
    'become',
    'become_user',
    'serial',
    'order',
    'environment',
    'tags',
    'gather_facts',
    'no_log',
    'ignore_errors',
  ],
  refused: {
    handlers: services,
    vars_prompt: 'pass the values with -e name=value or -e @file',
    become_method: 'set ansible_become_method in the inventory',
    remote_user: 'set ansible_user in the inventory',
    port: 'set ansible_port in the inventory',
    connection: 'set ansible_connection in the inventory',
    when: 'write it at the roles or tasks it is meant for',
    strategy: 'remove it: hosts are worked on side by side, waves are made with serial',
    max_fail_percentage: 'remove it: with serial, a wave in which a host fails is the last one',
    any_errors_fatal: 'remove it: with serial, a wave in which a host fails is the last one',
    collections: 'remove it: all kinds are known by their short names',
    module_defaults: 'write the values at the tasks',
    gather_subset: 'remove it: facts come with every inspection',
  },
}

/** Keys of a play that stands for another playbook. */
export const importShape: Shape = {
  what: 'import_playbook',
  known: ['name', 'import_playbook', 'tags'],
  refused: { when: 'write it at the tasks of that playbook', vars: 'pass the values with -e' },
}

/** Keys of a role in a play. */
export const roleShape: Shape = {
  what: 'a role',
  known: ['role', 'name', 'vars', 'when', 'tags', 'become', 'become_user', 'environment'],
  refused: {},
}

const inherited = [
  'name',
  'when',
  'tags',
  'vars',
  'become',
  'become_user',
  'environment',
  'no_log',
  'ignore_errors',
]

const refusedOfTasks: Readonly<Record<string, string>> = {
  notify: services,
  listen: services,
  handlers: services,
  rescue: 'a task that fails ends the run on its host; "ignore_errors: true" lets it go on',
  always: 'a task that fails ends the run on its host; "ignore_errors: true" lets it go on',
  changed_when: 'write "changed_when: false" among the fields of command or shell',
  failed_when: 'test the result in a later "when", with "ignore_errors: true" here',
  until: 'wait in the command itself, or leave it to "understudy verify"',
  retries: 'wait in the command itself, or leave it to "understudy verify"',
  delay: 'wait in the command itself, or leave it to "understudy verify"',
  delegate_to: 'write a play for that host',
  run_once: 'write a play for one host, such as "hosts: web[0]"',
  local_action: 'write a play for a host with "ansible_connection: local"',
  connection: 'set ansible_connection in the inventory',
  remote_user: 'set ansible_user in the inventory',
  become_method: 'set ansible_become_method in the inventory',
  async: 'remove it: hosts are worked on side by side',
  poll: 'remove it: hosts are worked on side by side',
  check_mode: 'remove it: "understudy plan" shows what would be done',
  diff: 'remove it: "understudy plan" shows differences',
  with_dict: 'use "loop:" with a list',
  with_list: 'use "loop:"',
  with_together: 'use "loop:" with a list of mappings',
  with_subelements: 'use "loop:" with a list of mappings',
  with_sequence: 'use "loop:" with a list',
  with_fileglob: 'use "loop:" with a list',
  with_first_found: 'name the file',
  include: 'use import_tasks',
  import_role: 'list the role under "roles:" of the play',
  include_role: 'list the role under "roles:" of the play',
}

/** Keys of a task beside its kind. */
export const taskShape: Shape = {
  what: 'a task',
  known: [...inherited, 'loop', 'loop_control', 'with_items', 'register', 'args'],
  refused: refusedOfTasks,
}

/** Keys of a task that brings in others. */
export const importTasksShape: Shape = {
  what: 'import_tasks',
  known: [...inherited, 'import_tasks', 'include_tasks'],
  refused: {
    ...refusedOfTasks,
    loop: 'repeat the tasks themselves: what runs must be known before any host is asked',
  },
}

/** Keys of a block. */
export const blockShape: Shape = { what: 'a block', known: [...inherited, 'block'], refused: refusedOfTasks }

/** Keys of `loop_control`. */
export const loopShape: Shape = {
  what: 'loop_control',
  known: ['loop_var'],
  refused: {
    label: 'remove it: steps are named after what they change',
    index_var: 'put the number into the items',
    pause: 'remove it',
  },
}
