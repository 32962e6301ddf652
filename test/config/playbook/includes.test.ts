import { describe, expect, it } from 'vitest'
import type { LoadedIntent } from '../../../src/config/index.ts'
import type { Task } from '../../../src/model/task.ts'
import { project } from './project.ts'

const known = { facts: new Map(), registered: new Map(), assigned: new Map(), coming: new Set<string>() }

/** What tasks ask for, those included among them, with nothing registered. */
function asked(tasks: readonly Task[]): readonly string[] {
  return tasks.flatMap((task) => {
    const expansion = task.expand(known)
    if (expansion.is === 'tasks') return asked(expansion.tasks)
    return 'resources' in expansion ? expansion.resources.map(({ id }) => id) : []
  })
}

const wanted = (intent: LoadedIntent) => asked(intent.plays.flatMap(({ tasks }) => tasks.get('a') ?? []))
const file = (name: string) => `- copy: { dest: "/${name}", content: x }\n`
const site = (tasks: string, more = '') => `- hosts: a\n${more}  tasks:\n${tasks}`

describe('what is included', () => {
  it('comes once for each item, by a name that is computed', async () => {
    using here = project({
      'site.yaml': site(
        '    - include_tasks: "{{ item }}.yml"\n      loop: [one, two]\n      when: item != which\n      vars: { deep: down }\n',
        '  vars: { which: three }\n',
      ),
      'one.yml': file('one-{{ item }}-{{ deep }}'),
      'two.yml': file('two-{{ item }}'),
    })
    expect(wanted(await here.load())).toEqual(['copy[/one-one-down]', 'copy[/two-two]'])
  })

  it('takes over what is said around it, but for conditions and tags', async () => {
    using here = project({
      'site.yaml': site(
        '    - include_tasks: { file: x.yml, apply: { become: yes } }\n      tags: [outer]\n',
      ),
      'x.yml': `${file('x')}- copy: { dest: /y, content: x }\n  tags: outer\n`,
    })
    expect(wanted(await here.load({ tags: ['outer'] }))).toEqual(['copy[/y]'])
  })

  it.each(['include_tasks: x.yml', 'ansible.builtin.include_tasks: { file: x.yml }'])(
    'may have its fields beside it, as every module may: %s',
    async (words) => {
      using here = project({
        'site.yaml': site(`    - ${words}\n      args: { apply: { vars: { word: said } } }\n`),
        'x.yml': file('{{ word }}'),
      })
      expect(wanted(await here.load())).toEqual(['copy[/said]'])
    },
  )

  it.each([
    'import_tasks: x.yml',
    'include_tasks: x.yml',
    'include_role: { name: r }',
    'import_role: { name: r }',
  ])('has nothing else than fields beside it: %s', async (words) => {
    using here = project({
      'site.yaml': site(`    - ${words}\n      args: apply\n`),
      'x.yml': file('x'),
      'roles/r/tasks/main.yml': file('o'),
    })
    expect(await here.problems()).toEqual([
      expect.stringContaining('site.yaml:4:13: args: expected a mapping'),
    ])
  })

  it('may be a role, or be known at once, with fields beside it', async () => {
    using here = project({
      'site.yaml': site(
        '    - import_tasks: { file: x.yml }\n      args: {}\n    - include_role: { name: r }\n      args: { tasks_from: o }\n    - import_role: { name: r }\n      args: { tasks_from: o }\n',
      ),
      'x.yml': file('x'),
      'roles/r/tasks/o.yml': file('o'),
    })
    expect(wanted(await here.load())).toEqual(['copy[/x]', 'copy[/o]', 'copy[/o]'])
  })

  it('is told of with everything else that is wrong, where its name is known', async () => {
    using here = project({
      'site.yaml': site(
        '    - include_tasks: x.yml\n    - include_tasks: nope.yml\n    - include_role: { name: nobody }\n',
      ),
      'x.yml': '- copy: { dset: /x, content: x }\n',
    })
    const problems = await here.problems()
    expect(problems).toEqual([
      expect.stringContaining('x.yml:1:11: unknown key "dset" in copy → did you mean "dest"?'),
      expect.stringContaining('site.yaml:4:22: there is no file "nope.yml"'),
      expect.stringContaining('site.yaml:5:29: there is no role "nobody"'),
    ])
  })
})

describe('a role', () => {
  const roles = {
    'roles/base/tasks/main.yml': file('base-{{ size }}'),
    'roles/base/defaults/main.yml': 'size: 1\n',
    'roles/web/meta/main.yml': 'dependencies:\n  - { role: base, size: 80 }\n  - base\n',
    'roles/web/tasks/main.yml': file('web-{{ role_name }}'),
    'roles/web/tasks/other.yml': file('other-{{ word }}-{{ more }}'),
    'roles/web/defaults/main.yml': 'more: usual\n',
    'roles/web/vars/words.yml': 'word: hello\n',
  }

  it('comes after those it depends on, each use of them once', async () => {
    using here = project({
      'site.yaml': '- hosts: a\n  roles: [base, web, { role: base, size: 80 }]\n',
      ...roles,
    })
    expect(wanted(await here.load())).toEqual(['copy[/base-1]', 'copy[/base-80]', 'copy[/web-web]'])
  })

  it('comes again where it allows that', async () => {
    using here = project({
      'site.yaml': '- hosts: a\n  roles: [base, base]\n',
      ...roles,
      'roles/base/meta/main.yml': 'allow_duplicates: yes\n',
    })
    expect(wanted(await here.load())).toEqual(['copy[/base-1]', 'copy[/base-1]'])
  })

  it('is brought in by tasks, with the files that they name', async () => {
    using here = project({
      'site.yaml': site(
        '    - include_role: { name: "{{ which }}", tasks_from: other, vars_from: words }\n    - import_role: { name: base }\n      vars: { size: 7 }\n    - copy: { dest: "/{{ size }}", content: x }\n',
        '  vars: { which: web }\n',
      ),
      ...roles,
    })
    expect(wanted(await here.load())).toEqual([
      'copy[/base-80]',
      // What is given to a role that is imported counts for the whole play, as in Ansible.
      'copy[/base-7]',
      'copy[/other-hello-usual]',
      'copy[/base-7]',
      'copy[/7]',
    ])
  })

  it('may stand in a folder of its kind, and be named after the place of the playbook', async () => {
    using here = project({
      'site.yaml':
        '- hosts: a\n  roles: [net/lo, "{{ playbook_dir }}/own"]\n  tasks:\n    - import_tasks: "{{ playbook_dir }}/more.yaml"\n',
      'roles/net/lo/meta/main.yml': 'dependencies: [{ role: net/base }]\n',
      'roles/net/lo/tasks/main.yml': '- copy: { dest: /lo, content: x }\n',
      'roles/net/base/tasks/main.yml': '- copy: { dest: /base, content: x }\n',
      'own/tasks/main.yml': '- copy: { dest: "/{{ role_name }}", content: x }\n',
      'more.yaml': '- copy: { dest: /more, content: x }\n',
    })
    const made = ['copy[/base]', 'copy[/lo]', 'copy[/own]', 'copy[/more]']
    expect(wanted(await here.load())).toEqual(made)
  })

  it('that depends on itself is told of with the way round', async () => {
    using here = project({
      'site.yaml': '- hosts: a\n  roles: [x]\n',
      'roles/x/meta/main.yml': 'dependencies: [y]\n',
      'roles/y/meta/main.yml': 'dependencies:\n  - x\n',
    })
    expect(await here.problems()).toEqual([
      expect.stringMatching(
        /^roles\/y\/meta\/main\.yml:2:5: roles depend on each other in a circle: .*x → .*y → .*x → break it$/,
      ),
    ])
  })

  it('checks what it is given where it says what it takes', async () => {
    using here = project({
      'site.yaml': '- hosts: a\n  roles: [{ role: r, size: huge, count: many }]\n',
      'roles/r/meta/argument_specs.yml':
        'argument_specs:\n  main:\n    options:\n      size: { type: str, choices: [small, big] }\n      count: { type: int }\n      name: { type: str, required: true }\n',
      'roles/r/tasks/main.yml': file('x'),
    })
    const [check] = (await here.load()).plays[0]?.tasks.get('a') ?? []
    expect(check?.expand(known)).toMatchObject({
      is: 'control',
      controls: [
        {
          is: 'fail',
          message:
            'size must be one of small, big; count must be of the type int, and is text; the role needs the variable name',
        },
      ],
    })
  })

  it('may not be given what it does not know, and looks into what it takes', async () => {
    using here = project({
      'site.yaml':
        '- hosts: a\n  roles:\n    - { role: r, siez: big, users: [{ name: ada, id: x }, { gid: 1 }], pages: { key: k } }\n',
      'roles/r/meta/main.yml': `argument_specs:
  main:
    options:
      size: { default: small }
      users:
        type: list
        elements: dict
        options: { name: { required: true }, id: { type: int, aliases: [uid] } }
      pages:
        type: dict
        required_together: [[cert, key]]
        mutually_exclusive: [key, plain]
        options: { cert: { type: path }, key: { type: path }, plain: { type: bool } }
`,
      'roles/r/tasks/main.yml': file('x'),
    })
    const [check] = (await here.load()).plays[0]?.tasks.get('a') ?? []
    expect(check?.expand(known)).toMatchObject({
      controls: [
        {
          is: 'fail',
          message: [
            'siez is nothing that the role takes (did you mean "size"?)',
            'users[0].id must be of the type int, and is text',
            'users[1].gid is nothing that the role takes (did you mean "id"?)',
            'the role needs the variable users[1].name',
            'pages.cert, pages.key are needed together',
          ].join('; '),
        },
      ],
    })
  })

  it('is checked by a task of its own, too', async () => {
    using here = project({
      'site.yaml': `- hosts: a
  vars: { port: many }
  tasks:
    - validate_argument_spec:
        argument_spec: { port: { type: int }, size: { type: bytes }, kind: { required: true, aliases: [sort] } }
        provided_arguments: { size: 3 GB, sort: x }
`,
    })
    const [check] = (await here.load()).plays[0]?.tasks.get('a') ?? []
    expect(check?.expand(known)).toMatchObject({
      controls: [{ is: 'fail', message: 'port must be of the type int, and is text' }],
    })
  })
})

describe('what older playbooks say', () => {
  it('is read by its name of today', async () => {
    using here = project({
      'site.yaml': '- include: plays.yaml\n',
      'plays.yaml':
        '- hosts: a\n  user: root\n  tasks:\n    - include: x.yml\n    - action: copy dest=/z content=x\n',
      'x.yml': file('x'),
    })
    const intent = await here.load()
    expect(wanted(intent)).toEqual(['copy[/x]', 'copy[/z]'])
    expect(intent.hosts.get('a')?.user).toBe('root')
  })
})

describe('the hosts of a play', () => {
  const plays = "- hosts: \"{{ target | default(['b', 'a']) }}\"\n  tasks: [{ ping: }]\n"

  it('are computed from what the command line says', async () => {
    using here = project({ 'site.yaml': plays })
    const chosen = async (extraVars: readonly string[]) =>
      [...(await here.load({ extraVars })).hosts.keys()].toSorted()
    expect(await chosen([])).toEqual(['a', 'b'])
    expect(await chosen(['target=b'])).toEqual(['b'])
  })

  it('do not know what is told of hosts', async () => {
    using here = project({ 'site.yaml': '- hosts: "{{ inventory_hostname }}"\n  tasks: []\n' })
    await expect(here.load()).rejects.toThrow('site.yaml:1:10: "inventory_hostname" is not defined')
  })
})
