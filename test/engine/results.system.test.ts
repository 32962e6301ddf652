import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const site = (tasks: string, more = '') => ({ 'site.yaml': `- hosts: a\n${more}  tasks:\n${tasks}` })
const log = (text: string) => `{ command: "echo ${text} >>{{ here }}/log", always: true }`

describe('the result of a task', () => {
  it('is not known before it is done, which the plan says of what depends on it', async () => {
    using here = new Playground(
      site(`    - shell: { command: "echo hello", always: true }
      register: told
    - copy: { dest: "{{ here }}/x", content: "{{ told.stdout }}" }
    - copy: { dest: "{{ here }}/y", content: y }
      when: told.rc == 1
`),
    )
    const { planned } = await here.play({ apply: false })
    expect(planned).toEqual(['+ shell[echo hello]', '… copy[./x]', '… copy[./y]'])
    const { failures, trips } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('x')).toBe('hello')
    expect(here.read('y')).toBe(undefined)
    expect(trips).toEqual([3])
  })

  it('stays what it was, and with it what was decided by it', async () => {
    using here = new Playground(
      site(`    - command: { command: "cat {{ here }}/version", changed_when: false }
      register: before
    - copy: { dest: "{{ here }}/version", content: new }
    - shell: ${log('upgraded')}
      when: before.stdout == 'old'
    - copy: { dest: "{{ here }}/was", content: "{{ before.stdout }}" }
`),
    )
    const { writeFileSync } = await import('node:fs')
    writeFileSync(here.at('version'), 'old')
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('log')).toBe('upgraded\n')
    expect(here.read('was')).toBe('old')
  })

  it('of a loop has one for each item', async () => {
    using here = new Playground(
      site(`    - shell: { command: "echo {{ item }}", always: true }
      loop: [one, two, three]
      when: item != 'two'
      register: all
    - copy: { dest: "{{ here }}/x", content: "{{ all.results[0].stdout }}{{ all.results[1].skipped }}{{ all.results[2].item }}" }
`),
    )
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('x')?.toLowerCase()).toBe('onetruethree')
  })

  it('is what the task says it is', async () => {
    using here = new Playground(
      site(`    - shell: { command: "echo same", always: true }
      register: one
      changed_when: one.stdout == 'other'
    - shell: { command: "exit 3", always: true }
      register: two
      failed_when: two.rc == 4
    - copy: { dest: "{{ here }}/x", content: x }
      when: one.changed == false
    - shell: { command: "echo bad", always: true }
      register: three
      failed_when: three.stdout == 'bad'
    - shell: ${log('never')}
`),
    )
    const { failures, steps, recaps } = await here.play()
    expect(failures).toEqual([expect.stringContaining('failed by what the task says of its result')])
    expect(steps).toEqual([
      'unchanged shell[echo same]',
      'changed shell[exit 3]',
      'changed copy[./x]',
      'failed shell[echo bad]',
    ])
    expect(recaps[0]).toMatchObject({ outcome: 'failed', failed: 1, changed: 2 })
    expect(here.read('log')).toBe(undefined)
  })

  it('is tried for until it holds, and no longer than the task says', async () => {
    const counting = (
      until: string,
    ) => `    - shell: { command: "echo x >>{{ here }}/log; wc -l <{{ here }}/log", always: true }
      register: counted
      until: ${until}
      retries: 3
      delay: 0
    - copy: { dest: "{{ here }}/tries", content: "tries {{ counted.attempts }}" }
`
    using here = new Playground(site(counting("counted.stdout_lines[0] == '3'")))
    const { failures, steps } = await here.play()
    expect(failures).toEqual([])
    expect(steps.map((step) => step.split(' ')[0])).toEqual(['retried', 'retried', 'changed', 'changed'])
    expect(here.read('tries')).toBe('tries 3')
    using never = new Playground(site(counting('counted.rc == 9')))
    const gone = await never.play()
    expect(gone.failures).toEqual([expect.stringContaining('after 4 attempts')])
    expect(never.read('tries')).toBe(undefined)
  })

  it('that is only asked is asked again until it holds', async () => {
    using here = new Playground(
      site(`    - shell: { command: "echo x >>{{ here }}/log; wc -l <{{ here }}/log", changed_when: false }
      register: counted
      until: counted.stdout_lines[0] == '4'
      retries: 9
      delay: 0
    - copy: { dest: "{{ here }}/x", content: done }
`),
    )
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('x')).toBe('done')
  })

  it('is no reason to leave out what is to be changed, where the thing tells of itself as well', async () => {
    using here = new Playground({
      'site.yaml': `- hosts: a
  tasks:
    - copy: { dest: "{{ here }}/source", content: "text" }
    - fetch: { src: "{{ here }}/source", dest: "{{ here }}/fetched/", flat: true }
      register: brought
      changed_when: false
    - command: cat {{ brought.dest }}
      register: read
      changed_when: false
    - openssh_keypair: { path: "{{ here }}/key", type: ed25519 }
      register: key
      failed_when: key.fingerprint is not defined
    - copy: { dest: "{{ here }}/copy", content: "{{ read.stdout }} {{ key.type }}" }
`,
    })
    expect((await here.play()).failures).toEqual([])
    expect([here.read('fetched/source'), here.read('copy')]).toEqual(['text', 'text ed25519'])
    expect(here.read('key.pub')).toMatch(/^ssh-ed25519 /)
  })

  it('that is bad may be ignored', async () => {
    using here = new Playground(
      site(`    - shell: { command: "exit 2", always: true }
      register: bad
      ignore_errors: yes
    - copy: { dest: "{{ here }}/x", content: "rc {{ bad.rc }}" }
      when: bad.failed
`),
    )
    expect((await here.play()).failures).toEqual([])
    expect(here.read('x')).toBe('rc 2')
  })
})

it('waits between the items of a loop where it says so, and not before the first', async () => {
  using here = new Playground(
    site(`    - shell: { command: "date +%s%N >>{{ here }}/log", always: true }
      loop: [1, 2]
      loop_control: { pause: 0.3 }
`),
  )
  expect((await here.play()).failures).toEqual([])
  const [first = 0, second = 0] = (here.read('log') ?? '').trim().split('\n').map(Number)
  expect(second - first).toBeGreaterThan(0.3e9)
})

describe('a block', () => {
  it('is rescued where it fails, and always ends as it says', async () => {
    using here = new Playground(
      site(`    - block:
        - shell: ${log('first')}
        - name: the bad one
          shell: { command: "echo broken >&2; exit 7", always: true }
        - shell: ${log('never')}
      rescue:
        - shell: ${log('rescued {{ ansible_failed_result.rc }} {{ ansible_failed_task.name }}')}
      always:
        - shell: ${log('always')}
    - shell: ${log('after')}
`),
    )
    const { failures, recaps } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('log')).toBe('first\nrescued 7 the bad one\nalways\nafter\n')
    expect(recaps[0]).toMatchObject({ outcome: 'ok' })
  })

  it('tells under rescue which task failed: its name, module and arguments as Ansible has them', async () => {
    using here = new Playground(
      site(`    - block:
        - shell: { cmd: "exit {{ status }}", always: true }
          vars: { status: 7 }
          tags: [t]
          when: true
      rescue:
        - shell: ${log('[{{ ansible_failed_task.name }}] {{ ansible_failed_task.action }} {{ ansible_failed_task.args._raw_params }} {{ ansible_failed_task.tags }} {{ ansible_failed_task.when }} {{ ansible_failed_task.register is none }}')}
    - block:
        - name: named {{ inventory_hostname }}
          command: /bin/false --word
      rescue:
        - shell: ${log('{{ ansible_failed_task.name }} {{ ansible_failed_task.args._raw_params }} {{ ansible_failed_result.failed }}')}
    - block:
        - assert: { that: "{{ 1 == 2 }}" }
      rescue:
        - shell: ${log('{{ ansible_failed_task.action }} {{ ansible_failed_task.args.that }}')}
`),
    )
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('log')?.split('\n').slice(0, 3)).toEqual([
      '[] shell exit 7 [t] [True] True',
      'named a /bin/false --word True',
      'assert False',
    ])
  })

  it('that is not rescued fails after what always is to be done', async () => {
    using here = new Playground(
      site(`    - block:
        - shell: { command: "exit 7", always: true }
      always:
        - shell: ${log('always')}
    - shell: ${log('never')}
`),
    )
    const { failures } = await here.play()
    expect(failures).toEqual([expect.stringContaining('failed with status 7')])
    expect(here.read('log')).toBe('always\n')
  })

  it('fails where its rescue does, the inner one first', async () => {
    using here = new Playground(
      site(`    - block:
        - block:
            - fail: { msg: one }
          rescue:
            - shell: ${log('inner')}
            - fail: { msg: two }
      rescue:
        - shell: ${log('outer {{ ansible_failed_result.msg }}')}
`),
    )
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('log')).toBe('inner\nouter two\n')
  })

  it('shows nothing of its rescue in a plan in which nothing fails', async () => {
    using here = new Playground(
      site(`    - block:
        - copy: { dest: "{{ here }}/x", content: x }
      rescue:
        - copy: { dest: "{{ here }}/y", content: y }
      always:
        - copy: { dest: "{{ here }}/z", content: z }
`),
    )
    expect((await here.play({ apply: false })).planned).toEqual(['+ copy[./x]', '+ copy[./z]'])
    expect((await here.play()).trips).toEqual([2])
  })
})

describe('what the run does by itself', () => {
  it('sets facts, with the values that they have then', async () => {
    using here = new Playground({
      ...site(
        `    - set_fact: { word: "{{ word }}er", numbers: [1, 2] }
    - set_fact: word="{{ word }}est"
    - shell: { command: "echo told", always: true }
      register: told
    - set_fact: { late: "{{ told.stdout_lines[0] }}" }
    - copy: { dest: "{{ here }}/x", content: "{{ word }} {{ numbers[1] }} {{ late }}" }
`,
        '  vars: { word: small }\n',
      ),
    })
    const { planned, failures: none } = await here.play({ apply: false })
    expect(none).toEqual([])
    expect(planned).toEqual(['+ shell[echo told]', '… task[set_fact]', '… copy[./x]'])
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('x')).toBe('smallerest 2 told')
  })

  it('reads files of variables when their turn comes', async () => {
    using here = new Playground({
      ...site(
        `    - include_vars: "{{ which }}.yml"
    - include_vars: { file: more.yml, name: more }
    - copy: { dest: "{{ here }}/x", content: "{{ greeting }} {{ more.deep.word }}" }
`,
        '  vars: { which: one }\n',
      ),
      'vars/one.yml': 'greeting: hello {{ which }}\n',
      'more.yml': 'deep: { word: down }\n',
    })
    expect((await here.play()).failures).toEqual([])
    expect(here.read('x')).toBe('hello one down')
  })

  it('says nothing that stands behind what failed, when both were to be done in one go', async () => {
    using here = new Playground(
      site(`
    - shell: { command: "echo one >>{{ here }}/log", always: true }
    - debug: { msg: one was done }
    - shell: { command: "exit 3", always: true }
    - debug: { msg: both were done }
    - shell: { command: "echo two >>{{ here }}/log", always: true }
`),
    )
    const { said, failures } = await here.play()
    expect(failures).toHaveLength(1)
    expect(said).toEqual(['one was done'])
    expect(here.read('log')).toBe('one\n')
  })

  it('says, asserts, fails and ends', async () => {
    using here = new Playground(
      site(`    - debug: { msg: "hello {{ inventory_hostname }}" }
    - debug: { var: here }
    - assert: { that: [1 == 1, inventory_hostname == 'a'] }
    - debug: { msg: not said }
      when: 1 == 2
    - meta: end_play
      when: inventory_hostname == 'a'
    - fail: { msg: never }
- hosts: a
  tasks:
    - assert: { that: inventory_hostname == 'b', fail_msg: "no b but {{ inventory_hostname }}" }
`),
    )
    const { said, failures, trips } = await here.play()
    expect(said).toEqual(['hello a', expect.stringMatching(/^here = \//)])
    expect(failures).toEqual([expect.stringMatching(/site\.yaml:13:7.*no b but a/)])
    expect(trips).toEqual([1])
  })

  it('refuses what it cannot do by name', async () => {
    using here = new Playground(
      site('    - meta: flush_handler\n    - command: { command: id, always: true }\n'),
    )
    expect(await here.problems()).toEqual([
      expect.stringMatching(
        /site\.yaml:3:13: meta: "flush_handler" is not supported → did you mean "flush_handlers"/,
      ),
    ])
  })
})

describe('tasks that are included', () => {
  it('run for each item, with what came of those before', async () => {
    using here = new Playground({
      ...site(`    - include_tasks: each.yml
      loop: [one, two]
      loop_control: { loop_var: outer }
    - shell: ${log('after')}
`),
      'each.yml': `- shell: { command: "echo {{ outer }}", always: true }
  register: told
- shell: { command: "echo {{ item }} of {{ told.stdout_lines[0] }} >>{{ here }}/log", always: true }
  loop: [x, y]
`,
    })
    expect((await here.play()).failures).toEqual([])
    expect(here.read('log')).toBe('x of one\ny of one\nx of two\ny of two\nafter\n')
  })

  it('may include themselves until a condition ends it, and not for ever', async () => {
    const counting = (when: string) => ({
      ...site('    - set_fact: { n: 0 }\n    - include_tasks: count.yml\n'),
      'count.yml': `- set_fact: { n: "{{ n + 1 }}" }\n- include_tasks: count.yml\n${when}`,
    })
    using here = new Playground({ ...counting('  when: n != 4\n') })
    expect((await here.play()).failures).toEqual([])
    using endless = new Playground(counting(''))
    expect((await endless.play()).failures).toEqual([
      expect.stringMatching(/^\.\/count\.yml:1:3 a: tasks bring in each other more than 100 times/),
    ])
  })

  it('are asked about in the first trip where only facts decide which they are', async () => {
    using here = new Playground({
      ...site(`    - include_tasks: some.yml
      when: facts.kernel != ''
`),
      'some.yml': '- copy: { dest: "{{ here }}/x", content: x }\n',
      x: 'x',
    })
    const { trips, failures, steps } = await here.play()
    expect({ trips, failures, steps }).toEqual({ trips: [1], failures: [], steps: [] })
  })
})

it('makes what a later task of the same playbook undoes, and that one, once each', async () => {
  using here = new Playground({
    ...site(`    - file: { path: "{{ here }}/x", state: absent }
    - copy: { dest: "{{ here }}/x", content: new }
`),
    x: 'old',
  })
  const { failures, steps } = await here.play()
  expect({ failures, steps }).toEqual({ failures: [], steps: ['changed file[./x]', 'changed copy[./x]'] })
  expect(here.read('x')).toBe('new')
})

describe('tasks of which one undoes what another one did', () => {
  it.each([
    [
      'the mode of a file in a tree of another mode',
      `    - file: { path: "{{ here }}/d", state: directory, recurse: yes, mode: "u=rwX,g=,o=" }
    - file: { path: "{{ here }}/d/x", state: touch, mode: "0644", access_time: preserve, modification_time: preserve }
    - shell: stat -c %a x >seen
      args: { chdir: "{{ here }}/d", creates: "{{ here }}/d/seen" }
`,
      { 'd/seen': '644\n' },
      ['directory[./d]', 'file[./d/x]'],
    ],
    [
      'a line of a file that is written anew',
      `    - lineinfile: { path: "{{ here }}/f", line: own, create: yes }
    - copy: { dest: "{{ here }}/f", content: "whole\\n" }
`,
      { f: 'whole\n' },
      ['line[./f own]', 'copy[./f]'],
    ],
  ])('are made once each, in their order: %s', async (_, tasks, files, ids) => {
    using here = new Playground(site(tasks))
    for (const round of ['first', 'second']) {
      const { failures, steps } = await here.play()
      const changed = steps.filter((step) => !step.includes('shell['))
      expect({ round, failures }).toEqual({ round, failures: [] })
      expect(changed).toHaveLength(2)
      if (round === 'second') expect(changed.map((step) => step.split(' ').slice(1).join(' '))).toEqual(ids)
      for (const [name, text] of Object.entries(files)) expect(here.read(name)).toBe(text)
    }
  })
})

it.each([
  'command: touch {{ here }}/log.d/x creates={{ here }}/never',
  'shell: echo x >>{{ here }}/log creates={{ here }}/never',
])('runs once in a run what does not create what it says: %s', async (task) => {
  using here = new Playground({ ...site(`    - ${task}\n`), 'log.d/y': '' })
  for (const _ of ['first run', 'second'])
    expect(await here.play()).toMatchObject({ failures: [], steps: [expect.stringContaining('changed')] })
  expect(here.read('log') ?? 'x\nx\n').toBe('x\nx\n')
})

it('is what ping was given, or pong', async () => {
  using here = new Playground(
    site(`    - ping:
      register: plain
    - ping: { data: "{{ 'th' ~ 'ere' }}" }
      register: said
    - debug: { msg: "{{ plain.ping }} {{ said.ping }} {{ said is changed }}" }
`),
  )
  expect(await here.play()).toMatchObject({ failures: [], said: ['pong there False'] })
})

it('says nothing of a statement that was not run, whatever its task says of changes', async () => {
  using here = new Playground(
    site(`    - postgresql_query: { query: CREATE TABLE x (i int) }
      changed_when: false
`),
  )
  const { planned } = await here.play({ apply: false })
  expect(planned).toEqual(['+ postgresql_query[CREATE TABLE x (i int)]'])
})

it('lets stand what a command did, whatever tasks before it made or found', async () => {
  using here = new Playground({
    ...site(`    - copy: { dest: "{{ here }}/made", content: one }
    - copy: { dest: "{{ here }}/found", content: one }
    - shell: for f in made found; do test "$(cat $f)" = one && echo two >$f; done
      args: { chdir: "{{ here }}" }
    - copy: { dest: "{{ here }}/last", content: three }
    - shell: cat made found >seen
      args: { chdir: "{{ here }}" }
`),
    found: 'one',
  })
  const { failures, steps } = await here.play()
  expect(failures).toEqual([])
  expect(steps.filter((step) => step.includes('copy['))).toEqual([
    'changed copy[./made]',
    'changed copy[./last]',
  ])
  expect(here.read('seen')).toBe('two\ntwo\n')
})
