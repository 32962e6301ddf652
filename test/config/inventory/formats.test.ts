import { describe, expect, it } from 'vitest'
import { loadInventory } from '../../../src/config/inventory/index.ts'
import { groupsIn, loaded, valuesIn, written } from './written.ts'

const nested = {
  all: { children: ['ungrouped', 'site'] },
  ungrouped: { hosts: ['lone'] },
  site: { children: ['web', 'db'] },
  web: { hosts: ['rs01', 'rs02', 'rs03'] },
  db: { hosts: ['dba', 'dbc', 'dbe'] },
}

const yaml = `all:
  hosts:
    lone:
  children:
    site:
      vars: {where: here}
      children:
        web:
          hosts:
            rs[01:03]: {role: page}
        db:
          hosts:
            db[a:e:2]:2222:
`

const ini = `; the same as INI
lone

[site:children]
web
db   # both

[site:vars]
where = here
[web]
rs[01:03] role=page  # a page
[db]
db[a:e:2]:2222
`

describe('an inventory', () => {
  it.each([
    ['YAML', 'hosts.yaml', yaml],
    ['YAML without an ending', 'hosts', yaml],
    ['INI', 'hosts.ini', ini],
    ['INI without an ending', 'hosts', ini],
    ['INI with the line ends of Windows', 'hosts', ini.replaceAll('\n', '\r\n')],
  ])('may be %s', async (_, name, text) => {
    const { inventory, warnings } = await loaded({ [name]: text })
    expect(groupsIn(inventory)).toEqual(nested)
    expect(valuesIn(inventory, 'rs02')).toEqual({ where: 'here', role: 'page' })
    expect(valuesIn(inventory, 'dbc')).toEqual({ where: 'here', ansible_port: 2222 })
    expect(inventory.hosts.get('rs02')?.groups).toEqual(['all', 'site', 'web'])
    expect(inventory.hosts.get('lone')?.groups).toEqual(['all', 'ungrouped'])
    expect(warnings).toEqual([])
  })

  it('may be JSON indented with tabs', async () => {
    const { inventory } = await loaded({
      'hosts.json': '{\n\t"web": {\n\t\t"hosts": {"rs1": {"a": [1]}}\n\t}\n}\n',
    })
    expect(valuesIn(inventory, 'rs1')).toEqual({ a: [1] })
  })

  it('may be names on the command line', async () => {
    const inventory = await loadInventory(['rs[1:2],db,'])
    expect(groupsIn(inventory)).toEqual({
      all: { children: ['ungrouped'] },
      ungrouped: { hosts: ['rs1', 'rs2', 'db'] },
    })
  })

  it('may be a directory, whose files are merged by name and whose leftovers are passed over', async () => {
    const { inventory, warnings } = await loaded(
      {
        'inv/20-later.ini': '[web]\nrs1 who=later\n',
        'inv/10-first.yaml': 'web: {hosts: {rs1: {who: first, kept: true}}}',
        'inv/10-first.yaml.orig': '}',
        'inv/10-first.yaml.bak': '}',
        'inv/10-first.yaml~': '}',
        'inv/.10-first.yaml.swp': '}',
        'inv/.git/config.yaml': '}',
        'inv/lab.yaml': 'machines: {}',
        'inv/site.yaml': '- hosts: all',
        'inv/cloud.sh':
          '#!/bin/sh\necho \'{"cloud": ["c1"], "_meta": {"hostvars": {"c1": {"n": [1, {"a": true}]}}}}\'',
        'inv/cloud.ini': 'the settings of cloud.sh',
        'inv/group_vars/web.yml': 'file: web',
      },
      { sources: ['inv'] },
    )
    expect(groupsIn(inventory)).toEqual({
      all: { children: ['ungrouped', 'web', 'cloud'] },
      web: { hosts: ['rs1'] },
      cloud: { hosts: ['c1'] },
    })
    expect(valuesIn(inventory, 'rs1')).toEqual({ who: 'later', kept: true, file: 'web' })
    expect(valuesIn(inventory, 'c1')).toEqual({ n: [1, { a: true }] })
    expect(warnings).toEqual([])
  })

  it('may come in several parts, the later ones winning', async () => {
    const files = {
      one: '[web]\nrs1 a=1 b=1\n',
      two: '[web]\nrs2\n[site:children]\nweb\n[web:vars]\nc=2\n[db]\nrs1 a=2\n',
    }
    const { inventory } = await loaded(files, { sources: ['one', 'two'] })
    expect(valuesIn(inventory, 'rs1')).toEqual({ a: 2, b: 1, c: 2 })
    expect(inventory.hosts.get('rs1')?.groups).toEqual(['all', 'db', 'site', 'web'])
  })

  it('keeps the place of each value', async () => {
    const { inventory, directory } = await loaded({ 'hosts.ini': '[web]\nrs1 a="x y" b="[1,\'z\']"\n' })
    const { a, b } = Object.fromEntries(inventory.hosts.get('rs1')?.variables ?? [])
    expect(a?.winner.key).toEqual({ file: `${directory}/hosts.ini`, line: 2, col: 5 })
    expect(a?.value.origin.col).toBe(8)
    expect(b?.value && 'items' in b.value ? b.value.items.map(({ origin }) => origin.col) : []).toEqual([
      17, 19,
    ])
  })
})

describe('an executable inventory', () => {
  it('is asked about each host where it gives no _meta', async () => {
    const script =
      '#!/bin/sh\n[ "$1" = --list ] && echo \'{"web": {"hosts": ["a", "b"], "vars": {"g": 1}}}\' || echo "{\\"me\\": \\"$2\\"}"\n'
    const { inventory } = await loaded({ 'inv.sh': script })
    expect(valuesIn(inventory, 'a')).toEqual({ g: 1, me: 'a' })
    expect(valuesIn(inventory, 'b')).toEqual({ g: 1, me: 'b' })
  })

  it('gets its own argument, not a shell', async () => {
    const directory = await written({
      'in v$(id).sh': '#!/bin/sh\necho "{\\"w\\": [\\"n$#\\"], \\"_meta\\": {\\"hostvars\\": {}}}"\n',
    })
    const inventory = await loadInventory([`${directory}/in v$(id).sh`])
    expect([...inventory.hosts.keys()]).toEqual(['n1'])
  })
})
