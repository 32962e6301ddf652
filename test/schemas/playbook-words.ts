import { loopWords, promptShape, strategies } from '../../src/config/playbook/words.ts'
import type { JsonSchema } from './json-schema.ts'

const text = (description: string): JsonSchema => ({ description, type: ['string', 'null'] })
const yes: JsonSchema = {
  type: 'string',
  pattern: '^([Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$',
}
const flag = (description: string): JsonSchema => ({
  description,
  anyOf: [{ type: ['boolean', 'null'] }, yes, { $ref: '#/$defs/expression' }],
})
const plainFlag = (description: string): JsonSchema => ({
  description,
  anyOf: [{ type: ['boolean', 'null'] }, yes],
})
const number = (description: string): JsonSchema => ({
  description,
  anyOf: [
    { type: ['integer', 'null'], minimum: 0 },
    { type: 'string', pattern: '^\\d+$' },
    { $ref: '#/$defs/expression' },
  ],
})
const tasks = (description: string): JsonSchema => ({
  description,
  type: ['array', 'null'],
  items: { $ref: '#/$defs/task' },
})

/** A name that nothing may compute: which tasks there are must be known before any host is asked. */
const fileName: JsonSchema = {
  type: 'string',
  pattern: '^((?!\\{\\{|\\{%)[\\s\\S]|\\{\\{\\s*playbook_dir\\s*\\}\\})+$',
  patternErrorMessage: 'the name of this file cannot be computed',
}

const varsFile: JsonSchema = { type: 'string', minLength: 1 }
const word: JsonSchema = { type: ['string', 'number'] }
const condition: JsonSchema = { type: ['string', 'boolean'] }
const scalar: JsonSchema = { type: ['string', 'number', 'boolean'] }

/** Whatever tasks take over from the play, role or block around them. */
const inherited = {
  when: {
    description: 'Only where this expression holds, or all of a list; without {{ }}.',
    anyOf: [condition, { type: 'array', items: condition }, { type: 'null' }],
  },
  tags: {
    description: 'What --tags and --skip-tags choose by; `always` and `never` as in Ansible.',
    anyOf: [word, { type: 'array', items: word }, { type: 'null' }],
  },
  vars: {
    description: 'Variables for what is in here; of a list of mappings the later ones are stronger.',
    type: ['object', 'array', 'null'],
    items: { type: 'object' },
  },
  become: flag('Work as root; then the whole run does, on the hosts of it.'),
  become_user: text('Run single steps as this user.'),
  environment: {
    description: 'Environment variables of commands; an expression may give them, and lists of these.',
    anyOf: [
      {
        type: 'object',
        propertyNames: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
        additionalProperties: scalar,
      },
      { type: ['array', 'null'] },
      { $ref: '#/$defs/expression' },
    ],
  },
  no_log: flag('Show no differences and no output.'),
  ignore_errors: flag('Go on where it fails.'),
  ignore_unreachable: flag('Go on where the host cannot be reached.'),
  debugger: {
    description: 'Without effect: nobody is asked while a run goes on.',
    type: ['string', 'null'],
  },
  notify: {
    description: 'Handlers to run at the end of this part of the play, where something changes.',
    anyOf: [word, { type: 'array', items: word }, { type: 'null' }],
  },
  module_defaults: {
    description: 'Values for options of modules, by their names.',
    type: ['object', 'null'],
  },
  collections: {
    description: 'Without effect: modules are known by their names.',
    type: ['array', 'string', 'null'],
  },
  check_mode: flag('It is planned, and never made: what it would change counts as changed.'),
  diff: flag('Show differences.'),
  run_once: flag('On the first host alone, and for all of them.'),
  remote_user: text('Who logs in, where the inventory does not say; beneath a play only what holds anyway.'),
  port: {
    description: 'The port of ssh, where the inventory does not say; beneath a play only what holds anyway.',
    type: ['integer', 'string', 'null'],
  },
  connection: text('ssh or local, where the inventory does not say; beneath a play only what holds anyway.'),
  become_method: text('sudo or su, where the inventory does not say; beneath a play only what holds anyway.'),
  throttle: number('Hosts on which it is made at the same time; 0 for all.'),
  timeout: number('Seconds after which it is ended, and has failed; 0 for none.'),
  any_errors_fatal: flag('Where it fails on one host, no other goes beyond it.'),
  delegate_to: {
    description: 'The host it is brought about on, with the variables of this one.',
    type: ['string', 'null'],
  },
  delegate_facts: flag('Facts and variables that it tells are those of the host it is delegated to.'),
  listen: {
    description: 'As a handler: what it can be notified by beside its name.',
    anyOf: [word, { type: 'array', items: word }, { type: 'null' }],
  },
} satisfies Readonly<Record<string, JsonSchema>>

const loop: JsonSchema = {
  description: 'Once for each item of a list, which is `item`.',
  anyOf: [{ type: 'array' }, { $ref: '#/$defs/expression' }, { type: 'null' }],
}
const loops = Object.fromEntries(
  loopWords.map((name) => [
    name,
    name === 'loop' ? loop : { description: 'Once for each item of what this gives.' },
  ]),
)
const conditions = inherited.when
const amount: JsonSchema = {
  anyOf: [
    { type: ['number', 'null'], minimum: 0 },
    { type: 'string', pattern: '^\\d+(\\.\\d+)?$' },
    { $ref: '#/$defs/expression' },
  ],
}
const register: JsonSchema = {
  description:
    'Keep the result under this name: changed, failed, skipped, rc, stdout, stderr, stdout_lines, results of a loop.',
  type: ['string', 'null'],
  pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
}
const name: JsonSchema = {
  description: 'What the task is called when it runs.',
  type: ['string', 'number', 'boolean', 'null'],
}
const variable = (description: string): JsonSchema => ({
  description,
  type: ['string', 'null'],
  pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
})

const waveSize: JsonSchema = {
  anyOf: [
    { type: 'integer', minimum: 1 },
    { type: 'string', pattern: '^\\d+%?$' },
    { $ref: '#/$defs/expression' },
  ],
}

/** What each key of a play may be. */
export const playWords: Readonly<Record<string, JsonSchema>> = {
  ...inherited,
  name: text('What the play is called when it runs.'),
  hosts: {
    description: 'Which hosts: a group, a:b, !c, &d, globs, ~regex, web[0], web[1:3].',
    anyOf: [word, { type: 'array', items: word }],
  },
  vars_files: {
    description:
      'Files with more variables; of a list in the list the first that is there. Names may be computed.',
    anyOf: [
      varsFile,
      { type: 'array', items: { anyOf: [varsFile, { type: 'array', items: varsFile }] } },
      { type: 'null' },
    ],
  },
  pre_tasks: tasks('Tasks before the roles.'),
  roles: {
    description: 'Roles, one after the other.',
    type: ['array', 'null'],
    items: { $ref: '#/$defs/role' },
  },
  tasks: tasks('Tasks, one after the other.'),
  post_tasks: tasks('Tasks after all others.'),
  serial: {
    description:
      'Hosts at a time, as a number, a share such as "50%", or a list of which the last repeats; may be computed.',
    anyOf: [waveSize, { type: 'array', items: waveSize }, { type: 'null' }],
  },
  serial_once_runs: {
    description:
      'A service, or several: as long as the run is yet to start one of them on each host of the play, all hosts go together.',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }, { type: 'null' }],
  },
  rolling: {
    description:
      'Where users of a cluster would feel more than a reload: realservers leave the pools for it, a few at a time, directors hand their VIPs over, and each is looked at before the next.',
    type: 'boolean',
  },
  order: {
    description: 'Order of the hosts; by itself the one that keeps a cluster up.',
    enum: ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle', null],
  },
  handlers: tasks('Tasks that run where others notify them, by name or what they listen to.'),
  force_handlers: plainFlag('Run handlers that were notified also on hosts that failed.'),
  max_fail_percentage: {
    description: 'Share of a wave in percent that may fail; the others go on, and so does the next wave.',
    anyOf: [
      { type: 'number', minimum: 0, maximum: 100 },
      { type: 'string', pattern: '^\\d{1,3}(\\.\\d+)?%?$' },
      { type: 'null' },
    ],
  },
  vars_prompt: {
    description: 'Variables with their defaults; nobody is asked.',
    type: ['array', 'null'],
    items: {
      type: 'object',
      properties: Object.fromEntries(promptShape.known.map((key) => [key, {}])),
      additionalProperties: false,
    },
  },
  strategy: {
    description: 'Without effect: hosts are worked on side by side.',
    enum: [...strategies, ...strategies.map((name) => `ansible.builtin.${name}`), null],
  },
  gather_subset: { description: 'Without effect: facts come with every inspection.' },
  gather_timeout: { description: 'Without effect: facts come with every inspection.' },
  gather_facts: { description: 'Without effect: facts come with every inspection.' },
}

/** What each key of a play that stands for another playbook may be. */
export const importWords: Readonly<Record<string, JsonSchema>> = {
  name: { description: 'Without effect.' },
  import_playbook: { description: 'The plays of that file, here.', ...fileName },
  tags: inherited.tags,
  when: inherited.when,
  vars: inherited.vars,
}

const roleName: JsonSchema = { description: 'The role: a folder under roles/.', type: ['string', 'null'] }

/** What each key of a role in a play may be. */
export const roleWords: Readonly<Record<string, JsonSchema>> = {
  ...inherited,
  role: roleName,
  name: roleName,
}

/** What each key of a task may be, beside its kind. */
export const taskWords: Readonly<Record<string, JsonSchema>> = {
  ...inherited,
  name,
  ...loops,
  loop_control: {
    description: 'Under which names the task knows the item, its number and the loop.',
    type: ['object', 'null'],
    properties: {
      loop_var: variable('The name, instead of `item`.'),
      index_var: variable('The name of the number of the item, from 0.'),
      label: { description: 'Without effect: steps are named after what they change.' },
      pause: { description: 'Seconds between two items.', ...amount },
      extended: plainFlag('The task knows the loop as `ansible_loop`.'),
      extended_allitems: plainFlag('`ansible_loop` has all items.'),
    },
    additionalProperties: false,
  },
  args: {
    description: 'More options of the module, beneath those that it has itself.',
    type: ['object', 'null'],
  },
  register,
  changed_when: { description: 'It counts as a change only where this holds.', ...withoutWords(conditions) },
  failed_when: {
    description: 'It has failed where this holds, whatever its status.',
    ...withoutWords(conditions),
  },
  until: { description: 'It is tried again until this holds.', ...withoutWords(conditions) },
  async: { description: 'Seconds it may take.', ...amount },
  poll: { description: '0: it is started and left alone; anything else: it is waited for.', ...amount },
  retries: { description: 'How often it is tried again: 3.', ...amount },
  delay: { description: 'Seconds between two attempts: 5.', ...amount },
}

function withoutWords({ description: _, ...schema }: JsonSchema): JsonSchema {
  return schema
}

const file: JsonSchema = {
  description: 'The tasks of that file, here.',
  anyOf: [fileName, { type: 'object', properties: { file: fileName }, required: ['file'] }],
}
const role: JsonSchema = {
  description: 'The tasks of that role, here.',
  anyOf: [
    { type: 'object', anyOf: [{ required: ['name'] }, { required: ['role'] }] },
    { type: 'string', pattern: '(^|\\s)(name|role)=' },
  ],
}

/** What each key of a task that brings in others may be. */
export const bringingWords: Readonly<Record<string, JsonSchema>> = {
  ...taskWords,
  import_tasks: file,
  include_tasks: { description: 'The tasks of that file, when their turn comes; the name may be computed.' },
  import_role: role,
  include_role: role,
}

/** What each key of a block may be. */
export const blockWords: Readonly<Record<string, JsonSchema>> = {
  ...taskWords,
  block: tasks('Tasks that share what is said here.'),
  rescue: tasks('Tasks that run where one of them fails; the host goes on then.'),
  always: tasks('Tasks that run whatever came of the others.'),
}
