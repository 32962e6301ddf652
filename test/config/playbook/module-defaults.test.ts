import { describe, expect, it } from 'vitest'
import { debian, expansions, project } from './project.ts'

const play = (defaults: string, task: string) =>
  `- hosts: a\n  module_defaults: ${defaults}\n  tasks:\n    - ${task}\n`

/** What the host would be asked, as one text. */
async function asked(defaults: string, task: string): Promise<string> {
  using here = project({ 'site.yaml': play(defaults, task) })
  const all = expansions(await here.load(), 'a', { facts: { a: debian } })
  const resources = all.flatMap((one) => ('resources' in one ? one.resources : []))
  return JSON.stringify(resources.map(({ id, queries }) => ({ id, queries })))
}

describe('module_defaults', () => {
  it.each([
    // By whatever name the module is called on either side.
    [
      '{ community.general.ini_file: { value: v } }',
      'ini_file: { path: /a, section: s, option: o }',
      'ini_file: { path: /a, section: s, option: o, value: v }',
    ],
    [
      '{ ini_file: { value: v } }',
      'community.general.ini_file: { path: /a, section: s, option: o }',
      'ini_file: { path: /a, section: s, option: o, value: v }',
    ],
    [
      '{ ansible.builtin.ini_file: { value: v } }',
      'ini_file: { path: /a, section: s, option: o }',
      'ini_file: { path: /a, section: s, option: o, value: v }',
    ],
    [
      '{ group/community.postgresql.all: { login_port: 7, db: x }, postgresql_query: { db: y } }',
      'postgresql_query: { query: SELECT 1 }',
      'postgresql_query: { query: SELECT 1, db: y, login_port: 7 }',
    ],
    // None of ours is in these.
    [
      '{ group/aws: { region: x }, group/amazon.aws.aws: { region: x } }',
      'file: { path: /a }',
      'file: { path: /a }',
    ],
    [
      '{ group/community.crypto.acme: { x: y } }',
      'openssl_privatekey: { path: /a }',
      'openssl_privatekey: { path: /a }',
    ],
  ])('%s for %s', async (defaults, task, meant) => {
    expect(await asked(defaults, task)).toBe(await asked('{}', meant))
  })

  it.each(['group/nobody', 'group/community.general.all'])('%s is refused', async (group) => {
    using here = project({ 'site.yaml': play(`{ ${group}: {} }`, 'ping:') })
    expect((await here.problems()).join()).toContain(`which modules ${group} has is not known`)
  })
})
