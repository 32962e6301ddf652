import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { moduleKinds, modules } from '../../src/modules/index.ts'
import { refusedModules } from '../../src/modules/refused.ts'
import type { Recorded } from './documentation.ts'

/** Names of options that modules take and do not document: `argument_spec` of their sources has them. */
const undocumented: Readonly<Record<string, readonly string[]>> = { 'mysql_user.name': ['user'] }

/** What ansible-core 2.14 and the collections of Debian 12 document, as `documentation.system.test.ts` found it. */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'documentation.json'), 'utf8')) as Recorded

describe('the table of modules', () => {
  // One is younger than the release that was recorded, one documented without the types of its options.
  const older = modules.filter(({ name }) => !['deb822_repository', 'validate_argument_spec'].includes(name))

  it.each(older)('$collection.$name has every option that is documented, as it is documented', (module) => {
    const documented = recorded[`${module.collection}.${module.name}`]
    const told = Object.fromEntries(
      Object.entries(module.options)
        .filter(([, { becomes }]) => becomes.is !== 'ours')
        .map(([name, option]) => [name, comparable(option.documented)]),
    )
    const known = Object.entries(documented ?? {}).map(([name, one]) => {
      const aliases = [...(one.aliases ?? []), ...(undocumented[`${module.name}.${name}`] ?? [])]
      return [name, comparable({ ...one, aliases })]
    })
    expect(told).toEqual(Object.fromEntries(known))
  })

  it('has each name once', () => {
    const names = modules.flatMap(({ collection, name }) => `${collection}.${name}`)
    expect(new Set(names).size).toBe(names.length)
    expect([...moduleKinds.keys()].filter((name) => refusedModules.has(name))).toEqual([])
  })

  it('says why, wherever it does not do what is documented', () => {
    const silent = modules.flatMap(({ name, options }) =>
      Object.entries(options)
        .filter(([, { becomes }]) => {
          const words =
            becomes.is === 'different' ? becomes.why : becomes.is === 'refused' ? becomes.instead : 'done'
          return words.trim().length < 4 || /TODO/.test(words)
        })
        .map(([option]) => `${name}.${option}`),
    )
    expect(silent).toEqual([])
  })
})

function comparable({ aliases, choices, type, ...rest }: Recorded[string][string]) {
  return {
    ...rest,
    type,
    aliases: [...(aliases ?? [])].toSorted(),
    // A truth value is read in all its words.
    choices: type === 'bool' ? [] : (choices ?? []).map(String),
  }
}
