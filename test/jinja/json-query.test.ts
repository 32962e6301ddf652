import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/jinja/engine.ts'
import { withVariables } from './surroundings.ts'

const value = {
  users: [
    { name: 'alice', uid: 1000, groups: ['wheel', 'adm'], active: true, load: 0.5 },
    { name: 'bob', uid: 1002, groups: [], active: false, load: 2 },
    { name: 'carol', uid: 1001, groups: ['adm'], active: true, load: 1.25 },
  ],
  site: { name: 'Köln', tags: { b: 2, a: 1 } },
  nothing: null,
  nested: [[1, 2], [3], []],
  'odd-key': { 'x y': 1 },
}
const engine = createEngine()
const ask = (query: string) =>
  engine
    .template('{{ value | json_query(query) }}', withVariables({ value, query }))
    .map(({ text }) => text)
    .join('')

describe('json_query', () => {
  // What Python's jmespath 1.0.1 answers.
  it.each([
    ['users[?uid > `1000`].name', "['bob', 'carol']"],
    ["users[?name == 'bob'].uid", '[1002]'],
    ['users[?name == `bob`].uid', '[1002]'],
    ['users[].groups[]', "['wheel', 'adm', 'adm']"],
    ['users[::-1].name', "['carol', 'bob', 'alice']"],
    [
      'users[*].{n: name, u: uid}',
      "[{'n': 'alice', 'u': 1000}, {'n': 'bob', 'u': 1002}, {'n': 'carol', 'u': 1001}]",
    ],
    ['avg(users[*].load)', '1.25'],
    ['sort_by(users,&uid)[].name', "['alice', 'carol', 'bob']"],
    ["users[?contains(groups,'adm')].name", "['alice', 'carol']"],
    ['nested[]', '[1, 2, 3]'],
    ['"odd-key"."x y"', '1'],
    ["join(', ',users[*].name)", 'alice, bob, carol'],
    ["users[?starts_with(name,'c')] | [0].name", 'carol'],
    ['not_null(nothing,site.name)', 'Köln'],
    ['merge(site.tags,{c:`3`})', "{'b': 2, 'a': 1, 'c': 3}"],
    ['users[9]', ''],
    ['nope.nothing', ''],
  ])('%s', (query, wanted) => {
    expect(ask(query)).toBe(wanted)
  })

  it.each(['users[', 'length(nothing)', 'foo(@)', 'users[?]'])('cannot do %s, and says so', (query) => {
    expect(() => ask(query)).toThrow(`json_query cannot do "${query}": `)
  })

  it('ends where a few words ask for more than anybody can have meant', () => {
    expect(() => ask(Array.from({ length: 60 }, () => '{a: @, b: @}').join(' | '))).toThrow('more than')
  })
})
