import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const inventory = {
  'inventory.yaml':
    'all: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local }, c: { ansible_connection: local } } }\n',
}

/** A task that writes what it is told into the log of the playground. */
const says = (words: string) => `shell: { command: "echo ${words} >>{{ here }}/log", always: true }`

const logOf = (here: Playground) => here.read('log')?.trim().split('\n') ?? []

describe('how a task goes', () => {
  it('may be computed, for each host', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: all
  vars: { two: 2, patient: true, envs: { WORD: told } }
  serial: "{{ two }}"
  any_errors_fatal: "{{ not patient }}"
  environment: "{{ envs }}"
  tasks:
    - ${says('$WORD {{ play_hosts | length }}')}
      run_once: "{{ patient }}"
    - shell: { command: "exit 3", always: true }
      ignore_errors: "{{ inventory_hostname != 'c' }}"
      no_log: "{{ inventory_hostname == 'a' }}"
      environment: [ "{{ envs }}", { MORE: x } ]
    - ${says('{{ inventory_hostname }}')}
`,
    })
    const { failures, events } = await here.play()
    expect(failures).toEqual([expect.stringContaining(' c shell')])
    const lines = logOf(here)
    expect(lines[0]).toBe('told 3')
    expect(lines.filter((one) => one.startsWith('told'))).toHaveLength(2)
    expect(lines).toEqual(expect.arrayContaining(['a', 'b']))
    expect(lines).not.toContain('c')
    const waves = events.flatMap((event) => (event.is === 'wave-started' ? [event.hosts.length] : []))
    expect(waves).toEqual([2, 1])
  })

  it('is told where what is computed is neither true nor false, or not defined', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml':
        "- hosts: a\n  tasks:\n    - debug: { msg: x }\n      ignore_errors: \"{{ 'perhaps' }}\"\n    - copy: { dest: /x, content: x }\n      no_log: '{{ nobody }}'\n    - copy: { dest: /x, content: x }\n      timeout: soon\n",
    })
    expect(await here.problems()).toEqual([
      expect.stringContaining('site.yaml:8:16: timeout: must be a whole number'),
    ])
  })

  it('is ended when its time is over', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: a
  tasks:
    - block:
        - shell: { command: "sleep 30 & sleep 30; echo never >>{{ here }}/log", always: true }
          timeout: "{{ 1 }}"
      rescue:
        - ${says('{{ ansible_failed_result.msg }}')}
    - ${says('in time')}
      timeout: 20
    - shell: { command: "exit 124", always: true }
      timeout: 20
`,
    })
    const since = performance.now()
    const { failures } = await here.play()
    expect(performance.now() - since).toBeLessThan(25_000)
    expect(failures).toEqual([expect.stringContaining('failed with status 124')])
    expect(logOf(here)).toEqual(['it did not end within 1 s, and was ended', 'in time'])
  })

  it('is only checked where it says so, and counts as made', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: a, b
  tasks:
    - copy: { dest: "{{ here }}/{{ inventory_hostname }}.txt", content: x }
      check_mode: "{{ inventory_hostname == 'a' }}"
      register: copied
      notify: late
    - ${says('never')}
      check_mode: true
      register: ran
    - debug: { msg: "{{ inventory_hostname }} {{ copied.changed }} {{ ran.changed }} {{ ran is skipped }}" }
  handlers:
    - name: late
      ${says('late')}
`,
    })
    const { planned } = await here.play({ apply: false })
    expect(planned).toContainEqual(expect.stringMatching(/^• only checked, as the task says: create/))
    const { failures, said } = await here.play()
    expect(failures).toEqual([])
    expect(said.toSorted()).toEqual(['a True False True', 'b True False True'])
    expect([here.read('a.txt'), here.read('b.txt')]).toEqual([undefined, 'x'])
    expect(logOf(here)).toEqual(['late', 'late'])
  })

  it('is done on no more hosts at a time than it says', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: all
  tasks:
    - ${says('early')}
    - shell: { command: "echo in >>{{ here }}/log; sleep 0.3; echo out >>{{ here }}/log", always: true }
      throttle: 1
`,
    })
    expect((await here.play()).failures).toEqual([])
    expect(
      logOf(here)
        .filter((one) => one !== 'early')
        .join(' '),
    ).toBe('in out in out in out')
  })

  it('goes on without a host that cannot be reached where that is ignored, and not where it is not', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: a
  tasks:
    - copy: { dest: "{{ here }}/x", content: x }
      ignore_unreachable: "{{ true }}"
      register: tried
    - ${says('delegated {{ tried.unreachable }}')}
      delegate_to: b
    - block:
        - copy: { dest: "{{ here }}/y", content: x }
      rescue:
        - ${says('rescued')}
          delegate_to: b
`,
    })
    here.unreachable = 1
    const { failures, recaps, planned } = await here.play()
    expect(planned[0]).toContain('the host cannot be reached, which the task ignores')
    expect(failures).toEqual([expect.stringContaining('nobody answers')])
    expect(recaps[0]?.outcome).toBe('unreachable')
    expect([here.read('x'), here.read('y')]).toEqual([undefined, undefined])
    expect(logOf(here)).toEqual(['delegated True'])
    using patient = new Playground({
      ...inventory,
      'site.yaml': `- hosts: a\n  ignore_unreachable: true\n  tasks:\n    - copy: { dest: "{{ here }}/x", content: x }\n`,
    })
    patient.unreachable = 1
    expect((await patient.play()).recaps[0]?.outcome).toBe('ok')
  })

  it('is left alone where it is not looked after, and found again by its name', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: a
  tasks:
    - shell: { command: "sleep 2; echo out; echo err >&2; echo late >>{{ here }}/log", always: true }
      async: 60
      poll: 0
      register: job
    - ${says('early {{ job.finished }}{{ job.started }}')}
    - async_status: { jid: "{{ job.ansible_job_id }}" }
      register: end
      until: end.finished
      retries: 40
      delay: 0.2
    - ${says('{{ end.stdout }} {{ end.stderr }} {{ end.rc }}')}
    - async_status: { jid: "{{ job.ansible_job_id }}", mode: cleanup }
    - shell: { command: "exit 7", always: true }
      async: 60
      poll: 0
      register: bad
    - async_status: jid={{ bad.ansible_job_id }}
      register: end
      until: end is finished
      retries: 40
      delay: 0.2
      ignore_errors: true
    - ${says('{{ end.rc }} {{ end is failed }}')}
    - async_status: { jid: nobody.1 }
`,
    })
    const { planned } = await here.play({ apply: false })
    expect(planned[0]).toMatch(/^\+ shell\[sleep 2/)
    const { failures } = await here.play()
    expect(failures).toEqual([expect.stringContaining('nothing is known of a job nobody.1')])
    expect(logOf(here)).toEqual(['early 01', 'late', 'out err 0', '7 True'])
  })

  it('has failed where it takes longer than it may, also where it is looked after', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: a\n  tasks:\n    - shell: { command: "sleep 30", always: true }\n      async: 1\n      poll: 5\n`,
    })
    expect((await here.play()).failures).toEqual([expect.stringContaining('did not end within 1 s')])
  })
})
