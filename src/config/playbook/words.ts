import { pureLookups } from '../../jinja/lookups.ts'
import { lookupNames } from '../expressions/lookups.ts'
import type { Shape } from './fields.ts'

const connecting = 'set it in the inventory: one connection to each host serves the whole run'

/** Keys that plays, roles, blocks and tasks share and that are named only to say what is to be done instead. */
const refusedEverywhere: Readonly<Record<string, string>> = {
  become_flags: connecting,
  become_exe: connecting,
}

/** Ways in which Ansible has hosts wait for each other; here there is one for all. */
export const strategies: readonly string[] = ['linear', 'free', 'host_pinned', 'debug']

/** Keys that only plays can have, or nobody. */
const refusedOfParts: Readonly<Record<string, string>> = {
  max_fail_percentage: 'write it at the play',
}

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
    'handlers',
    'force_handlers',
    'any_errors_fatal',
    'max_fail_percentage',
    'vars_prompt',
    'remote_user',
    'port',
    'connection',
    'become',
    'become_user',
    'become_method',
    'module_defaults',
    'strategy',
    'collections',
    'gather_subset',
    'gather_timeout',
    'check_mode',
    'diff',
    'serial',
    'serial_once_runs',
    'rolling',
    'order',
    'environment',
    'tags',
    'gather_facts',
    'no_log',
    'ignore_errors',
    'ignore_unreachable',
    'debugger',
    'run_once',
    'throttle',
    'timeout',
  ],
  refused: {
    ...refusedEverywhere,
    when: 'write it at the roles or tasks it is meant for',
    fact_path: 'put the files into /etc/ansible/facts.d',
  },
}

/** Keys of a play that stands for another playbook. */
export const importShape: Shape = {
  what: 'import_playbook',
  known: ['name', 'import_playbook', 'tags', 'when', 'vars'],
  refused: {},
}

/** Keys of a role in a play; any other is a variable for it. */
export const roleShape: Shape = {
  what: 'a role',
  known: [
    'role',
    'name',
    'vars',
    'when',
    'tags',
    'become',
    'become_user',
    'environment',
    'no_log',
    'ignore_errors',
    'ignore_unreachable',
    'debugger',
    'module_defaults',
    'collections',
    'check_mode',
    'diff',
    'delegate_to',
    'delegate_facts',
    'remote_user',
    'port',
    'connection',
    'become_method',
    'run_once',
    'throttle',
    'timeout',
    'any_errors_fatal',
  ],
  refused: {
    ...refusedEverywhere,
    ...refusedOfParts,
  },
  others: true,
}

/** Keys of an entry of `vars_prompt`. */
export const promptShape: Shape = {
  what: 'vars_prompt',
  known: ['name', 'prompt', 'default', 'private', 'confirm', 'unsafe', 'encrypt', 'salt', 'salt_size'],
  refused: {},
}

/** What `import_role` and `include_role` may say of the role. */
export const roleUseShape: Shape = {
  what: 'import_role',
  known: [
    'name',
    'role',
    'tasks_from',
    'vars_from',
    'defaults_from',
    'handlers_from',
    'public',
    'allow_duplicates',
    'rolespec_validate',
  ],
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
  'ignore_unreachable',
  'debugger',
  'notify',
  'listen',
  'module_defaults',
  'collections',
  'check_mode',
  'diff',
  'delegate_to',
  'delegate_facts',
  'remote_user',
  'port',
  'connection',
  'become_method',
  'run_once',
  'any_errors_fatal',
  'throttle',
  'timeout',
]

const refusedOfTasks: Readonly<Record<string, string>> = {
  ...refusedEverywhere,
  ...refusedOfParts,
}

const results = ['register', 'changed_when', 'failed_when', 'until', 'retries', 'delay', 'async', 'poll']

/** Ways to write a loop: a list, or what a lookup gives. */
export const loopWords: readonly string[] = [
  'loop',
  ...[...pureLookups, ...lookupNames, 'inventory_hostnames'].map((name) => `with_${name}`),
]

/** Keys of a task beside its kind. */
export const taskShape: Shape = {
  what: 'a task',
  known: [...inherited, ...loopWords, 'loop_control', ...results, 'args'],
  refused: refusedOfTasks,
}

/** What the run itself carries out, without a kind. */
export const controls: readonly string[] = [
  'set_fact',
  'include_vars',
  'debug',
  'assert',
  'fail',
  'meta',
  'group_by',
  'add_host',
  'validate_argument_spec',
]

const imported = (what: 'import_tasks' | 'import_role', instead: string): Shape => ({
  what,
  known: [...inherited, what, 'args'],
  refused: {
    ...refusedOfTasks,
    loop: `use ${instead}: what is imported must be known before any host is asked`,
  },
})

const included = (what: 'include_tasks' | 'include_role'): Shape => ({
  what,
  known: [...inherited, what, 'args', ...loopWords, 'loop_control', 'register'],
  refused: refusedOfTasks,
})

/** Keys of a task that brings in others at once. */
export const importTasksShape = imported('import_tasks', 'include_tasks')

/** Keys of a task that brings in others when its turn comes. */
export const includeTasksShape = included('include_tasks')

/** Keys of a task that brings in a role at once. */
export const importRoleShape = imported('import_role', 'include_role')

/** Keys of a task that brings in a role when its turn comes. */
export const includeRoleShape = included('include_role')

/** Keys of a block. */
export const blockShape: Shape = {
  what: 'a block',
  known: [...inherited, 'block', 'rescue', 'always'],
  refused: refusedOfTasks,
}

/** Keys of `loop_control`. */
export const loopShape: Shape = {
  what: 'loop_control',
  known: ['loop_var', 'index_var', 'label', 'pause', 'extended', 'extended_allitems'],
  refused: { break_when: 'leave items out with "when", or choose them in the expression of the loop' },
}

/** Keys of plays and tasks as older playbooks write them, and their names of today. */
export const olderWords = {
  plays: { include: 'import_playbook', user: 'remote_user' },
  tasks: { include: 'include_tasks' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>

/** A key or kind of a task without the name of the collection that is Ansible's own, as it is called today; of loops, too. */
export function shortName(name: string): string {
  const short = name
    .replace(/^(with_|)ansible\.(builtin|legacy)\./, '$1')
    .replace(/^with_community\.general\./, 'with_')
  if (short === 'include') return olderWords.tasks.include
  // Alone it is a list of tasks.
  return short === 'block' ? name : short
}
