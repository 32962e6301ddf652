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
      '- hosts: all\n  strategy: other.place.mine\n',
      'site.yaml:2:13: this "strategy" is not supported → write linear, free',
    ],
    ['- hosts: all\n  fact_path: /x\n', 'site.yaml:2:3: "fact_path" is not supported in a play'],
    [
      '- hosts: all\n  vars_prompt: [{ name: pin, prompt: Your PIN? }]\n',
      'give it with -e pin=VALUE or -e @FILE',
    ],
    ['- hosts: all\n  roles: [nope]\n', 'site.yaml:2:11: there is no role "nope"'],
    ['- hosts: all\n  serial: 0\n', 'must be at least 1'],
    ['- import_playbook: site.yaml\n', 'files bring in each other in a circle'],
    [playing('    - atp: { name: nginx }\n'), 'there is no module called "atp" here → did you mean "apt"?'],
    [
      playing('    - package: a\n      notify: x\n'),
      'site.yaml:4:15: no handler of this play is called or listens to "x"',
    ],
    [playing('    - package: a\n      throttle: -1\n'), 'throttle: '],
    [playing('    - package: a\n      run_once: perhaps\n'), 'run_once: must be true or false'],
    [playing('    - line: path=/x line=y\n'), 'write line: { path: /x, line: y }'],
    [
      playing('    - package: a\n      service: b\n'),
      'a task does one thing, and this one names package and service',
    ],
    [playing('    - package: a\n      when: defined(x)\n'), 'write x is defined instead of defined(x)'],
    [playing('    - package: "{{ default(x, 1) }}"\n'), 'write x | default(y) instead of default(x, y)'],
    [playing("    - package: a\n      when: size('x') > 0\n"), 'write x | length instead of size(x)'],
    [playing('    - package: a\n      when: true && false\n'), 'write and instead of &&'],
    [playing('    - package: a\n      when: true || false\n'), 'write or instead of ||'],
    [playing('    - package: a\n      when: "!true"\n'), 'write not instead of !'],
    [playing('    - package: "{{ true ? 1 : 2 }}"\n'), 'write "a if condition else b"'],
    [playing('    - package: "{{ [1].map(one, one) }}"\n'), "write x | map(attribute='name')"],
    [playing('    - package: a\n      when: x = 1\n'), 'write == to compare'],
    [playing('    - package: "{{ nope | upper }}"\n'), '"nope" is not defined'],
    [playing('    - package: "{{ inventory_hostnam }}"\n'), 'did you mean "inventory_hostname"?'],
    [playing('    - package: "{{ \'x\' | uper }}"\n'), 'did you mean "upper"?'],
    [playing('    - package: "{{ 1 is evn }}"\n'), 'did you mean "even"?'],
    [
      playing("    - package: \"{{ lookup('url', 'x') }}\"\n"),
      'a plan must not depend on what a server says',
    ],
    [playing('    - package: "{{ \'x\' | from_csv }}"\n'), 'write split and map'],
    [playing('    - package: "{{ range(10**9) | list }}"\n'), 'a list of more than 1000000 items'],
    [playing('    - package: "{{ \'x\' * 10**9 }}"\n'), 'a text of more than 16 MiB'],
    [
      playing('    - package: "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"\n'),
      'this goes more than 400 levels deep',
    ],
    [playing('    - package: a\n      loop: 3\n'), 'a loop needs a list, and this is a number'],
    [playing('    - package: a\n      register: 1x\n'), 'must be a name of letters, digits and underscores'],
    [playing('    - import_tasks: "{{ x }}.yaml"\n'), 'the name of this file cannot be computed'],
    [playing('    - command: { creates: /x }\n'), 'say what is to run'],
    [
      playing('    - copy: { dest: /x, content: "a {% if b %}c{% endif %}" }\n'),
      'site.yaml:3:34: "b" is not defined',
    ],
  ])('%j is met with its place and what to do', async (text, expected) => {
    using here = project({ 'site.yaml': text })
    const problems = await here.problems()
    expect(problems.join('\n')).toContain(expected)
    expect(problems).toHaveLength(1)
  })
})

it('refuses a template of Handlebars in the words of Jinja, with its place', async () => {
  using here = project({
    'site.yaml': playing('    - template: { src: a.hbs, dest: /x }\n'),
    'a.hbs': 'one\n  {%- for x in y %}\n{%- endfor %}\n',
  })
  expect(await here.problems()).toEqual([
    expect.stringMatching(/a\.hbs:2:3: this is a statement of Jinja → name the file \.j2/),
  ])
})
