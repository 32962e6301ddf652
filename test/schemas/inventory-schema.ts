import { vocabulary } from '../../src/cluster/index.ts'
import { settings } from '../../src/config/inventory/connections.ts'
import { fromZod, type JsonSchema, mapped, orNothing } from './json-schema.ts'

type Setting = keyof typeof settings

const plainText = (more: JsonSchema = {}): JsonSchema => ({ type: 'string', ...more })
const secret = (description: string): JsonSchema =>
  plainText({ type: ['string', 'number', 'boolean'], description })
const account = (description: string): JsonSchema =>
  plainText({
    description,
    pattern: '^[^\\s:/@\'"`$;&|<>\\\\\\-][^\\s:/\'"`$;&|<>\\\\]*$',
    patternErrorMessage: 'must be the name of a user',
  })

const groupName = '[\\p{L}\\p{N}_][\\p{L}\\p{N}_.\\-]*'
const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const ipv4 = `${octet}(\\.${octet}){3}`
const ipv6 = '[0-9A-Fa-f]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.\\-]+)?'
const hostName = '(?![0-9.]+$)[\\p{L}\\p{N}_][\\p{L}\\p{N}_.\\-]*'

/** What each setting of a connection may be; Ansible writes truth in many ways. */
const connection: Readonly<Record<Setting, JsonSchema>> = {
  address: plainText({
    description: 'Host name or address to connect to; the name of the host where absent.',
    pattern: `^\\[?(${ipv4}|${ipv6}|${hostName})\\]?$`,
    patternErrorMessage: 'must be a host name or an IP address; user and port have variables of their own',
  }),
  port: {
    description: 'Port of its sshd; 22 where absent.',
    anyOf: [
      { type: 'integer', minimum: 1, maximum: 65_535 },
      { type: 'string', pattern: '^[0-9]+$' },
    ],
  },
  user: account('User to log in as.'),
  password: secret('Password of that user. Better pass it with -e @file.'),
  key: plainText({ description: 'File of the private key; `~/` is your home directory.' }),
  arguments: plainText({ description: 'Options as for ssh.' }),
  common: plainText({ description: 'Options as for ssh.' }),
  extra: plainText({ description: 'Options as for ssh.' }),
  connection: {
    description: '`local`: this computer, without ssh.',
    enum: ['ssh', 'smart', 'paramiko', 'local'],
  },
  become: {
    description: 'Become another user for the work, root unless said otherwise.',
    anyOf: [
      { type: 'boolean' },
      { enum: [0, 1] },
      {
        type: 'string',
        pattern:
          '^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff]|[YyNnTtFf01])$',
      },
    ],
  },
  method: { description: 'How to become another user.', enum: ['sudo', 'su'] },
  becomeUser: account('Who to become; root where absent.'),
  becomeFlags: plainText({ description: 'Flags of sudo: of `-H`, `-S` and `-n`, which it has in any case.' }),
  becomeProgram: plainText({
    description: 'The path of sudo or su; found by its name where absent.',
    pattern: '^(|su|sudo|(/[A-Za-z0-9_.\\-]+)*/(su|sudo))$',
    patternErrorMessage: 'must be the path of sudo or su',
  }),
  becomePassword: secret(
    'The password for that; of the host, else of its groups. Better taken from !vault, !env, !file or !command, or asked for with --ask-become-pass.',
  ),
}

const purposes: Readonly<Record<keyof typeof vocabulary, string>> = {
  cluster: 'What the machines are to become together.',
  director: 'What differs on this director.',
  realserver: 'What differs on this realserver.',
}

/** A YAML inventory. Variables that have no meaning here are the user's own. */
export function inventorySchema(): JsonSchema {
  const connecting = Object.entries(settings).flatMap(([setting, names]) =>
    names.map((name) => [name, orComputed(orNothing(connection[setting as Setting]))]),
  )
  const words = Object.entries(vocabulary).map(([name, schema]) => [
    name,
    {
      description: purposes[name as keyof typeof vocabulary],
      ...orNothing(mapped(fromZod(schema), orComputed)),
    },
  ])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Inventory of Understudy',
    description: 'Groups of machines, and what they are to become. docs/inventory.md explains every word.',
    type: 'object',
    properties: { all: { $ref: '#/$defs/group', description: 'The group of all hosts.' } },
    propertyNames: {
      type: 'string',
      pattern: `^(?!(hosts|children|vars|plugin)$)${groupName}$`,
      patternErrorMessage:
        'groups are named here, by letters, digits and underscores: write "all:" above hosts',
    },
    additionalProperties: { $ref: '#/$defs/group' },
    $defs: {
      expression: { type: 'string', pattern: '\\{\\{|\\{%' },
      groupName: {
        type: 'string',
        pattern: `^${groupName}$`,
        patternErrorMessage: 'must be the name of a group: letters, digits and underscores',
      },
      group: {
        type: ['object', 'null'],
        properties: {
          hosts: {
            description: 'Hosts of the group by name, each with its variables; rs[01:20] stands for twenty.',
            type: ['object', 'null'],
            propertyNames: {
              type: 'string',
              pattern: '^[^\\s@]+$',
              patternErrorMessage: 'must be the name of a host',
            },
            additionalProperties: { $ref: '#/$defs/variables' },
          },
          children: {
            description: 'Groups in this group.',
            type: ['object', 'null'],
            propertyNames: { $ref: '#/$defs/groupName' },
            additionalProperties: { $ref: '#/$defs/group' },
          },
          vars: { description: 'Variables of all hosts of the group.', $ref: '#/$defs/variables' },
        },
        additionalProperties: false,
      },
      variables: {
        type: ['object', 'null'],
        properties: Object.fromEntries([
          ...words,
          ...connecting,
          [
            'ansible_group_priority',
            {
              description: 'Of groups of one depth, the one with the higher number wins.',
              anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^-?[0-9]+$' }],
            },
          ],
        ]),
      },
    },
  }
}

/** The same, or an expression that comes to it: what an inventory and `-e` say is known before any host is asked. */
function orComputed({ description, default: fallback, ...fits }: JsonSchema): JsonSchema {
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    if: { $ref: '#/$defs/expression' },
    else: fits,
  }
}
