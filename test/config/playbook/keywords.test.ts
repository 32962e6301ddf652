import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expansions, project, wanted, written } from './project.ts'

const file = (name: string, more = '') => `    - copy: { dest: "/${name}", content: x }\n${more}`

describe('a play', () => {
  it('says how its hosts are reached where the inventory does not', async () => {
    using here = project({
      'inventory.yaml': 'all: { hosts: { a: {}, b: { ansible_user: own } } }\n',
      'site.yaml': `- hosts: all\n  remote_user: deploy\n  port: 2222\n  become: yes\n  become_method: su\n  tasks:\n${file('x')}`,
    })
    const { hosts } = await here.load()
    expect(hosts.get('a')).toMatchObject({ user: 'deploy', port: 2222, become: { method: 'su' } })
    expect(hosts.get('b')).toMatchObject({ user: 'own', port: 2222 })
  })

  it('has tasks that may say it, too, where they say what holds anyway', async () => {
    const site = (user: string) =>
      `- hosts: all\n  remote_user: deploy\n  become: yes\n  strategy: host_pinned\n  order: shuffle\n  debugger: on_failed\n  vars: { who: ${user} }\n  tasks:\n${file('x', '      remote_user: "{{ who }}"\n      become_method: sudo\n      connection: ssh\n      port: 22\n')}`
    using same = project({ 'site.yaml': site('deploy') })
    expect(wanted(await same.load(), 'a')).toEqual(['copy[/x]'])
    using other = project({ 'site.yaml': site('root') })
    expect(await other.problems()).toEqual([
      expect.stringMatching(
        /^site\.yaml:10:20: one connection to [ab] serves the whole run, and this task says another remote_user than deploy → write it at the play/,
      ),
      expect.anything(),
    ])
  })

  it('may not say otherwise than another one for the same host', async () => {
    using here = project({
      'site.yaml': `- hosts: a\n  remote_user: one\n- hosts: all\n  remote_user: two\n`,
    })
    expect(await here.problems()).toEqual([
      expect.stringMatching(
        /^site\.yaml:4:16: one connection to a serves the whole run, .* at .*site\.yaml:2:16 → make two runs/,
      ),
    ])
  })

  it('runs on this computer without an inventory of it', async () => {
    using here = project({ 'site.yaml': `- hosts: localhost\n  tasks:\n${file('x')}` })
    const intent = await here.load()
    expect(intent.hosts.get('localhost')?.connection).toBe('local')
    expect(wanted(intent, 'localhost')).toEqual(['copy[/x]'])
    using all = project({ 'site.yaml': `- hosts: all\n  tasks:\n${file('x')}` })
    expect([...(await all.load()).hosts.keys()]).toEqual(['a', 'b'])
  })

  it('has the defaults of what it would ask for, unless they are given', async () => {
    using here = project({
      'site.yaml': `- hosts: a\n  vars_prompt: [{ name: word, prompt: Which?, default: usual }, { name: pin }]\n  tasks:\n${file('{{ word }}-{{ pin }}')}`,
    })
    expect(wanted(await here.load({ extraVars: ['pin=1'] }), 'a')).toEqual(['copy[/usual-1]'])
    expect(wanted(await here.load({ extraVars: ['pin=1', 'word=given'] }), 'a')).toEqual(['copy[/given-1]'])
  })

  it('hashes what is asked for as a password where that is wished, the default, too', async () => {
    const prompts = (words: string) => ({
      'site.yaml': `- hosts: a\n  vars_prompt: [{ name: word, default: usual, ${words} }]\n  tasks:\n    - copy: { dest: /x, content: "{{ word }}" }\n`,
    })
    const hash = async (words: string, ask?: () => Promise<string>) => {
      using here = project(prompts(words))
      const told: string[] = []
      const intent = await here.load({ ask, onSecret: (secret: string) => told.push(secret) })
      return { hash: written(intent, 'a'), told }
    }
    expect((await hash('encrypt: sha512_crypt, salt: abcdefgh')).hash).toBe(
      '$6$abcdefgh$rAqEU8EWCzy1R5yCK1Ei8toCbcc4.QB29g2bkGaxRCqgr5Qyeb5VUh2bzWx8AF3rvJOzv7nwjsoTCoYBMmKhA/',
    )
    const answered = await hash('encrypt: sha256_crypt, salt: abcd', async () => 's3cr3t')
    expect(answered).toEqual({
      hash: '$5$abcd$fkGwd1xhWPQ5dcSH68WZxXf94YM3geHxQRsLCaIrCz2',
      told: ['s3cr3t', '$5$abcd$fkGwd1xhWPQ5dcSH68WZxXf94YM3geHxQRsLCaIrCz2'],
    })
    expect((await hash('encrypt: sha512_crypt, salt_size: 4')).hash).toMatch(/^\$6\$[./\dA-Za-z]{4}\$/)
    expect((await hash('encrypt: sha512_crypt')).hash).toMatch(/^\$6\$[./\dA-Za-z]{16}\$/)
    expect((await hash('encrypt: md5_crypt')).hash).toMatch(/^\$1\$[./\dA-Za-z]{8}\$[./\dA-Za-z]{22}$/)
    using long = project(prompts('encrypt: md5_crypt, salt: abcdefghi'))
    expect((await long.problems()).join()).toContain('a salt of md5_crypt has at most 8 letters')
    using wrong = project(prompts('encrypt: ab2_crypt, salt: "a b", salt_size: 40'))
    expect(await wrong.problems()).toEqual([
      expect.stringMatching(/site\.yaml:2:56: answers cannot be hashed by "ab2_crypt" → write sha512_crypt/),
      expect.stringMatching(/site\.yaml:2:91: salt_size: /),
      expect.stringMatching(/site\.yaml:2:73: salt: must have at most 16 letters/),
    ])
  })

  it('asks for the others where somebody can be asked, and keeps to itself what is private', async () => {
    using here = project({
      'site.yaml': `- hosts: a\n  vars_prompt: [{ name: word, prompt: Which?, default: usual, private: no }, { name: pin, confirm: yes }]\n  tasks:\n${file('{{ word }}-{{ pin }}')}`,
    })
    const asked: unknown[] = []
    const told: string[] = []
    const answering = (...answers: string[]) => ({
      ask: async (question: unknown) => {
        asked.push(question)
        return answers.shift() ?? ''
      },
      onSecret: (secret: string) => told.push(secret),
    })
    expect(wanted(await here.load(answering('', 's3cr3t')), 'a')).toEqual(['copy[/usual-s3cr3t]'])
    expect(asked).toEqual([
      { text: 'Which?', isSecret: false, twice: false },
      { text: 'pin', isSecret: true, twice: true },
    ])
    expect(told).toEqual(['s3cr3t'])
    expect(wanted(await here.load(answering('other')), 'a')).toEqual(['copy[/other-]'])
    const given = { extraVars: ['pin=1', 'word=given'] }
    expect(wanted(await here.load({ ...given, ...answering('never') }), 'a')).toEqual(['copy[/given-1]'])
    expect(asked).toHaveLength(4)
  })

  it('hands on values for options, nearest last, and differences only where they are wanted', async () => {
    using here = project({
      'site.yaml': `- hosts: a
  module_defaults: { copy: { mode: '0600' }, ansible.builtin.file: { path: /never } }
  tasks:
    - copy: { dest: /x, content: x }
    - copy: { dest: /y, content: x }
      module_defaults: { ansible.builtin.copy: { mode: '0640' } }
    - copy: { dest: /z, content: x, mode: '0644' }
      diff: no
`,
    })
    const ready = expansions(await here.load(), 'a').flatMap((one) =>
      one.is === 'ready' ? one.resources : [],
    )
    const changes = ready.map((one) =>
      one.converge({ at: { type: 'absent' }, content: { is: 'absent' } }, { touches: () => false }),
    )
    expect(changes.map((change) => /\b0?(0\d{3})\b/.exec(JSON.stringify(change))?.[1])).toEqual([
      '0600',
      '0640',
      '0644',
    ])
    expect(changes.map((change) => change?.differences.length === 0)).toEqual([false, false, true])
  })

  it('computes what is said of single tasks, for each item', async () => {
    using here = project({
      'site.yaml': `- hosts: a
  vars: { silent: 'yes', more: { B: two }, careful: false }
  environment: "{{ more }}"
  become: "{{ careful }}"
  tasks:
    - command: id
      loop: [secret, open]
      no_log: "{{ item == 'secret' }}"
      ignore_errors: "{{ silent }}"
      diff: "{{ not (careful | bool) }}"
    - command: id
      no_log: "{{ known_later.rc == 1 }}"
    - command: id
      register: known_later
    - command: id
      no_log: "{{ 'perhaps' }}"
`,
    })
    expect(await here.problems()).toEqual(['site.yaml:16:15: no_log: must be true or false'])
    writeFileSync(
      join(here.directory, 'site.yaml'),
      readFileSync(join(here.directory, 'site.yaml'), 'utf8').replace("'perhaps'", "'On'"),
    )
    const intent = await here.load()
    const [looped, later] = expansions(intent, 'a')
    const options = looped?.is === 'ready' ? looped.resources.map((one) => one.options) : []
    expect(options).toMatchObject([
      { noLog: true, ignoreErrors: true, environment: { B: 'two' } },
      { noLog: false, ignoreErrors: true },
    ])
    // Until it is known, nothing is shown.
    expect(later?.is === 'waiting' && later.resources[0]?.options.noLog).toBe(true)
    expect(intent.hosts.get('a')?.become?.method).toBe('sudo')
  })

  it('is imported with variables and a condition', async () => {
    using here = project({
      'site.yaml':
        "- import_playbook: other.yaml\n  vars: { word: given }\n  when: inventory_hostname == 'a'\n",
      'other.yaml': `- hosts: all\n  tasks:\n${file('{{ word }}')}`,
    })
    const intent = await here.load()
    expect([wanted(intent, 'a'), wanted(intent, 'b')]).toEqual([['copy[/given]'], ['skipped']])
  })
})
