import type { Shape } from '../../src/config/playbook/fields.ts'
import {
  blockShape,
  controls,
  importRoleShape,
  importShape,
  importTasksShape,
  includeRoleShape,
  includeTasksShape,
  loopWords,
  olderWords,
  playShape,
  roleShape,
  taskShape,
} from '../../src/config/playbook/words.ts'
import { elsewhere } from '../../src/modules/elsewhere.ts'
import { moduleKinds, modules } from '../../src/modules/index.ts'
import { refusedModules } from '../../src/modules/refused.ts'
import type { Kind } from '../../src/resources/bind.ts'
import { kinds } from '../../src/resources/index.ts'
import { branch, fromZod, type JsonSchema, mapped, orNothing } from './json-schema.ts'
import { blockWords, bringingWords, importWords, playWords, roleWords, taskWords } from './playbook-words.ts'
import { withSharedParts } from './shared-parts.ts'

const prefixes = ['', 'ansible.builtin.', 'ansible.legacy.']
const one = (name: string): JsonSchema => ({ type: 'object', required: [name] })
const part = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` })
const expression = part('expression')

/** Kinds of ours that no module of Ansible has the name of, and modules. */
const ownKinds: readonly Kind[] = Object.values(kinds).filter(({ name }) => !moduleKinds.has(name))
const taskKinds: readonly Kind[] = [...ownKinds, ...new Set(moduleKinds.values())]
/** Tasks that bring in others, by their word. */
const bringing = {
  import_tasks: importTasksShape,
  include_tasks: includeTasksShape,
  import_role: importRoleShape,
  include_role: includeRoleShape,
} satisfies Readonly<Record<string, Shape>>
/** What stands for the plays of another file. */
const playbookNames = ['import_playbook', 'include'].flatMap((name) => [name, `ansible.builtin.${name}`])
const named = (name: string) => ({ anyOf: prefixes.map((prefix) => one(`${prefix}${name}`)) })

/** A playbook: a list of plays. */
export function playbookSchema(): JsonSchema {
  return withSharedParts({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Playbook of Understudy',
    description:
      'A list of plays; docs/playbooks.md explains them, docs/resources.md every kind of thing tasks ask for.',
    type: 'array',
    items: branch({ anyOf: playbookNames.map(one) }, part('importPlaybook'), part('play')),
    $defs: {
      expression: {
        type: 'string',
        pattern: '\\{\\{',
        patternErrorMessage: 'an expression stands in {{ }}',
      },
      play: { ...alsoCalled(shaped(playShape, playWords), 'remote_user', ['user']), required: ['hosts'] },
      importPlaybook: alsoCalled(shaped(importShape, importWords), 'import_playbook', playbookNames),
      role: {
        if: { type: 'string' },
        else: { ...shaped(roleShape, roleWords), anyOf: [one('role'), one('name')] },
      },
      tasks: { type: ['array', 'null'], items: { $ref: '#/$defs/task' } },
      task: {
        type: 'object',
        ...branch(
          one('block'),
          part('block'),
          branch(
            named('include'),
            part('include_tasks'),
            [...Object.keys(bringing), ...controls].reduceRight<JsonSchema>(
              (otherwise, word) => branch(named(word), part(word), otherwise),
              part('kindTask'),
            ),
          ),
        ),
      },
      block: { ...shaped(blockShape, blockWords), required: ['block'] },
      ...Object.fromEntries(
        Object.entries(bringing).map(([word, shape]) => [word, prefixed(shaped(shape, bringingWords), word)]),
      ),
      ...Object.fromEntries(controls.map((word) => [word, controlTask(word)])),
      kindTask: kindTask(),
      ...Object.fromEntries(taskKinds.map((kind) => [`kind-${kind.name}`, kindSchema(kind)])),
    },
  })
}

/** The same, where its word may have the name of Ansible's collection before it. */
function prefixed(shape: JsonSchema, word: string): JsonSchema {
  const words = word === 'include_tasks' ? [word, ...Object.keys(olderWords.tasks)] : [word]
  return alsoCalled(
    shape,
    word,
    words.flatMap((one) => prefixes.map((prefix) => `${prefix}${one}`)),
  )
}

/** The same, where a word has other names, which are not proposed. */
function alsoCalled(
  { properties = {}, ...shape }: JsonSchema,
  word: string,
  names: readonly string[],
): JsonSchema {
  const others = names
    .filter((name) => name !== word)
    .map((name) => [name, { ...properties[word], doNotSuggest: true }])
  return { ...shape, properties: { ...properties, ...Object.fromEntries(others) } }
}

/** A task that the run itself carries out; what stands behind its word is for the loader to judge. */
function controlTask(word: string): JsonSchema {
  const shape = { ...taskShape, known: [...taskShape.known, word, 'args'] }
  const words = { ...taskWords, [word]: {}, args: { type: ['object', 'null'] } } satisfies Readonly<
    Record<string, JsonSchema>
  >
  const { args: _, ...refused } = taskShape.refused
  return prefixed(shaped({ ...shape, refused }, words), word)
}

/** A mapping with the keys that are known; those of Ansible that are not say what to do instead. */
function shaped({ known, refused, others }: Shape, words: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const allowed = known.map((key) => {
    const schema = words[key]
    if (!schema) throw new Error(`nothing is said about the key ${key}`)
    return [key, schema]
  })
  const instead = Object.entries(refused).map(([key, message]) => [key, refusal(message)])
  return {
    type: 'object',
    properties: Object.fromEntries([...instead, ...allowed]),
    ...(known.includes('loop') ? { patternProperties: longLoopWords } : {}),
    additionalProperties: others ?? false,
  }
}

/** Loops may be named with the collection that their lookup belongs to. */
const longLoopWords: Readonly<Record<string, JsonSchema>> = {
  [`^with_(ansible\\.(builtin|legacy)|community\\.general)\\.(${loopWords
    .flatMap((word) => (word.startsWith('with_') ? word.slice('with_'.length) : []))
    .join('|')})$`]: { doNotSuggest: true },
}

function refusal(message: string): JsonSchema {
  return { const: 'nothing fits here', errorMessage: `not supported: ${message}`, doNotSuggest: true }
}

/** A task that asks for one thing, by a kind's name here or in Ansible's collection. */
function kindTask(): JsonSchema {
  const { properties, ...shape } = shaped(taskShape, taskWords)
  const names = [
    ...prefixes.flatMap((prefix) => ownKinds.map(({ name }) => [`${prefix}${name}`, name] as const)),
    ...[...moduleKinds].map(([name, kind]) => [name, kind.name] as const),
  ]
  // `block` alone is a list of tasks.
  const inTasks = names.filter(([name]) => name !== 'block')
  // Whether such a task ever has its turn is for the loader to judge.
  const notHere = (instead: string) => ({ description: `Not supported: ${instead}.`, doNotSuggest: true })
  const modules = [...refusedModules].map(([name, instead]) => [name, notHere(instead)])
  const some = [
    ...inTasks.map(([name]) => one(name)),
    one('action'),
    ...[...refusedModules.keys()].map(one),
    ...elsewhere.map(({ pattern }) => oneLike(pattern.source)),
  ]
  return {
    ...shape,
    properties: {
      ...Object.fromEntries(modules),
      action: {
        description: 'A module and what it is told.',
        type: ['string', 'object'],
        doNotSuggest: true,
      },
      ...properties,
      local_action: {
        description: 'A module and what it is told, on this computer.',
        type: ['string', 'object'],
      },
      ...Object.fromEntries(
        inTasks.map(([name, kind]) => [name, { ...part(`kind-${kind}`), ...unlessUsual(name) }]),
      ),
    },
    patternProperties: {
      ...longLoopWords,
      ...Object.fromEntries(elsewhere.map(({ pattern, instead }) => [pattern.source, notHere(instead)])),
    },
    allOf: [
      branch(
        { type: 'object', propertyNames: { enum: [...taskShape.known] } },
        { required: ['command'], errorMessage: 'this task says nothing to do: name a kind of thing' },
      ),
      branch({ anyOf: some }, { oneOf: some }),
    ],
  }
}

/** A key that looks like this is there. */
function oneLike(pattern: string): JsonSchema {
  return { not: { propertyNames: { not: { pattern } } } }
}

/** Long names are taken, but proposed only for the kind that has no short one. */
function unlessUsual(name: string): JsonSchema {
  return name.includes('.') && name !== 'ansible.builtin.block' ? { doNotSuggest: true } : {}
}

/** What stands behind the name of a kind: its fields, or one of them alone. */
function kindSchema({ name: kind, summary, schema, shorthand, module }: Kind): JsonSchema {
  const { required = [], properties: fields = {}, ...rest } = fromZod(schema)
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const told = mapped(field, orExpression)
      // An option that is given nothing is not given; what a module must be told, `neededBy` asks for.
      return [name, module && !module.open && !mustHave(kind, name) ? orNothing(told) : told]
    }),
  )
  // Content may come from the file that `src` names.
  const content = required.includes('content') ? { anyOf: [one('src'), one('content')] } : {}
  const all = [...(module ? neededBy(kind) : [])]
  const whole = {
    ...rest,
    properties,
    required: required.filter((name) => name !== 'content'),
    ...content,
    ...(all.length > 0 ? { allOf: all } : {}),
  }
  const alone = shorthand === undefined ? undefined : properties[shorthand]
  // `- ping:`: a module that must be told nothing.
  const untold: readonly JsonSchema[] = module && required.length + all.length === 0 ? [{ type: 'null' }] : []
  const spoken: JsonSchema = { description: 'All in one text: name=value …', type: 'string' }
  return {
    description: summary,
    anyOf: [whole, ...(module ? [spoken] : []), ...(alone ? [alone] : []), ...untold, expression],
  }
}

/** Is it an option that a module must be told, by this name of it? */
function mustHave(kind: string, option: string): boolean {
  const options = Object.entries(modules.find(({ name }) => name === kind)?.options ?? {})
  return options.some(
    ([name, { documented, mayLack }]) =>
      documented.required && !mayLack && [name, ...(documented.aliases ?? [])].includes(option),
  )
}

/** What a module must be told, under any of the names of it. */
function neededBy(kind: string): readonly JsonSchema[] {
  const options = Object.entries(modules.find(({ name }) => name === kind)?.options ?? {})
  const needed = options
    .filter(([, { documented, mayLack }]) => documented.required && !mayLack)
    .map(([name, { documented }]) => ({ anyOf: [name, ...(documented.aliases ?? [])].map(one) }))
  return [...needed, ...(kind === 'copy' ? [{ anyOf: [one('src'), one('content')] }] : [])]
}

/** A value that may be computed, as every value in a field may. */
function orExpression(schema: JsonSchema): JsonSchema {
  const { description, default: fallback, ...fits } = schema
  const free = fits.type === 'string' && Object.keys(fits).length === 1
  const shapes = fits.anyOf && Object.keys(fits).length === 1 ? fits.anyOf.map(withoutExpression) : [fits]
  if (free) return schema
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [...shapes, expression],
  }
}

function withoutExpression(schema: JsonSchema): JsonSchema {
  const [only, other, ...more] = schema.anyOf ?? []
  return only && other?.$ref === expression.$ref && more.length === 0 ? only : schema
}
