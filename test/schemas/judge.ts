import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parseYaml } from '../../src/config/yaml.ts'
import { plain } from '../../src/model/sourced.ts'
import { wordsOfEditors } from './json-schema.ts'

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false })
ajv.addVocabulary([...wordsOfEditors])

const [inventory, playbook] = ['inventory', 'playbook'].map((name) =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, `../../schemas/${name}.schema.json`), 'utf8')),
)
const partOf = ({ $defs }: { readonly $defs: object }, part: string) => ({ $defs, $ref: `#/$defs/${part}` })

/** What the shipped schemas can judge: whole files, and parts that have files of their own. */
const validators = {
  inventory: ajv.compile(inventory),
  variables: ajv.compile(partOf(inventory, 'variables')),
  playbook: ajv.compile(playbook),
  tasks: ajv.compile(partOf(playbook, 'tasks')),
}

/** What the shipped schema says against a YAML file: where, and what; nothing where it fits. */
export function complaints(what: keyof typeof validators, text: string): readonly string[] {
  return complaintsAbout(what, plain(parseYaml(text, 'file.yaml')))
}

/** The same of a value. */
export function complaintsAbout(what: keyof typeof validators, value: unknown): readonly string[] {
  const fits = validators[what]
  // Editors see plain mappings.
  if (fits(JSON.parse(JSON.stringify(value)))) return []
  return (fits.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  )
}
