import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NeedsFacts } from '../../../src/model/task.ts'
import { debian, project } from './project.ts'

/** What the first task of the host a writes into its file, its facts known. */
async function content(text: string, files: Readonly<Record<string, string>> = {}, vars: object = {}) {
  using here = project({
    'site.yaml': JSON.stringify([{ hosts: 'a', vars, tasks: [{ copy: { dest: '/x', content: text } }] }]),
    ...files,
  })
  return await contentIn(here)
}

async function contentIn(here: ReturnType<typeof project>) {
  const intent = await here.load()
  const [task] = intent.plays[0]?.tasks.get('a') ?? []
  const expansion = task?.expand({ facts: new Map([['a', debian]]), registered: new Map() })
  if (expansion?.is !== 'ready') throw new Error(`it is ${expansion?.is}`)
  const change = expansion.resources[0]?.converge(
    { at: { type: 'absent' }, content: { is: 'absent' } },
    { touches: () => false },
  )
  const difference = change?.differences.find((one) => one.is === 'text')
  return { text: difference?.after, secrets: intent.secrets, difference }
}

describe('lookups', () => {
  const files = {
    'files/motd': 'welcome\n',
    'files/list.csv': 'web,80,"a, b"\ndb,5432,c\n',
    'files/app.ini': '[global]\nname = x\n[db]\nport=5432\nhost = db1\n',
    'templates/part.j2': 'part {{ n }}\n',
    'conf/one.conf': '',
    'conf/two.conf': '',
  }
  it.each([
    ["{{ lookup('file', 'motd') }}", 'welcome'],
    ["{{ lookup('file', 'nope', errors='ignore') is none }}!", 'True!'],
    ["{{ lookup('template', 'part.j2') }}", 'part 7\n'],
    ["{{ lookup('template', 'part.j2', template_vars={'n': 8}) }}", 'part 8\n'],
    ["{{ lookup('csvfile', 'web', file='list.csv', delimiter=',', col=2) }}", 'a, b'],
    ["{{ lookup('csvfile', 'nope', file='list.csv', delimiter=',', default='none') }}", 'none'],
    ["{{ lookup('ini', 'port', section='db', file='app.ini') }}", '5432'],
    ["{{ lookup('first_found', ['nope', 'motd']) | basename }}", 'motd'],
    ["{{ query('first_found', ['nope'], skip=True) }}x", '[]x'],
    [
      "{{ query('fileglob', playbook_dir ~ '/conf/*.conf') | map('basename') | join(',') }}",
      'one.conf,two.conf',
    ],
    ["{{ lookup('env', 'UNDERSTUDY_NOPE', default='d') }}", 'd'],
    ["{{ query('items', groups.all) | join(',') }}", 'a,b'],
    ["{{ (playbook_dir ~ '/files/motd') is file }} {{ '/nope' is exists }}", 'True False'],
  ])('%s gives %j', async (text, wanted) => {
    expect((await content(text, files, { n: 7 })).text).toBe(wanted)
  })

  it('of what nobody else may read are secrets', async () => {
    using here = project({
      'site.yaml': JSON.stringify([
        {
          hosts: 'a',
          tasks: [
            { copy: { dest: '/x', content: "key = {{ lookup('file', 'told') | upper }}\nport = 1\n" } },
          ],
        },
      ]),
      'files/told': 'hush-hush\n',
    })
    chmodSync(join(here.directory, 'files/told'), 0o600)
    const { text, secrets } = await contentIn(here)
    expect(text).toBe('key = «secret»\nport = 1\n')
    expect([...secrets]).toContain('HUSH-HUSH')
  })

  it('of passwords keep what they make, which is a secret', async () => {
    using here = project({
      'site.yaml': JSON.stringify([
        {
          hosts: 'a',
          tasks: [
            {
              copy: {
                dest: '/x',
                content: "{{ lookup('password', playbook_dir ~ '/kept length=12 chars=digits') }} end\n",
              },
            },
          ],
        },
      ]),
    })
    const first = await contentIn(here)
    const again = await contentIn(here)
    expect(first.text).toBe('«secret» end\n')
    const made = [...first.secrets].find((one) => /^\d{12}$/.test(one))
    expect(made).toBeDefined()
    expect([...again.secrets]).toContain(made)
  })
})

describe('what a run knows', () => {
  it.each([
    ['{{ ansible_os_family }} {{ ansible_distribution }} {{ ansible_facts.pkg_mgr }}', 'Debian Debian apt'],
    ['{{ ansible_facts["distribution"] }} {{ ansible_service_mgr }}', 'Debian systemd'],
    ['{{ ansible_play_hosts | join(",") }} {{ inventory_hostname_short }}', 'a a'],
    ['{{ playbook_dir | basename == inventory_dir | basename }}', 'True'],
    ['{{ hostvars["b"].inventory_hostname }} {{ "a" in groups.all }}', 'b True'],
    ['{{ ansible_eth99 is defined }}', 'False'],
  ])('%s gives %j', async (text, wanted) => {
    expect((await content(`${text} `)).text?.trimEnd()).toBe(wanted)
  })

  it('waits for facts, those of interfaces among them', async () => {
    using here = project({
      'site.yaml':
        '- hosts: a\n  tasks:\n    - copy: { dest: /x, content: "{{ ansible_eth0.ipv4.address }}" }\n',
    })
    const intent = await here.load()
    const [task] = intent.plays[0]?.tasks.get('a') ?? []
    expect(task?.expand({ facts: new Map(), registered: new Map() })).toMatchObject({
      is: 'waiting',
      on: { facts: 'a' },
    })
    expect(NeedsFacts.name).toBe('NeedsFacts')
  })
})

describe('a value', () => {
  it.each([
    ["{{ [1, 'a', none, true] }}", {}, "[1, 'a', None, True]"],
    ['{{ v }}', { v: '{{ 3 / 3 }}' }, '1.0'],
    ['{{ v }}|{{ v is none }}', { v: null }, '|True'],
    ['{{ list | map("upper") | join("-") }}', { list: ['a', 'b'] }, 'A-B'],
    ['{% for k, v in d.items() %}{{ k }}={{ v }} {% endfor %}', { d: { b: 1, a: 2 } }, 'b=1 a=2 '],
  ])('%s with %j is %j', async (text, vars, wanted) => {
    expect((await content(`${text}.`, {}, vars)).text).toBe(`${wanted}.`)
  })

  it('is text behind !unsafe, whatever it looks like', async () => {
    using here = project({
      'site.yaml':
        '- hosts: a\n  vars: { v: !unsafe "{{ nope }}" }\n  tasks:\n    - copy: { dest: /x, content: "<{{ v }}>" }\n',
    })
    expect((await contentIn(here)).text).toBe('<{{ nope }}>')
  })

  it('written with a point stays a float', async () => {
    using here = project({
      'site.yaml':
        '- hosts: a\n  vars: { v: 8.0 }\n  tasks:\n    - copy: { dest: /x, content: "php{{ v }}" }\n',
    })
    expect((await contentIn(here)).text).toBe('php8.0')
  })

  it('that is omit counts as not written', async () => {
    using here = project({
      'site.yaml':
        '- hosts: a\n  tasks:\n    - copy: { dest: /x, content: y, mode: "{{ nope | default(omit) }}", owner: "{{ omit }}" }\n',
    })
    expect(await here.problems()).toEqual([])
  })
})

describe('a condition', () => {
  it.each([
    ['[true, "1 == 1"]', 'ready'],
    ['"{{ 1 == 1 }}"', 'ready'],
    ['"{{ n }} == 7"', 'ready'],
    ["\"'{{ n }}' == '7'\"", 'ready'],
    ['said', 'skipped'],
    ['list', 'ready'],
    ['list | length > 5', 'skipped'],
    ['nope is not defined', 'ready'],
    ['evil == "x"', 'skipped'],
    ['"{{ evil }}"', 'ready'],
  ])('when: %s is %s', async (condition, wanted) => {
    using here = project({
      'site.yaml': `- hosts: a\n  vars: { n: 7, said: "no", list: [1], evil: "1 == 2" }\n  tasks:\n    - copy: { dest: /x, content: y }\n      when: ${condition}\n`,
    })
    const intent = await here.load()
    const [task] = intent.plays[0]?.tasks.get('a') ?? []
    expect(task?.expand({ facts: new Map(), registered: new Map() }).is).toBe(wanted)
  })
})
