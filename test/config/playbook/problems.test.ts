import { describe, expect, it } from 'vitest'
import { project } from './project.ts'

const playing = (tasks: string) => `- hosts: all\n  tasks:\n${tasks}`

describe('a playbook that is wrong', () => {
  it('is told of everything at once, each thing once however many hosts share it', async () => {
    using here = project({
      'site.yaml': playing(
        '    - packge: nginx\n    - package: { nam: nginx }\n    - copy: { dest: /x, content: "{{ nope }}" }\n',
      ),
    })
    expect(await here.problems()).toEqual([
      'site.yaml:3:7: there is no module called "packge" here → did you mean "package"?',
      'site.yaml:4:18: unknown key "nam" in package → did you mean "name"?',
    ])
    using late = project({
      'site.yaml': playing(
        '    - copy: { dest: /x, content: "{{ nope }}" }\n    - copy: { dest: /y, src: gone }\n',
      ),
    })
    const problems = await late.problems()
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatch(/^site\.yaml:3:34: "nope" is not defined/)
    expect(problems[1]).toMatch(/^site\.yaml:4:30: there is no file "gone" → looked for: /)
  })

  it.each([
    ['- hosts: nobody\n', 'site.yaml:1:10: no host or group is called "nobody"'],
    ['hosts: all\n', 'site.yaml:1:1: a playbook must be a list of plays'],
    ['- tasks: []\n', '"hosts" is missing in a play'],
    [
      '- hosts: all\n  strategy: host_pinned\n',
      'site.yaml:2:13: this "strategy" is not supported → write linear or free',
    ],
    [
      '- hosts: all\n  check_mode: yes\n',
      'site.yaml:2:15: this "check_mode" is not supported → use "understudy plan"',
    ],
    ['- hosts: all\n  debugger: always\n', 'site.yaml:2:3: "debugger" is not supported in a play'],
    ['- hosts: all\n  vars_prompt: [{ name: pin, prompt: Your PIN? }]\n', 'give it with -e pin=VALUE'],
    ['- hosts: all\n  roles: [nope]\n', 'site.yaml:2:11: there is no role "nope"'],
    ['- hosts: all\n  serial: 0\n', 'must be at least 1'],
    ['- import_playbook: site.yaml\n', 'files bring in each other in a circle'],
    [playing('    - atp: { name: nginx }\n'), 'there is no module called "atp" here → did you mean "apt"?'],
    [
      playing('    - package: a\n      notify: x\n'),
      'site.yaml:4:15: no handler of this play is called or listens to "x"',
    ],
    [playing('    - package: a\n      poll: 0\n'), 'this "poll" is not supported'],
    [playing('    - package: a\n      throttle: 1\n'), '"throttle" is not supported in a task'],
    [playing('    - package: a\n      remote_user: b\n'), 'write it at the play'],
    [playing('    - line: path=/x line=y\n'), 'write line: { path: /x, line: y }'],
    [
      playing('    - package: a\n      service: b\n'),
      'a task does one thing, and this one names package and service',
    ],
    [playing('    - package: a\n      when: x is defined\n'), 'write defined(x) instead of x is defined'],
    [playing('    - package: "{{ x | default(1) }}"\n'), 'write default(x, y) instead of x | default(y)'],
    [playing("    - package: a\n      when: ansible_os_family == 'Debian'\n"), 'facts.os.family'],
    [
      playing('    - package: a\n      when: 1 + 1\n'),
      'a condition must be true or false, and this is a number',
    ],
    [playing('    - package: a\n      loop: 3\n'), 'a loop needs a list, and this is a number'],
    [playing('    - package: a\n      register: 1x\n'), 'must be a name of letters, digits and underscores'],
    [playing('    - import_tasks: "{{ x }}.yaml"\n'), 'the name of this file cannot be computed'],
    [playing('    - command: { creates: /x }\n'), 'say what is to run'],
    [
      playing('    - copy: { dest: /x, content: "a {% if b %}c{% endif %}" }\n'),
      'site.yaml:3:34: this is a statement of Jinja',
    ],
  ])('%j is met with its place and what to do', async (text, expected) => {
    using here = project({ 'site.yaml': text })
    const problems = await here.problems()
    expect(problems.join('\n')).toContain(expected)
    expect(problems).toHaveLength(1)
  })
})

it('refuses a template in the words of Jinja, with its place', async () => {
  using here = project({
    'site.yaml': playing('    - template: { src: a.hbs, dest: /x }\n'),
    'a.hbs': 'one\n  {%- for x in y %}\n{%- endfor %}\n',
  })
  expect(await here.problems()).toEqual([
    expect.stringMatching(
      /a\.hbs:2:3: this is a statement of Jinja, which is not known here → .*\{\{#each list\}\}/,
    ),
  ])
})
