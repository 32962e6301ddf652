import { Command } from 'commander'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { declareInventory } from '../../src/cli/inventory.ts'
import { written } from '../config/inventory/written.ts'

const files = {
  'hosts.yaml': `all:
  vars: {port: 80, greeting: "it's: {odd}"}
  children:
    web:
      vars: {port: 8080}
      hosts:
        rs[1:2]: {ansible_become_password: hush, auth: {auth_pass: hush, kept: [1]}}
    db: {hosts: {db1: {port: 0644}}}
`,
  'group_vars/web.yaml': 'port: 8081\n',
}

async function inventory(...words: readonly string[]): Promise<{ out: string; err: string }> {
  const directory = await written(files)
  const out: string[] = []
  const err: string[] = []
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ]
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore()
  })
  const program = new Command().exitOverride()
  declareInventory(program)
  try {
    await program.parseAsync(['inventory', '-i', `${directory}/hosts.yaml`, ...words], { from: 'user' })
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  const bare = (texts: readonly string[]) => texts.join('').replaceAll(`${directory}/`, '')
  return { out: bare(out), err: bare(err) }
}

describe('understudy inventory', () => {
  it('draws the tree ansible-inventory draws, doubts on standard error', async () => {
    const tree = '@all:\n  |--@ungrouped:\n  |--@web:\n  |  |--rs1\n  |  |--rs2\n  |--@db:\n  |  |--db1\n'
    const { out, err } = await inventory()
    expect(out).toBe(tree)
    expect(err).toMatch(/^hosts\.yaml:8:\d+: warning: 0644 is the decimal number 644 here/)
    expect((await inventory('--graph', '-l', 'web:!rs1')).out).toBe(
      '@all:\n  |--@ungrouped:\n  |--@web:\n  |  |--rs2\n  |--@db:\n',
    )
  })

  it('answers --list as a dynamic inventory', async () => {
    const { out } = await inventory('--list', '-e', 'x=1', '-l', 'db')
    expect(JSON.parse(out)).toEqual({
      _meta: { hostvars: { db1: { greeting: "it's: {odd}", port: 644, x: '1' } } },
      all: { children: ['ungrouped', 'web', 'db'] },
      db: { hosts: ['db1'] },
    })
  })

  it('shows the variables of a host with secrets hidden', async () => {
    const { out } = await inventory('--host', 'rs1')
    expect(out).toBe(`ansible_become_password: «secret»
auth:
  auth_pass: «secret»
  kept:
    - 1
greeting: "it's: {odd}"
port: 8081
`)
    expect((await inventory('--host', 'rs1', '--json', '--show-secrets')).out).toContain(
      '"auth_pass": "hush"',
    )
    expect((await inventory('--host', 'rs1', '--explain', '--json')).out).not.toContain('hush')
  })

  it('explains the winner and the losers of each variable', async () => {
    const { out } = await inventory('--host', 'rs1', '--explain')
    expect(out).not.toContain('hush')
    expect(out).toContain(`port: 8081
  from group_vars/web.yaml, group_vars/web.yaml:1:7 (group_vars)
  overrules 8080 from group web, hosts.yaml:5:20 (inventory variables of a group)
  overrules 80 from group all, hosts.yaml:2:16 (inventory variables of all)
`)
  })

  it.each([
    [['--explain'], '--explain explains one host'],
    [['--host', 'web'], '"web" is not one host'],
    [['--host', 'rs3'], 'no host or group is called "rs3" [inventory-pattern]\n  → did you mean "rs1"?'],
    [['--list', '--graph'], "option '--graph' cannot be used with option '--list'"],
  ])('refuses %j', async (words, message) => {
    await expect(inventory(...words)).rejects.toThrow(message)
  })
})
