import { z } from 'zod'
import type { JsonSchema } from './json-schema.ts'
import { fromZod, literalText, orNothing } from './json-schema.ts'

const text = (description: string): JsonSchema => ({ description, type: ['string', 'null'] })
const flag = (description: string): JsonSchema => ({ description, type: ['boolean', 'null'] })
const tasks = (description: string): JsonSchema => ({
  description,
  type: ['array', 'null'],
  items: { $ref: '#/$defs/task' },
})

/** A name that nothing may compute: which tasks there are must be known before any host is asked. */
const fileName: JsonSchema = { ...literalText('the name of this file cannot be computed'), minLength: 1 }

const word: JsonSchema = { type: ['string', 'number'] }
const hosts: JsonSchema = {
  ...literalText('hosts cannot be computed: name a group, and choose with --limit'),
  type: ['string', 'number'],
}
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
  vars: { description: 'Variables for what is in here.', type: ['object', 'null'] },
  become: flag('Work as root; then the whole run does, on the hosts of it.'),
  become_user: text('Run single steps as this user.'),
  environment: {
    description: 'Environment variables of commands.',
    type: ['object', 'null'],
    propertyNames: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
    additionalProperties: scalar,
  },
  no_log: flag('Show no differences and no output.'),
  ignore_errors: flag('Go on where it fails.'),
} satisfies Readonly<Record<string, JsonSchema>>

const loop: JsonSchema = {
  description: 'Once for each item of a list, which is `item`.',
  anyOf: [{ type: 'array' }, { $ref: '#/$defs/expression' }, { type: 'null' }],
}

/** What each key of a play may be. */
export const playWords: Readonly<Record<string, JsonSchema>> = {
  ...inherited,
  name: text('What the play is called when it runs.'),
  hosts: {
    description: 'Which hosts: a group, a:b, !c, &d, globs, ~regex, web[0], web[1:3].',
    anyOf: [hosts, { type: 'array', items: hosts }],
  },
  vars_files: {
    description: 'Files with more variables.',
    anyOf: [fileName, { type: 'array', items: fileName }, { type: 'null' }],
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
    description: 'Hosts at a time, as a number, a share such as "50%", or a list of which the last repeats.',
    ...orNothing(
      fromZod(
        z.union([
          z.int().min(1),
          z.string().regex(/^\d+%?$/),
          z.array(z.union([z.int().min(1), z.string().regex(/^\d+%?$/)])),
        ]),
      ),
    ),
  },
  order: {
    description: 'Order of the hosts; by itself the one that keeps a cluster up.',
    enum: ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', null],
  },
  gather_facts: { description: 'Without effect: facts come with every inspection.' },
}

/** What each key of a play that stands for another playbook may be. */
export const importWords: Readonly<Record<string, JsonSchema>> = {
  name: { description: 'Without effect.' },
  import_playbook: { description: 'The plays of that file, here.', ...fileName },
  tags: inherited.tags,
}

const roleName: JsonSchema = { description: 'The role: a folder under roles/.', type: ['string', 'null'] }

/** What each key of a role in a play may be. */
export const roleWords: Readonly<Record<string, JsonSchema>> = {
  role: roleName,
  name: roleName,
  vars: inherited.vars,
  when: inherited.when,
  tags: inherited.tags,
  become: inherited.become,
  become_user: inherited.become_user,
  environment: inherited.environment,
}

/** What each key of a task may be, beside its kind. */
export const taskWords: Readonly<Record<string, JsonSchema>> = {
  ...inherited,
  name: {
    description: 'What the task is called when it runs.',
    type: ['string', 'number', 'boolean', 'null'],
  },
  loop,
  with_items: loop,
  loop_control: {
    description: 'Under which name the task knows the item.',
    type: ['object', 'null'],
    properties: { loop_var: text('The name, instead of `item`.') },
    additionalProperties: false,
  },
  args: {
    description: 'More options of the module, beneath those that it has itself.',
    type: ['object', 'null'],
  },
  register: {
    description: 'Keep the result under this name: changed, failed, skipped, rc, stdout, stderr.',
    type: ['string', 'null'],
    pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
  },
}

const file: JsonSchema = {
  description: 'The tasks of that file, here.',
  anyOf: [fileName, { type: 'object', properties: { file: fileName }, required: ['file'] }],
}

/** What each key of a task that brings in others may be. */
export const importTasksWords: Readonly<Record<string, JsonSchema>> = {
  ...taskWords,
  import_tasks: file,
  include_tasks: file,
}

/** What each key of a block may be. */
export const blockWords: Readonly<Record<string, JsonSchema>> = {
  ...taskWords,
  block: tasks('Tasks that share what is said here.'),
}
