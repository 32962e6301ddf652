import { chmod, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { emptyDraft } from '../../../src/config/inventory/draft.ts'
import { loadInventory } from '../../../src/config/inventory/index.ts'
import { readExecutable } from '../../../src/config/inventory/script.ts'
import { secretSources } from '../../../src/config/secret-sources.ts'
import { withoutRuleIds } from '../../rule-ids.ts'
import { complaint, loaded, written } from './written.ts'

const range = '\n  → write for example rs[01:20], rs[1:9:2] or rs[a:f]'
const hostName =
  '\n  → use letters, digits, dots, dashes and underscores; say where to connect to with ansible_host'

/** What is wrong, the inventory, and all that is said about it. */
const inYaml: readonly (readonly [string, string, string])[] = [
  [
    'a tab',
    'all:\n\thosts: {}\n',
    '2:1: a tab is used for indentation, which YAML forbids\n    ⇥hosts: {}\n    ^\n  → replace the tab by spaces',
  ],
  [
    'a wrong key',
    'all:\n  host: {a: }\n',
    '2:3: unknown key "host" in the group all\n  → did you mean "hosts"?',
  ],
  [
    'two wrong keys',
    'w:\n  childern: {}\n  var: {}\n',
    '2:3: unknown key "childern" in the group w\n  → did you mean "children"?\nhosts.yaml:3:3: unknown key "var" in the group w\n  → did you mean "vars"?',
  ],
  [
    'a forgotten all',
    'hosts:\n  a:\n',
    '1:1: "hosts" stands at the top, where groups are named\n  → write "all:" above it and indent it',
  ],
  [
    'hosts as a list',
    'w:\n  hosts:\n    - a\n',
    '3:5: hosts of the group w: expected a mapping, found a list\n  → write "name:" on a line of its own instead of "- name"',
  ],
  [
    'hosts as text',
    'w:\n  hosts: a\n',
    '2:10: hosts of the group w: expected a mapping, found "a"\n  → write "name:" with a colon at its end',
  ],
  [
    'a circle of groups',
    'a:\n  hosts: {h: }\n  children:\n    b:\n      children:\n        a:\n',
    '6:9: the groups form a circle: a → b → a\n  → remove a from the children of b',
  ],
  [
    'a misspelt child',
    'all:\n  children:\n    wbe:\n    web: {hosts: {h: }}\n',
    '3:5: the group "wbe" is named here, but nothing defines it\n  → did you mean "web"? if it is to be empty, write "wbe: {}"',
  ],
  [
    'a doubled host',
    'w:\n  hosts:\n    a:\n    a:\n',
    '4:5: the key "a" is given twice\n        a:\n        ^\n  → remove one; the first is at hosts.yaml:3:5',
  ],
  [
    'a range without an end',
    'w: {hosts: {"rs[1:]": }}',
    `1:13: the range in "rs[1:]" cannot be read: "[1:]" is not of the form [first:last] or [first:last:step]${range}`,
  ],
  [
    'a range backwards',
    'w: {hosts: {"rs[3:1]": }}',
    `1:13: the range in "rs[3:1]" cannot be read: it ends before it starts${range}`,
  ],
  [
    'a range of unequal digits',
    'w: {hosts: {"rs[01:100]": }}',
    `1:13: the range in "rs[01:100]" cannot be read: 01 and 100 must have the same number of digits${range}`,
  ],
  [
    'a range of both cases',
    'w: {hosts: {"rs[a:F]": }}',
    `1:13: the range in "rs[a:F]" cannot be read: "[a:F]" goes neither over numbers nor over single letters of one case${range}`,
  ],
  [
    'a range without progress',
    'w: {hosts: {"rs[1:3:0]": }}',
    `1:13: the range in "rs[1:3:0]" cannot be read: its step is 0${range}`,
  ],
  [
    'a range too long',
    'w: {hosts: {"rs[0:9][1:9999]": }}',
    `1:13: the range in "rs[0:9][1:9999]" cannot be read: it stands for more than 10000 hosts${range}`,
  ],
  [
    'an open range',
    'w: {hosts: {"rs[1:2": }}',
    `1:13: the range in "rs[1:2" cannot be read: a "[" is not closed${range}`,
  ],
  ['a name with a space', 'w: {hosts: {a b: }}', `1:13: "a b" is not a host name${hostName}`],
  [
    'a name that is an option',
    'w: {hosts: {-oProxyCommand=x: }}',
    `1:13: "-oProxyCommand=x" is not a host name${hostName}`,
  ],
  [
    'a name with a command',
    'w: {hosts: {"a$(reboot)": }}',
    `1:13: "a$(reboot)" is not a host name${hostName}`,
  ],
  [
    'a user in the name',
    'w: {hosts: {root@a: }}',
    '1:13: "root@a" is not a host name\n  → say the user with ansible_user, and only the host here',
  ],
  ['a port too high', 'w: {hosts: {"a:65536": }}', '1:13: 65536 is not a port\n  → ports go from 1 to 65535'],
  [
    'a group that is a pattern',
    '"w*": {hosts: {a: }}',
    '1:1: "w*" is not a name for a group\n  → use letters, digits and underscores',
  ],
  [
    'one address twice',
    'w:\n  hosts:\n    a: {ansible_host: 10.0.0.1}\n    b: {ansible_host: 10.0.0.1}\n',
    '4:23: b and a are the same machine: both are reached at 10.0.0.1:22\n  → correct one of them; a is at hosts.yaml:3:23',
  ],
  [
    'one address as a name too',
    'w:\n  hosts:\n    10.0.0.1:\n    b: {ansible_host: 10.0.0.1, ansible_port: 22}\n',
    '4:23: b and 10.0.0.1 are the same machine: both are reached at 10.0.0.1:22\n  → correct one of them; 10.0.0.1 is at hosts.yaml:3:5',
  ],
  [
    'a plugin',
    'plugin: aws_ec2\n',
    '1:1: inventory plugins are not supported\n  → name an executable that answers --list with JSON instead',
  ],
  [
    'ansible-vault',
    'w:\n  hosts: {a: {p: !vault x}}\n',
    '2:25: this is no text of ansible-vault, or one of another version than 1.1 and 1.2\n  → encrypt it anew with "ansible-vault encrypt"',
  ],
  [
    'a priority that is none',
    'w: {hosts: {a: }, vars: {ansible_group_priority: high}}',
    '1:50: ansible_group_priority: expected a whole number\n  → write for example 10',
  ],
]

const inIni: readonly (readonly [string, string, string])[] = [
  [
    'an unknown child',
    '[web]\na\n[site:children]\nwbe\n',
    '4:1: [site:children] speaks of a group "wbe" that is not defined\n  → did you mean "web"?',
  ],
  [
    'vars of nobody',
    'a\n[web:vars]\nx=1\n',
    '2:2: [web:vars] speaks of a group "web" that is not defined\n  → known here: all, ungrouped',
  ],
  [
    'an unknown kind of section',
    '[web:var]\nx=1\n',
    '1:6: unknown kind of section "var"\n    [web:var]\n         ^\n  → did you mean "vars"?',
  ],
  [
    'an open heading',
    '[web\na\n',
    '1:1: this heading cannot be read\n    [web\n    ^\n  → write [group], [group:vars] or [group:children]',
  ],
  [
    'two hosts on a line',
    'a b\n',
    '1:3: expected name=value, found "b"\n    a b\n      ^\n  → quote values with spaces: name="a b"; one host per line',
  ],
  [
    'a variable twice',
    'a x=1 x=2\n',
    '1:7: x is given twice on this line\n    a x=1 x=2\n          ^\n  → remove one',
  ],
  [
    'an open quote',
    'a x="1\n',
    '1:5: this quote is never closed\n    a x="1\n        ^\n  → close it on the same line',
  ],
  [
    'YAML',
    '[w]\nweb:\n',
    '2:1: this looks like YAML in an INI inventory\n    web:\n    ^\n  → name the file *.yaml, or remove the ":"',
  ],
  [
    'a variable among hosts',
    '[w]\n x=1\n',
    '2:2: expected a host, found a variable\n     x=1\n     ^\n  → put variables under a heading [group:vars], or after a host on its line',
  ],
  [
    'a variable without a value',
    '[all:vars]\nfoo\n',
    '2:1: expected name=value\n    foo\n    ^\n  → write one variable per line, with "=" after its name',
  ],
  [
    'a backward range',
    '[w]\nrs[3:1]\n',
    `2:1: the range in "rs[3:1]" cannot be read: it ends before it starts${range}`,
  ],
]

describe('bad input', () => {
  it.each(inYaml)('in YAML is told with its place: %s', async (_, text, message) => {
    expect(await complaint({ 'hosts.yaml': text })).toBe(`hosts.yaml:${message}`)
  })

  it.each(inIni)('in INI is told with its place: %s', async (_, text, message) => {
    expect((await complaint({ 'hosts.ini': text })).split('\nhosts.ini:')[0]).toBe(`hosts.ini:${message}`)
  })

  it('of several files is told at once, in order', async () => {
    const message = await complaint(
      {
        'inv/a.yaml': 'w: {host: {}, hosts: {a: {ansible_port: none}}}',
        'inv/b.ini': '[w:vars\n',
        'inv/group_vars/w.yaml': 'x: [1\n',
        'inv/host_vars/a': '- 1\n',
      },
      { sources: ['inv', 'missing'], extraVars: ['novalue'] },
    )
    const places = message.split('\n').filter((line) => /^\S/.test(line))
    expect(places.map((line) => line.replace(/:\s.*/, ''))).toEqual([
      'missing does not exist',
      'inv/a.yaml:1:5',
      'inv/a.yaml:1:41',
      'inv/b.ini:1:1',
      'inv/group_vars/w.yaml:2:1',
      'inv/host_vars/a:1:1',
      '-e:1:1',
    ])
  })

  it.each([
    ['a missing inventory', 'nowhere', 'nowhere does not exist\n  → check the path'],
    [
      'a directory without one',
      'empty',
      expect.stringMatching(
        /^the directory \S+ holds no inventory\n {2}→ put an inventory file into it, for instance hosts.yaml$/,
      ),
    ],
    [
      'a directory of something else, whose programs are not run',
      'home',
      'more than 500 files lie in and below home: it can hardly be an inventory\n  → name a file, or a directory with nothing else in it',
    ],
    ['an empty file', 'none.yaml', expect.stringMatching(/^there are no hosts in \S+\n {2}→ name hosts/)],
    [
      'a program without permission',
      'prog',
      expect.stringMatching(
        /^\S+ is a program, but not executable\n {2}→ make it executable: chmod \+x \S+$/,
      ),
    ],
  ])('is %s', async (_, source, message) => {
    const directory = await written({
      'none.yaml': '',
      'empty/group_vars/all.yaml': 'a: 1',
      prog: '#!/bin/sh\n',
      'home/bin/start': '#!/bin/sh\nexit 7\n',
      ...Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`home/work/${index}`, 'a\n'])),
    })
    await chmod(`${directory}/home/bin/start`, 0o755)
    await chmod(`${directory}/prog`, 0o644)
    const error = await loadInventory([`${directory}/${source}`]).catch((each) => each)
    expect(withoutRuleIds(error.message.replaceAll(`${directory}/`, ''))).toEqual(message)
  })

  it('is not what two hosts behind different jump hosts share', async () => {
    const jump = (name: string) => `{ansible_host: 10.0.0.1, ansible_ssh_common_args: -J ${name}}`
    const { inventory } = await loaded({ 'hosts.yaml': `w: {hosts: {a: ${jump('x')}, b: ${jump('y')}}}` })
    expect(inventory.hosts.size).toBe(2)
  })

  it('is doubtful where a host bears the name of a group, or a group stays empty', async () => {
    const { warnings } = await loaded({ 'hosts.yaml': 'web: {hosts: {web: }}\nall: {children: {lb: }}\n' })
    expect(warnings).toEqual([
      'hosts.yaml:2:18: the group "lb" is empty: nothing else defines it',
      'hosts.yaml:1:15: a host and a group are both called "web" (the group is at hosts.yaml:1:1): a pattern means the group',
    ])
  })
})

describe('an executable that fails', () => {
  it.each([
    ['echo boom >&2; exit 3', 'inv.sh --list ended with status 3\n    boom'],
    ['echo nojson', expect.stringMatching(/^inv.sh --list did not print JSON: .*\n {4}nojson/)],
    ['echo "[1]"', 'inv.sh --list printed JSON that is not an object'],
    ['kill -9 $$', 'inv.sh --list was ended by SIGKILL'],
    [
      `echo '{"w": {"hots": []}}'`,
      'unknown key "hots" in the group w of the answer\n  → did you mean "hosts"?',
    ],
    [`echo '{"w": {"hosts": [1]}}'`, 'hosts of the group w in the answer are no list of names'],
    [`echo '{"w": ["-x"]}'`, `"-x" is not a host name${hostName}`],
    [`[ $1 = --host ] && exit 4; echo '{"w": ["a"]}'`, 'inv.sh --host a ended with status 4'],
  ])('by %s is told, with what it said', async (script, message) => {
    const said = await complaint({ 'inv.sh': `#!/bin/sh\n${script}\n` })
    const [, text = ''] =
      /^inv\.sh:1:1: (.*?)(?:\n {2}→ run it yourself: inv.sh --\w+( a)?)?$/s.exec(said) ?? []
    expect(text).toEqual(message)
  })

  it('by having no interpreter is told', async () => {
    expect(await complaint({ 'inv.sh': '#!/no/such/interpreter\n' })).toMatch(
      /^inv\.sh:1:1: inv\.sh --list cannot be started: .*\n {2}→ check its first line/,
    )
  })

  it('by never answering is stopped, also where what it started lives on', async () => {
    const directory = await written({})
    const path = `${directory}/inv.sh`
    await writeFile(path, '#!/bin/sh\n/bin/sleep 20\necho "{}"\n', { mode: 0o755 })
    const since = performance.now()
    await expect(
      readExecutable(
        emptyDraft({ file: path, line: 1, col: 1 }, { warn: () => {}, secrets: secretSources() }),
        path,
        0.3,
      ),
    ).rejects.toThrow('did not answer within 0.3 seconds')
    expect(performance.now() - since).toBeLessThan(15_000)
  })
})
