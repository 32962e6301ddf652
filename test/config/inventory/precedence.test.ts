import { describe, expect, it } from 'vitest'
import { levels } from '../../../src/config/inventory/index.ts'
import { loaded, valuesIn } from './written.ts'

/** Level N gives the variables vN and up, so that vN is said by the levels 0 to N. */
function says(level: number): readonly string[] {
  return levels.flatMap((_, variable) => (variable >= level ? [`v${variable}: ${level}`] : []))
}

const inline = (level: number) => `{${says(level).join(', ')}}`
const file = (level: number) => says(level).join('\n')

const everyLevel = {
  'inv/hosts.yaml': `all: {vars: ${inline(0)}}\nweb: {vars: ${inline(1)}, hosts: {rs1: ${inline(6)}}}\n`,
  'inv/group_vars/all.yaml': file(2),
  'book/group_vars/all.yaml': file(3),
  'inv/group_vars/web.yaml': file(4),
  'book/group_vars/web.yaml': file(5),
  'inv/host_vars/rs1.yaml': file(7),
  'book/host_vars/rs1.yaml': file(8),
  'extra.yaml': file(9),
}

describe('precedence', () => {
  it('is that of Ansible on every level, and the losers are kept in order', async () => {
    const { inventory } = await loaded(everyLevel, {
      sources: ['inv'],
      playbookDirectory: 'book',
      extraVars: ['@extra.yaml'],
    })
    const rs1 = inventory.hosts.get('rs1')
    for (const [index] of levels.entries()) {
      const variable = rs1?.variables.get(`v${index}`)
      const weakestFirst = [variable?.winner, ...(variable?.losers ?? [])].reverse()
      expect(weakestFirst.map((each) => each?.level)).toEqual(levels.slice(0, index + 1))
    }
    expect(rs1?.variables.get('v9')?.losers.map(({ giver }) => giver)).toEqual([
      'host_vars/rs1.yaml',
      'host_vars/rs1.yaml',
      'host rs1',
      'group_vars/web.yaml',
      'group_vars/web.yaml',
      'group_vars/all.yaml',
      'group_vars/all.yaml',
      'group web',
      'group all',
    ])
  })

  it('puts a child above its parent, and siblings in the order of the alphabet', async () => {
    const { inventory } = await loaded({
      'hosts.yaml': `
parent:
  vars: {a: parent, b: parent}
  children:
    zoo: {vars: {a: zoo, c: zoo}, hosts: {rs1: }}
    bar: {vars: {a: bar, c: bar}, hosts: {rs1: }}
ant: {vars: {b: ant}, hosts: {rs1: }}
`,
    })
    expect(inventory.hosts.get('rs1')?.groups).toEqual(['all', 'ant', 'parent', 'bar', 'zoo'])
    expect(valuesIn(inventory, 'rs1')).toEqual({ a: 'zoo', b: 'parent', c: 'zoo' })
  })

  it('counts the longest way from all as the depth of a group', async () => {
    const { inventory } = await loaded({
      'hosts.yaml':
        'a: {children: {b: {children: {c: {vars: {v: c}, hosts: {h: }}}}, c: }}\nb: {vars: {v: b}}\n',
    })
    expect(inventory.hosts.get('h')?.groups).toEqual(['all', 'a', 'b', 'c'])
    expect(valuesIn(inventory, 'h')).toEqual({ v: 'c' })
  })

  it('lets ansible_group_priority decide among siblings only, and takes it for no variable', async () => {
    const { inventory } = await loaded({
      'hosts.ini': `[top:children]
low
zoo
[top:vars]
ansible_group_priority=99
v=top
[low]
h
[low:vars]
ansible_group_priority=10
v=low
[zoo]
h
[zoo:vars]
v=zoo
`,
    })
    expect(valuesIn(inventory, 'h')).toEqual({ v: 'low' })
  })

  it('lets a file of a parent group win over what the inventory says of the child, as Ansible does', async () => {
    const { inventory } = await loaded({
      'hosts.yaml': 'top: {children: {web: {vars: {v: inline}, hosts: {h: }}}}',
      'group_vars/top.yaml': 'v: file',
    })
    expect(valuesIn(inventory, 'h')).toEqual({ v: 'file' })
  })

  it('replaces mappings whole', async () => {
    const { inventory } = await loaded({
      'hosts.yaml': 'all: {vars: {m: {a: 1, b: 2}}}\nweb: {vars: {m: {b: 3}}, hosts: {h: }}',
    })
    expect(valuesIn(inventory, 'h')).toEqual({ m: { b: 3 } })
  })
})

describe('group_vars and host_vars', () => {
  it('may be files of several endings or directories of them, read by name', async () => {
    const { inventory, warnings } = await loaded({
      'hosts.yaml': 'web: {hosts: {h: , "a.b.json": }}\ndb: {hosts: {h: }}\napp: {hosts: {h: }}\n',
      'group_vars/web/10.yml': 'a: 10\nb: 10',
      'group_vars/web/20.json': '{"b": 20}',
      'group_vars/web/30/deeper': 'c: 30',
      'group_vars/web/20.json.bak': 'b: wrong',
      'group_vars/web/.hidden.yml': 'b: wrong',
      'group_vars/db': 'd: db',
      'group_vars/app.json': '{"e": ["app"]}',
      'group_vars/README.md': 'not read',
      'host_vars/h.yaml': '',
    })
    expect(valuesIn(inventory, 'h')).toEqual({ a: 10, b: 20, c: 30, d: 'db', e: ['app'] })
    expect(warnings).toEqual([])
  })

  it('are named when they belong to nobody, or when two bear one name', async () => {
    const { warnings } = await loaded({
      'hosts.yaml': 'web: {hosts: {rs1: }}\n',
      'group_vars/wbe.yaml': 'a: 1',
      'group_vars/web.yml': 'a: 1',
      'group_vars/web.yaml': 'a: 2',
      'host_vars/rs2.yaml': 'a: 1',
    })
    expect(warnings.map((text) => text.replace(/\/tmp\S*\/group_vars/, 'group_vars'))).toEqual([
      'group_vars/web.yaml:1:1: group_vars/web.yml bears the same name and is read instead of this; move both into a directory web/',
      'group_vars/wbe.yaml:1:1: no group is called "wbe", so this is not used; did you mean "web"?',
      'host_vars/rs2.yaml:1:1: no host is called "rs2", so this is not used; did you mean "rs1"?',
    ])
  })
})

describe('extra variables', () => {
  it.each([
    [`k=v k2='v 2' k3=3`, { k: 'v', k2: 'v 2', k3: '3' }],
    [`k="a=b $(reboot); 'c'"`, { k: "a=b $(reboot); 'c'" }],
    ['{"k": [1, true]}', { k: [1, true] }],
    ['k: {a: 1}', { k: { a: 1 } }],
    ['{k: 1}', { k: 1 }],
    ['@more.yaml', { file: [1] }],
    ['', {}],
  ])('are read from %s', async (text, values) => {
    const files = { hosts: 'rs1 k=weak', 'more.yaml': 'file: [1]\n' }
    const { inventory } = await loaded(files, { extraVars: [text] })
    expect(valuesIn(inventory, 'rs1')).toEqual({ k: 'weak', ...values })
    expect(inventory.extraVars.map(({ name }) => name)).toEqual(Object.keys(values))
  })

  it('win by their order', async () => {
    const { inventory } = await loaded({ hosts: 'rs1' }, { extraVars: ['k=1', 'k=2'] })
    expect(valuesIn(inventory, 'rs1')).toEqual({ k: '2' })
  })
})
